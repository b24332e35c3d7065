"""What was held under the names of documents, and what people said about them; both outlive a removal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, Column, Connection, Integer, Table, Text, delete, func, select, update

from pipeline.collateral.records import Document, Passage
from pipeline.collateral.versions import Change, End, PassageText, Version
from pipeline.store.rows import insert_rows, upsert_rows
from pipeline.store.tables import KEY, UtcDateTime, metadata

document_versions = Table(
    "document_versions",
    metadata,
    Column("name", KEY, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("change", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("end", Text),
    Column("passages", JSON, nullable=False),
)

# A value of null is a field that somebody emptied.
document_edits = Table(
    "document_edits",
    metadata,
    Column("name", KEY, primary_key=True),
    Column("field", KEY, primary_key=True),
    Column("value", JSON),
    Column("who", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Edit:
    """A field of a document as somebody set it; the value None empties it."""

    field: str
    value: Any
    who: str
    at: datetime


class DocumentHistory:
    """One row per content that a document had, and one per field that somebody set."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def versions(self, name: str) -> list[Version]:
        """Return what was held under a name, the first content first."""
        held = document_versions.c
        query = select(document_versions).where(held.name == name).order_by(held.number)
        return [
            Version(**{**row, "passages": tuple(PassageText(*one) for one in row["passages"])})
            for row in self._connection.execute(query).mappings()
        ]

    def removed(self) -> list[Version]:
        """Return the last content of each document that is not held any more, by name."""
        held = document_versions.c
        last = select(held.name, func.max(held.number).label("number")).group_by(held.name).subquery()
        query = select(held.name).join(last, (last.c.name == held.name) & (last.c.number == held.number))
        names = self._connection.scalars(query.where(held.end == "removed").order_by(held.name)).all()
        return [self.versions(name)[-1] for name in names]

    def begin(self, document: Document, passages: Sequence[Passage]) -> tuple[int, Change]:
        """Note the content that is held from now on; return the number of its version, and how it came.

        The same bytes read anew are no new version.
        """
        texts = [[passage.locator, passage.text] for passage in passages]
        before = self.versions(document.name)
        last = before[-1] if before else None
        if last and last.ended_at is None and last.sha256 == document.sha256:
            self._update_last(last, title=document.title, passages=texts)
            return last.number, last.change
        self.end(document.name, "replaced")
        change: Change = "added" if last is None else "changed" if last.end != "removed" else "put_back"
        number = last.number + 1 if last else 1
        row = {
            "name": document.name,
            "number": number,
            "change": change,
            "title": document.title,
            "sha256": document.sha256,
            "added_at": document.added_at,
            "ended_at": None,
            "end": None,
            "passages": texts,
        }
        insert_rows(self._connection, document_versions, [row])
        return number, change

    def end(self, name: str, end: End) -> None:
        """Note that what is held under a name is held no longer."""
        open_one = (document_versions.c.name == name) & document_versions.c.ended_at.is_(None)
        self._connection.execute(update(document_versions).where(open_one).values(ended_at=datetime.now(UTC), end=end))

    def rename(self, old: str, new: str) -> None:
        """Let what is known of a name go on under another; if that has a history of its own, the old one ends."""
        if self.versions(new):
            self.end(old, "removed")
            return
        for table in (document_versions, document_edits):
            self._connection.execute(update(table).where(table.c.name == old).values(name=new))

    def forget(self, name: str) -> None:
        """Delete all that is known of a name."""
        for table in (document_versions, document_edits):
            self._connection.execute(delete(table).where(table.c.name == name))

    def edits(self, name: str | None = None) -> dict[str, list[Edit]]:
        """Return what people set, by the name of the document: of one, or of all."""
        query = select(document_edits).order_by(document_edits.c.name, document_edits.c.field)
        if name is not None:
            query = query.where(document_edits.c.name == name)
        found: dict[str, list[Edit]] = {}
        for row in self._connection.execute(query).mappings():
            found.setdefault(row["name"], []).append(Edit(row["field"], row["value"], row["who"], row["at"]))
        return found

    def edit(self, name: str, fields: Mapping[str, Any], *, who: str) -> None:
        """Keep fields as somebody sets them, in place of what they said before; None empties a field."""
        now = datetime.now(UTC)
        rows = [
            {"name": name, "field": field, "value": value, "who": who, "at": now} for field, value in fields.items()
        ]
        upsert_rows(self._connection, document_edits, rows)

    def _update_last(self, last: Version, **values: Any) -> None:
        is_last = (document_versions.c.name == last.name) & (document_versions.c.number == last.number)
        self._connection.execute(update(document_versions).where(is_last).values(**values))
