"""What was done about gaps, and how themes stood on each day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "gap_events",
        sa.Column("number", SERIAL, primary_key=True),
        sa.Column("theme", KEY, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("value", sa.JSON, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("gap_events_by_theme", "gap_events", ["theme"])
    op.create_table(
        "gap_snapshots",
        sa.Column("day", KEY, primary_key=True),
        sa.Column("theme", KEY, primary_key=True),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("n_calls", sa.Integer, nullable=False),
        sa.Column("n_accounts", sa.Integer, nullable=False),
    )
