"""Samples of turns for labelling: what they were drawn from, the drawn turns, and what people found in them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the three tables."""
    op.create_table(
        "quality_samples",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seed", sa.Text, nullable=False),
    )
    op.create_table(
        "quality_strata",
        sa.Column("sample", KEY, sa.ForeignKey("quality_samples.id"), primary_key=True),
        sa.Column("call", KEY, sa.ForeignKey("calls.id"), primary_key=True),
        sa.Column("stratum", KEY, primary_key=True),
        sa.Column("turns", sa.Integer, nullable=False),
    )
    op.create_table(
        "quality_items",
        sa.Column("sample", KEY, sa.ForeignKey("quality_samples.id"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("call", KEY, sa.ForeignKey("calls.id"), nullable=False),
        sa.Column("turn", sa.Integer, nullable=False),
        sa.Column("stratum", sa.Text, nullable=False),
        sa.Column("text_hash", sa.Text, nullable=False),
        sa.Column("labels", sa.JSON),
    )
