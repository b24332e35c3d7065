"""The versions of documents, what people set of them, and the way to each passage within its document."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make both tables, add the columns, and take what is held for the first version of each document."""
    op.add_column("documents", sa.Column("version", sa.Integer, nullable=False, server_default="1"))
    op.add_column("documents", sa.Column("remarks", sa.JSON, nullable=False, server_default="[]"))
    op.add_column("passages", sa.Column("fragment", sa.Text, nullable=False, server_default=""))
    op.add_column("passages", sa.Column("is_notes", sa.Boolean, nullable=False, server_default=sa.false()))
    versions = op.create_table(
        "document_versions",
        sa.Column("name", KEY, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("change", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("added_at", TIME, nullable=False),
        sa.Column("ended_at", TIME),
        sa.Column("end", sa.Text),
        sa.Column("passages", sa.JSON, nullable=False),
    )
    op.create_table(
        "document_edits",
        sa.Column("name", KEY, primary_key=True),
        sa.Column("field", KEY, primary_key=True),
        sa.Column("value", sa.JSON),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("at", TIME, nullable=False),
    )
    _take_held(versions)


def _take_held(versions: sa.Table) -> None:
    documents = sa.table("documents", *map(sa.column, ("id", "name", "title", "sha256")), sa.column("added_at", TIME))
    passages = sa.table("passages", *map(sa.column, ("document", "position", "locator", "text")))
    connection = op.get_bind()
    for held in connection.execute(sa.select(documents)).mappings().all():
        texts = sa.select(passages.c.locator, passages.c.text).where(passages.c.document == held["id"])
        row = {name: held[name] for name in ("name", "title", "sha256", "added_at")}
        row["passages"] = [list(one) for one in connection.execute(texts.order_by(passages.c.position))]
        connection.execute(versions.insert(), row | {"number": 1, "change": "added"})
