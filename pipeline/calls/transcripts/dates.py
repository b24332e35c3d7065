"""When a call took place, in ISO 8601."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from pipeline.calls.transcripts.node import Node

_LAST_MS: Final = 253_402_300_799_000
"""The end of the year 9999, the last that a date can hold."""


def moment_of(node: Node) -> datetime | None:
    """Return an ISO date or milliseconds since 1970 as a date, in UTC where no zone is given; None if it is neither."""
    if isinstance(node.value, str):
        try:
            moment = datetime.fromisoformat(node.value)
        except ValueError:
            return None
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if isinstance(node.value, int | float) and 0 < node.value <= _LAST_MS:
        return datetime.fromtimestamp(node.value / 1000, UTC)
    return None


def recorded_at(node: Node) -> dict[str, str]:
    """Return the metadata `recorded_at`, or nothing if the node holds no date."""
    moment = moment_of(node)
    return {"recorded_at": moment.isoformat()} if moment else {}
