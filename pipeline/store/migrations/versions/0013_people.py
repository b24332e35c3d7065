"""Accounts, sessions and tokens; webhooks and their deliveries."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the five tables."""
    _people()
    _webhooks()


def _people() -> None:
    op.create_table(
        "people",
        sa.Column("name", KEY, primary_key=True),
        sa.Column("folded", KEY, nullable=False, unique=True),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("added_at", TIME, nullable=False),
    )
    op.create_table(
        "sessions",
        sa.Column("digest", KEY, primary_key=True),
        sa.Column("person", KEY, sa.ForeignKey("people.name"), nullable=False),
        sa.Column("began_at", TIME, nullable=False),
        sa.Column("seen_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
    )
    op.create_index("sessions_by_person", "sessions", ["person"])
    op.create_table(
        "tokens",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("digest", KEY, nullable=False, unique=True),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("person", KEY, sa.ForeignKey("people.name"), nullable=False),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
    )
    op.create_index("tokens_by_person", "tokens", ["person"])


def _webhooks() -> None:
    op.create_table(
        "webhooks",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("events", sa.JSON, nullable=False),
        sa.Column("secret", sa.Text, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("at", TIME, nullable=False),
    )
    op.create_table(
        "deliveries",
        sa.Column("number", SERIAL, primary_key=True),
        sa.Column("webhook", KEY, sa.ForeignKey("webhooks.id"), nullable=False),
        sa.Column("event", sa.Text, nullable=False),
        sa.Column("body", sa.JSON, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("due_at", TIME, nullable=False),
        sa.Column("last_error", sa.Text),
        sqlite_autoincrement=True,
    )
    op.create_index("deliveries_by_due", "deliveries", ["state", "due_at"])
    op.create_index("deliveries_by_webhook", "deliveries", ["webhook"])
