"""The order in which phrases and calls changed, for whoever keeps a copy in step: triggers write it, whoever changes.

A row says "look again", not what changed, so that reading rows twice does no harm. On PostgreSQL a writer takes its
numbers under a lock that it keeps until it commits: who has read up to a number has missed nothing below it.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import BigInteger, Column, Connection, Table, delete, func, select

from pipeline.store import tables as t

changes = Table(
    "changes",
    t.metadata,
    Column("number", t.SERIAL, primary_key=True),
    Column("mark", BigInteger, nullable=False),
    Column("phrase", BigInteger),
    Column("call", t.KEY),
    sqlite_autoincrement=True,
)

# One row: a number that grows when any moment joins or leaves a theme.
theme_changes = Table("theme_changes", t.metadata, Column("number", BigInteger, nullable=False))

_KEPT = 200_000
"""So many of the last changes stay, for copies that another machine or process keeps."""


@dataclass(frozen=True, slots=True)
class Point:
    """A place in the history. Its random mark tells this database's history from that of any other, or an older one."""

    number: int
    mark: int


@dataclass(frozen=True, slots=True)
class Touched:
    """What to look at again, each once."""

    phrases: list[int]
    calls: list[str]
    lost_calls: bool
    """Whether any call went; an erased one is named nowhere."""


class Changes:
    """The history of phrases and calls."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def last(self) -> Point:
        """Return where the history has come to."""
        query = select(changes.c.number, changes.c.mark).order_by(changes.c.number.desc()).limit(1)
        return Point(*self._connection.execute(query).one())

    def holds(self, point: Point) -> bool:
        """Return whether the point is part of this history, and what came after it is still known."""
        query = select(changes.c.mark).where(changes.c.number == point.number)
        return self._connection.scalar(query) == point.mark

    def since(self, point: Point) -> Touched:
        """Return what was touched after the point."""
        later = changes.c.number > point.number
        phrases = select(changes.c.phrase).where(later, changes.c.phrase.is_not(None)).distinct()
        calls = select(changes.c.call).where(later, changes.c.call.is_not(None)).distinct()
        named = set(self._connection.scalars(calls))
        return Touched(sorted(self._connection.scalars(phrases)), sorted(named - {""}), "" in named)

    def themes_number(self) -> int:
        """Return a number that grows when any moment joins or leaves a theme."""
        return int(self._connection.execute(select(theme_changes.c.number)).scalar_one())

    def drop_before(self, point: Point) -> int:
        """Let go of what came before a point that a saved copy has reached, save the latest; return how many."""
        newest = self._connection.scalar(select(func.max(changes.c.number))) or 0
        before = min(point.number, newest - _KEPT)
        return self._connection.execute(delete(changes).where(changes.c.number < before)).rowcount
