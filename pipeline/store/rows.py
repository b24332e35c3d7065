"""What several facets need to write rows: upserts, long lists of keys, and the check that a call is held."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, select
from sqlalchemy.dialects import postgresql, sqlite

from pipeline.errors import NotFound
from pipeline.store import tables as t

T = TypeVar("T")
KEYS_AT_ONCE = 1_000
"""Below the number of values that either database takes in one statement."""

# Both have "on conflict", which SQLAlchemy's common insert lacks.
_INSERT: dict[str, Callable[[Table], Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def chunked(values: Iterable[T], size: int = KEYS_AT_ONCE) -> Iterator[list[T]]:
    """Yield the values in lists of at most `size`."""
    rest = iter(values)
    while chunk := list(islice(rest, size)):
        yield chunk


def insert_rows(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert the rows; no rows do nothing."""
    if rows:
        connection.execute(table.insert(), rows)


def upsert_rows(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert the rows; where a primary key is held, its other columns take the new values."""
    if not rows:
        return
    statement = _INSERT[connection.dialect.name](table)
    keys = [column.name for column in table.primary_key]
    new = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=new), rows)


def insert_missing(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert the rows whose primary key is not held yet."""
    if rows:
        connection.execute(_INSERT[connection.dialect.name](table).on_conflict_do_nothing(), rows)


def require_call(connection: Connection, call_id: str) -> None:
    """Raise NotFound unless the call is held."""
    if connection.scalar(select(t.calls.c.id).where(t.calls.c.id == call_id)) is None:
        raise NotFound(f"No call {call_id!r}. `buyerspeak calls` lists the calls that are held.")
