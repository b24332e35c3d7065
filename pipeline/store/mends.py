"""What people put right in transcripts: words one after another, and who is who."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import JSON, Column, Connection, ForeignKey, Index, Integer, RowMapping, Table, Text, select

from pipeline.errors import NotFound
from pipeline.mended import Mend, RoleChange
from pipeline.records import Role
from pipeline.store import tables as t
from pipeline.store.rows import insert_rows, require_call

mends = Table(
    "mends",
    t.metadata,
    Column("number", t.SERIAL, primary_key=True),
    Column("id", t.KEY, nullable=False, unique=True),
    Column("call", t.KEY, ForeignKey("calls.id"), nullable=False),
    Column("turn", Integer, nullable=False),
    Column("start_char", Integer, nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("at", t.UtcDateTime, nullable=False),
    Column("undoes", t.KEY),
    Column("note", Text),
    Index("mends_by_call", "call"),
    sqlite_autoincrement=True,
)

role_changes = Table(
    "role_changes",
    t.metadata,
    Column("number", t.SERIAL, primary_key=True),
    Column("call", t.KEY, ForeignKey("calls.id"), nullable=False),
    Column("roles", JSON, nullable=False),
    Column("who", Text, nullable=False),
    Column("at", t.UtcDateTime, nullable=False),
    Index("role_changes_by_call", "call"),
    sqlite_autoincrement=True,
)

_FIELDS = [column for column in mends.columns if column.name != "number"]


class Mends:
    """One row per edit of a turn, never changed: to take one back is an edit too."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, mend: Mend) -> None:
        """Keep an edit; NotFound if its call is not held."""
        require_call(self._connection, mend.call)
        insert_rows(self._connection, mends, [{column.name: getattr(mend, column.name) for column in _FIELDS}])

    def get(self, mend_id: str) -> Mend:
        """Return an edit; NotFound if it is not held."""
        row = self._connection.execute(select(*_FIELDS).where(mends.c.id == mend_id)).mappings().first()
        if row is None:
            raise NotFound(f"No mended word {mend_id!r}. The call's page lists what was mended in it.")
        return _to_mend(row)

    def of_call(self, call_id: str) -> list[Mend]:
        """Return the edits of a call in the order made."""
        query = select(*_FIELDS).where(mends.c.call == call_id).order_by(mends.c.number)
        return [_to_mend(row) for row in self._connection.execute(query).mappings()]

    def note_roles(self, call_id: str, roles: Mapping[str, Role], *, who: str, at: datetime) -> None:
        """Keep that somebody said who is who."""
        require_call(self._connection, call_id)
        insert_rows(self._connection, role_changes, [{"call": call_id, "roles": dict(roles), "who": who, "at": at}])

    def role_changes(self, call_id: str) -> list[RoleChange]:
        """Return what was said of the roles of a call, in the order said."""
        query = select(role_changes).where(role_changes.c.call == call_id).order_by(role_changes.c.number)
        return [RoleChange(**row) for row in self._connection.execute(query).mappings()]


def _to_mend(row: RowMapping) -> Mend:
    return Mend(**row)
