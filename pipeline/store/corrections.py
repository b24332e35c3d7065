"""What people said of moments, word after word, and where it stands in the transcripts as they are now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    RowMapping,
    Select,
    Table,
    Text,
    delete,
    func,
    select,
    update,
)

from pipeline.corrected import Correction, MachineMoment, Placement, Stretch
from pipeline.errors import Conflict, NotFound
from pipeline.store import tables as t
from pipeline.store.removal import note_phrase_change
from pipeline.store.rows import insert_rows, require_call

corrections = Table(
    "corrections",
    t.metadata,
    Column("number", t.SERIAL, primary_key=True),
    Column("id", t.KEY, nullable=False, unique=True),
    Column("call", t.KEY, ForeignKey("calls.id"), nullable=False),
    Column("point", t.KEY, nullable=False),
    Column("action", Text, nullable=False),
    Column("turn", Integer, nullable=False),
    Column("start_char", Integer, nullable=False),
    Column("end_char", Integer, nullable=False),
    Column("quote", Text, nullable=False),
    Column("kind", Text),
    Column("category", Text),
    Column("machine_id", t.KEY),
    Column("machine_start_char", Integer),
    Column("machine_end_char", Integer),
    Column("machine_kind", Text),
    Column("machine_category", Text),
    Column("who", Text, nullable=False),
    Column("at", t.UtcDateTime, nullable=False),
    Column("note", Text),
    Column("undone_by", Text),
    Column("undone_at", t.UtcDateTime),
    Index("corrections_by_call", "call"),
    Index("corrections_by_point", "point"),
    sqlite_autoincrement=True,
)

# One row per correction that holds; remade with the moments of its call.
placements = Table(
    "placements",
    t.metadata,
    Column("correction", t.KEY, ForeignKey("corrections.id"), primary_key=True),
    Column("call", t.KEY, ForeignKey("calls.id"), nullable=False),
    Column("turn", Integer),
    Column("start_char", Integer),
    Column("end_char", Integer),
    Column("quote", Text),
    Column("moment", t.KEY),
    Column("reason", Text),
    Index("placements_by_call", "call"),
    Index("placements_by_moment", "moment"),
)

_MACHINE = "machine_"
_PLACE = ("turn", "start_char", "end_char", "quote")
_IN_ORDER = corrections.c.number


class Corrections:
    """One row per correction, never changed but to say that it was undone; the last of a point holds."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, correction: Correction) -> None:
        """Keep a correction; NotFound if its call is not held."""
        require_call(self._connection, correction.call)
        insert_rows(self._connection, corrections, [_to_row(correction)])

    def undo(self, correction_id: str, *, who: str, at: datetime) -> Correction:
        """Note that a correction does not hold any more, and return it; the one before it of the same point does.

        NotFound if it is not held; Conflict if it is undone already, or followed by one that would hold without it.
        """
        undone = self.get(correction_id)
        if undone.undone_at is not None:
            raise Conflict(f"Correction {correction_id!r} was undone by {undone.undone_by} already.")
        last = next(held for held in self.live(undone.call) if held.point == undone.point)
        if last.id != correction_id:
            raise Conflict(f"Correction {correction_id!r} was followed by {last.id!r}. Undo that one first.")
        self._connection.execute(delete(placements).where(placements.c.correction == correction_id))
        this = corrections.c.id == correction_id
        self._connection.execute(update(corrections).where(this).values(undone_by=who, undone_at=at))
        return self.get(correction_id)

    def get(self, correction_id: str) -> Correction:
        """Return a correction, undone or not; NotFound if it is not held."""
        found = self._read(select(corrections).where(corrections.c.id == correction_id))
        if not found:
            raise NotFound(
                f"No correction {correction_id!r}. `buyerspeak moment history` lists the corrections that are held."
            )
        return found[0]

    def of_call(self, call_id: str) -> list[Correction]:
        """Return every correction of a call, in the order made, those that were followed or undone as well."""
        return self._read(select(corrections).where(corrections.c.call == call_id))

    def all(self) -> list[Correction]:
        """Return every correction, in the order made."""
        return self._read(select(corrections))

    def live(self, call_id: str | None = None) -> list[Correction]:
        """Return the corrections that hold, of one call or of all, in the order made."""
        last = select(func.max(corrections.c.number)).where(corrections.c.undone_at.is_(None))
        if call_id is not None:
            last = last.where(corrections.c.call == call_id)
        last = last.group_by(corrections.c.point)
        return self._read(select(corrections).where(corrections.c.number.in_(last)))

    def of_moment(self, moment_id: str) -> Correction | None:
        """Return the correction that makes this moment; None if a model alone found it."""
        made = select(placements.c.correction).where(placements.c.moment == moment_id)
        found = self._read(select(corrections).where(corrections.c.id.in_(made)))
        return found[-1] if found else None

    def place(self, call_id: str, placed: Sequence[Placement]) -> None:
        """Hold where the corrections of a call stand, in place of all that was held of it."""
        require_call(self._connection, call_id)
        before = self.placements(call_id)
        if before == {placement.correction: placement for placement in placed}:
            return
        self._connection.execute(delete(placements).where(placements.c.call == call_id))
        insert_rows(self._connection, placements, [_place_row(call_id, placement) for placement in placed])
        # A category or a trust state changes themes and gaps though every phrase stays as it is.
        note_phrase_change(self._connection)

    def placements(self, call_id: str | None = None) -> dict[str, Placement]:
        """Return where the corrections that hold stand, of one call or of all, by correction."""
        query = select(placements).order_by(placements.c.correction)
        if call_id is not None:
            query = query.where(placements.c.call == call_id)
        return {row["correction"]: _to_placement(row) for row in self._connection.execute(query).mappings()}

    def _read(self, query: Select[Any]) -> list[Correction]:
        return [_to_correction(row) for row in self._connection.execute(query.order_by(_IN_ORDER)).mappings()]


def _to_row(correction: Correction) -> dict[str, Any]:
    names = {column.name for column in corrections.columns}
    own = {name: value for name in names if (value := getattr(correction, name, None)) is not None}
    machine = {} if correction.machine is None else asdict(correction.machine)
    return own | asdict(correction.stretch) | {f"{_MACHINE}{name}": value for name, value in machine.items()}


def _to_correction(row: RowMapping) -> Correction:
    machine = {name.removeprefix(_MACHINE): value for name, value in row.items() if name.startswith(_MACHINE)}
    own = {
        name: value
        for name, value in row.items()
        if name != "number" and name not in _PLACE and not name.startswith(_MACHINE)
    }
    return Correction(
        **own, stretch=_to_stretch(row), machine=None if machine["id"] is None else MachineMoment(**machine)
    )


def _to_stretch(row: RowMapping) -> Stretch:
    return Stretch(**{name: row[name] for name in _PLACE})


def _place_row(call_id: str, placement: Placement) -> dict[str, Any]:
    place = dict.fromkeys(_PLACE) if placement.stretch is None else asdict(placement.stretch)
    own: Mapping[str, Any] = {name: getattr(placement, name) for name in ("correction", "moment", "reason")}
    return {"call": call_id, **own, **place}


def _to_placement(row: RowMapping) -> Placement:
    stretch = None if row["turn"] is None else _to_stretch(row)
    return Placement(row["correction"], stretch, moment=row["moment"], reason=row["reason"])
