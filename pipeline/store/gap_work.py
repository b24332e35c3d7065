"""What was done about gaps, and how themes stood on each day; no quote of a call is stored here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date

from sqlalchemy import JSON, Column, Connection, Index, Integer, RowMapping, Table, Text, delete, func, select

from pipeline.errors import NotFound
from pipeline.gap_work import GapEvent, GapSnapshot
from pipeline.store.rows import insert_rows
from pipeline.store.tables import KEY, SERIAL, UtcDateTime, metadata

gap_events = Table(
    "gap_events",
    metadata,
    Column("number", SERIAL, primary_key=True),
    Column("theme", KEY, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("who", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("value", JSON, nullable=False),
    Column("note", Text, nullable=False),
    Index("gap_events_by_theme", "theme"),
    sqlite_autoincrement=True,
)

gap_snapshots = Table(
    "gap_snapshots",
    metadata,
    Column("day", KEY, primary_key=True),
    Column("theme", KEY, primary_key=True),
    Column("label", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("n_calls", Integer, nullable=False),
    Column("n_accounts", Integer, nullable=False),
)


class GapWorks:
    """One row per event, never changed; and per day and theme the last status of that day."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, events: Sequence[GapEvent]) -> None:
        """Add events in the order given; their numbers are given here."""
        rows = [{**asdict(event), "value": dict(event.value)} for event in events]
        for row in rows:
            del row["number"]
        insert_rows(self._connection, gap_events, rows)

    def events(self, theme: str | None = None) -> list[GapEvent]:
        """Return all events, or those of a theme, in the order in which they happened."""
        query = select(gap_events).order_by(gap_events.c.number)
        if theme is not None:
            query = query.where(gap_events.c.theme == theme)
        return [GapEvent(**row) for row in self._connection.execute(query).mappings()]

    def get(self, number: int) -> GapEvent:
        """Return the event of this number; NotFound if there is none."""
        row = self._connection.execute(select(gap_events).where(gap_events.c.number == number)).mappings().first()
        if row is None:
            raise NotFound(f"No event {number}. `buyerspeak gap history` lists what was done about gaps.")
        return GapEvent(**row)

    def last_number(self) -> int:
        """Return the number of the last event, 0 before the first; it tells whether anything has changed."""
        return self._connection.scalar(select(func.max(gap_events.c.number))) or 0

    def put_snapshot(self, day: date, snapshots: Sequence[GapSnapshot]) -> None:
        """Hold these as how things stood on the day, in place of what was held for it."""
        self._connection.execute(delete(gap_snapshots).where(gap_snapshots.c.day == day.isoformat()))
        rows = [{**asdict(one), "day": one.day.isoformat()} for one in snapshots]
        insert_rows(self._connection, gap_snapshots, rows)

    def snapshots(self) -> list[GapSnapshot]:
        """Return how themes stood, by day and theme."""
        query = select(gap_snapshots).order_by(gap_snapshots.c.day, gap_snapshots.c.theme)
        return [_to_snapshot(row) for row in self._connection.execute(query).mappings()]


def _to_snapshot(row: RowMapping) -> GapSnapshot:
    return GapSnapshot(**{**row, "day": date.fromisoformat(row["day"])})
