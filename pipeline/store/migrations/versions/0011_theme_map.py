"""Where themes lie on the map."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the two columns."""
    op.add_column("themes", sa.Column("across", sa.Double))
    op.add_column("themes", sa.Column("up", sa.Double))
