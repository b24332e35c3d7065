"""What people said of moments, and where it stands in the transcripts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "corrections",
        sa.Column("number", SERIAL, primary_key=True),
        sa.Column("id", KEY, nullable=False, unique=True),
        sa.Column("call", KEY, sa.ForeignKey("calls.id"), nullable=False),
        sa.Column("point", KEY, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("turn", sa.Integer, nullable=False),
        sa.Column("start_char", sa.Integer, nullable=False),
        sa.Column("end_char", sa.Integer, nullable=False),
        sa.Column("quote", sa.Text, nullable=False),
        sa.Column("kind", sa.Text),
        sa.Column("category", sa.Text),
        sa.Column("machine_id", KEY),
        sa.Column("machine_start_char", sa.Integer),
        sa.Column("machine_end_char", sa.Integer),
        sa.Column("machine_kind", sa.Text),
        sa.Column("machine_category", sa.Text),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("note", sa.Text),
        sa.Column("undone_by", sa.Text),
        sa.Column("undone_at", TIME),
        sqlite_autoincrement=True,
    )
    op.create_index("corrections_by_call", "corrections", ["call"])
    op.create_index("corrections_by_point", "corrections", ["point"])
    op.create_table(
        "placements",
        sa.Column("correction", KEY, sa.ForeignKey("corrections.id"), primary_key=True),
        sa.Column("call", KEY, sa.ForeignKey("calls.id"), nullable=False),
        sa.Column("turn", sa.Integer),
        sa.Column("start_char", sa.Integer),
        sa.Column("end_char", sa.Integer),
        sa.Column("quote", sa.Text),
        sa.Column("moment", KEY),
        sa.Column("reason", sa.Text),
    )
    op.create_index("placements_by_call", "placements", ["call"])
    op.create_index("placements_by_moment", "placements", ["moment"])
