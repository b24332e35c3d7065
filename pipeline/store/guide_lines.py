"""Lines that people wrote into guides, and the places of calls that they rest on; no words of a call lie here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Column, Connection, ForeignKey, Index, Integer, Table, Text, delete, insert, select, update

from pipeline.errors import NotFound
from pipeline.store.rows import insert_rows
from pipeline.store.tables import KEY, SERIAL, UtcDateTime, metadata

guide_lines = Table(
    "guide_lines",
    metadata,
    Column("number", SERIAL, primary_key=True),
    Column("subject", KEY, nullable=False),
    Column("part", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("n_evidence", Integer, nullable=False),
    Index("guide_lines_by_subject", "subject"),
    sqlite_autoincrement=True,
)

# Apart from the lines: it is erased with its call, and the line stays and says that it was.
guide_evidence = Table(
    "guide_evidence",
    metadata,
    Column("line", SERIAL, ForeignKey("guide_lines.number"), primary_key=True, autoincrement=False),
    Column("call", KEY, ForeignKey("calls.id"), primary_key=True),
    Column("turn", Integer, primary_key=True, autoincrement=False),
    Column("start_char", Integer, primary_key=True, autoincrement=False),
    Column("end_char", Integer, nullable=False),
    Column("text_hash", Text, nullable=False),
    Index("guide_evidence_by_call", "call"),
)


@dataclass(frozen=True, slots=True)
class EvidencePlace:
    """A stretch of a turn that a line rests on, and what its text was when the line was written, as a hash."""

    call: str
    turn: int
    start_char: int
    end_char: int
    text_hash: str


@dataclass(frozen=True, slots=True)
class GuideLine:
    """A line by a person. `subject` is `theme:ID` or `category:NAME`; `number` is 0 until it is held."""

    number: int
    subject: str
    part: str
    text: str
    who: str
    at: datetime
    n_evidence: int
    """The places that were given; fewer are held once a call is erased."""
    evidence: tuple[EvidencePlace, ...] = ()


class GuideLines:
    """One row per line and one per place that it rests on."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, line: GuideLine) -> GuideLine:
        """Hold a new line; its number is given here and never again."""
        row = {name: getattr(line, name) for name in ("subject", "part", "text", "who", "at", "n_evidence")}
        made = self._connection.execute(insert(guide_lines).returning(guide_lines.c.number), row)
        number = int(made.scalar_one())
        names = EvidencePlace.__slots__
        rows = [{"line": number} | {name: getattr(place, name) for name in names} for place in line.evidence]
        insert_rows(self._connection, guide_evidence, rows)
        return replace(line, number=number)

    def all(self, subjects: Sequence[str] | None = None) -> list[GuideLine]:
        """Return the lines of these subjects, or of all, in the order they were written."""
        query = select(guide_lines).order_by(guide_lines.c.number)
        if subjects is not None:
            query = query.where(guide_lines.c.subject.in_(subjects))
        places = defaultdict(list)
        order = (guide_evidence.c.line, guide_evidence.c.call, guide_evidence.c.turn, guide_evidence.c.start_char)
        for row in self._connection.execute(select(guide_evidence).order_by(*order)).mappings():
            places[row["line"]].append(EvidencePlace(**{name: row[name] for name in EvidencePlace.__slots__}))
        rows = self._connection.execute(query).mappings()
        return [GuideLine(**row, evidence=tuple(places[row["number"]])) for row in rows]

    def get(self, number: int) -> GuideLine:
        """Return a line; NotFound if it is not held."""
        for line in self.all():
            if line.number == number:
                return line
        raise NotFound(f"No line {number} of a guide. `buyerspeak guide-line list` lists the lines that are held.")

    def change(self, number: int, text: str, *, who: str, at: datetime) -> None:
        """Put a text in place of a line's; NotFound if it is not held."""
        self.get(number)
        values = {"text": text, "who": who, "at": at}
        self._connection.execute(update(guide_lines).where(guide_lines.c.number == number).values(values))

    def remove(self, number: int) -> None:
        """Delete a line; NotFound if it is not held."""
        self.get(number)
        self._connection.execute(delete(guide_evidence).where(guide_evidence.c.line == number))
        self._connection.execute(delete(guide_lines).where(guide_lines.c.number == number))
