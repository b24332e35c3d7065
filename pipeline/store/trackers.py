"""Trackers: what people want found, as the examples that they gave. Their finds are computed, never stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Column, Connection, Double, ForeignKey, Index, RowMapping, Table, Text, delete, select

from pipeline.errors import Conflict, NotFound
from pipeline.records import text_hash
from pipeline.store.rows import insert_rows, upsert_rows
from pipeline.store.tables import KEY, UtcDateTime, metadata

trackers = Table(
    "trackers",
    metadata,
    Column("name", KEY, primary_key=True),
    Column("description", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("threshold", Double),
    Column("who", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

# `call` is where the words were said: they are erased with it. Those that somebody wrote have none.
tracker_examples = Table(
    "tracker_examples",
    metadata,
    Column("tracker", KEY, ForeignKey("trackers.name"), primary_key=True),
    Column("text_hash", KEY, primary_key=True),
    Column("text", Text, nullable=False),
    Column("is_counter", Boolean, nullable=False),
    Column("call", KEY, ForeignKey("calls.id")),
    Column("who", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index("tracker_examples_by_call", "call"),
)


@dataclass(frozen=True, slots=True)
class Tracker:
    """A detector of one's own; `role` is whose speech it reads, or "any", `threshold` None is the detector's own."""

    name: str
    description: str
    role: str
    threshold: float | None
    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TrackerExample:
    """A text that a tracker is to find, or to pass by if `is_counter`; `call` is where it was said, if in one."""

    text: str
    is_counter: bool
    call: str | None
    who: str
    at: datetime


class Trackers:
    """One row per tracker and one per example; equal texts are one example, and the last word on it holds."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, tracker: Tracker, examples: Sequence[TrackerExample]) -> None:
        """Hold a new tracker with its examples; Conflict if its name is taken."""
        if tracker.name in self.names():
            raise Conflict(
                f"There is a tracker {tracker.name!r} already. `buyerspeak tracker remove` makes room for another."
            )
        insert_rows(self._connection, trackers, [asdict(tracker)])
        self.put_examples(tracker.name, examples)

    def get(self, name: str) -> Tracker:
        """Return a tracker; NotFound, with the names that are held, if it is not."""
        row = self._connection.execute(select(trackers).where(trackers.c.name == name)).mappings().first()
        if row is None:
            raise NotFound(_not_held(name, self.names()))
        return Tracker(**row)

    def all(self) -> list[Tracker]:
        """Return the trackers by name."""
        return [
            Tracker(**row) for row in self._connection.execute(select(trackers).order_by(trackers.c.name)).mappings()
        ]

    def names(self) -> list[str]:
        """Return the names of `all`."""
        return list(self._connection.scalars(select(trackers.c.name).order_by(trackers.c.name)))

    def examples(self, name: str) -> list[TrackerExample]:
        """Return the examples of a tracker, counter-examples among them, the earliest given first."""
        found = tracker_examples.c
        query = select(tracker_examples).where(found.tracker == name).order_by(found.at, found.text_hash)
        return [_to_example(row) for row in self._connection.execute(query).mappings()]

    def put_examples(self, name: str, examples: Sequence[TrackerExample]) -> None:
        """Hold further examples of a tracker; a text that is held already is what it is called now."""
        rows = {text_hash(example.text): _to_row(name, example) for example in examples}
        upsert_rows(self._connection, tracker_examples, list(rows.values()))

    def remove(self, name: str) -> None:
        """Delete a tracker with its examples; NotFound if it is not held."""
        self.get(name)
        self._connection.execute(delete(tracker_examples).where(tracker_examples.c.tracker == name))
        self._connection.execute(delete(trackers).where(trackers.c.name == name))


def _not_held(name: str, held: Sequence[str]) -> str:
    from difflib import get_close_matches

    folded = {known.casefold(): known for known in held}
    near = [folded[found] for found in get_close_matches(name.casefold(), list(folded))]
    if near:
        return f"No tracker {name!r}. Did you mean {' or '.join(repr(known) for known in near)}?"
    return f"No tracker {name!r}. `buyerspeak tracker list` lists the trackers that are held."


def _to_row(name: str, example: TrackerExample) -> dict[str, Any]:
    return {"tracker": name, "text_hash": text_hash(example.text)} | asdict(example)


def _to_example(row: RowMapping) -> TrackerExample:
    return TrackerExample(**{name: value for name, value in row.items() if name not in ("tracker", "text_hash")})
