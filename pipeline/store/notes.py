"""Small facts about the whole corpus, by key."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from pipeline.store import tables as t
from pipeline.store.rows import upsert_rows


class Notes:
    """JSON values by key."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, key: str) -> Any | None:
        """Return the value, or None if there is none."""
        return self._connection.scalar(select(t.notes.c.value).where(t.notes.c.key == key))

    def put(self, key: str, value: Any) -> None:
        """Keep the value, which must be JSON, in place of an earlier one."""
        upsert_rows(self._connection, t.notes, [{"key": key, "value": value}])
