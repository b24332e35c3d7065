"""Trackers and the examples that make them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "trackers",
        sa.Column("name", KEY, primary_key=True),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("threshold", sa.Double),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("at", TIME, nullable=False),
    )
    op.create_table(
        "tracker_examples",
        sa.Column("tracker", KEY, sa.ForeignKey("trackers.name"), primary_key=True),
        sa.Column("text_hash", KEY, primary_key=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("is_counter", sa.Boolean, nullable=False),
        sa.Column("call", KEY, sa.ForeignKey("calls.id")),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("at", TIME, nullable=False),
    )
    op.create_index("tracker_examples_by_call", "tracker_examples", ["call"])
