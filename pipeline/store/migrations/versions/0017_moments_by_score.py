"""The order in which doubtful moments are checked, by score and then by id, as an index holds it."""

from __future__ import annotations

from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Make the index anew."""
    op.drop_index("moments_by_score", "moments")
    op.create_index("moments_by_score", "moments", ["score", "id"])
