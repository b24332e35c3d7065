"""Words that people put right in transcripts, and who said which speaker is the rep."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0013"

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "mends",
        sa.Column("number", SERIAL, primary_key=True),
        sa.Column("id", KEY, nullable=False, unique=True),
        sa.Column("call", KEY, sa.ForeignKey("calls.id"), nullable=False),
        sa.Column("turn", sa.Integer, nullable=False),
        sa.Column("start_char", sa.Integer, nullable=False),
        sa.Column("before", sa.Text, nullable=False),
        sa.Column("after", sa.Text, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("undoes", KEY),
        sa.Column("note", sa.Text),
        sqlite_autoincrement=True,
    )
    op.create_index("mends_by_call", "mends", ["call"])
    op.create_table(
        "role_changes",
        sa.Column("number", SERIAL, primary_key=True),
        sa.Column("call", KEY, sa.ForeignKey("calls.id"), nullable=False),
        sa.Column("roles", sa.JSON, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("role_changes_by_call", "role_changes", ["call"])
