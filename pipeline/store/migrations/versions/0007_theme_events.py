"""What became of themes, which are pinned, and what broad theme each is part of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the two tables and add the columns."""
    op.add_column("themes", sa.Column("broad", KEY))
    op.add_column("themes", sa.Column("broad_label", sa.Text))
    op.add_column("themes", sa.Column("stability", sa.Double))
    op.create_table("theme_pins", sa.Column("theme", KEY, primary_key=True))
    op.create_table(
        "theme_events",
        sa.Column("number", SERIAL, primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("theme", KEY),
        sa.Column("other", KEY),
        sa.Column("n_moments", sa.Integer),
        sqlite_autoincrement=True,
    )
    op.create_index("theme_events_by_theme", "theme_events", ["theme"])
