"""Lines that people wrote into guides, with the places of calls that they rest on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "guide_lines",
        sa.Column("number", SERIAL, primary_key=True),
        sa.Column("subject", KEY, nullable=False),
        sa.Column("part", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("n_evidence", sa.Integer, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("guide_lines_by_subject", "guide_lines", ["subject"])
    op.create_table(
        "guide_evidence",
        sa.Column("line", SERIAL, sa.ForeignKey("guide_lines.number"), primary_key=True, autoincrement=False),
        sa.Column("call", KEY, sa.ForeignKey("calls.id"), primary_key=True),
        sa.Column("turn", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("start_char", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("end_char", sa.Integer, nullable=False),
        sa.Column("text_hash", sa.Text, nullable=False),
    )
    op.create_index("guide_evidence_by_call", "guide_evidence", ["call"])
