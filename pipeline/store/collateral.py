"""Marketing's documents and their passages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, or_, select

from pipeline.collateral.records import Document, Passage
from pipeline.collateral.versions import Version
from pipeline.errors import NotFound
from pipeline.records import text_hash
from pipeline.store import tables as t
from pipeline.store.document_history import DocumentHistory, Edit
from pipeline.store.removal import remove_unused_vectors
from pipeline.store.rows import insert_rows

_PASSAGE = (
    t.passages.c.id,
    t.passages.c.document,
    t.documents.c.name.label("document_name"),
    t.passages.c.position,
    t.passages.c.locator,
    t.passages.c.text,
    t.passages.c.fragment,
    t.passages.c.is_notes,
)
_WRITTEN = ("id", "document", "position", "locator", "text", "fragment", "is_notes")


class Collateral:
    """One row per document and one per passage; what was held before, and what people said of it, stays known."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._history = DocumentHistory(connection)

    def add(self, document: Document, passages: Sequence[Passage]) -> Document:
        """Hold a document with its passages, in place of one of the same name or id, and return it as it is now held.

        Other content under a known name is a new version. What people set by hand holds on.
        """
        older = or_(t.documents.c.name == document.name, t.documents.c.id == document.id)
        dropped = []
        for held in self._connection.execute(select(t.documents).where(older)).mappings().all():
            dropped += self._delete(held["id"])
            if held["name"] != document.name:
                self._history.rename(held["name"], document.name)
        number, _ = self._history.begin(document, passages)
        document = replace(document, version=number)
        row = {column.name: getattr(document, column.name) for column in t.documents.columns}
        insert_rows(
            self._connection,
            t.documents,
            [row | {"metadata": dict(document.metadata), "remarks": list(document.remarks)}],
        )
        insert_rows(self._connection, t.passages, [_to_row(passage) for passage in passages])
        remove_unused_vectors(self._connection, dropped)
        return self.get(document.id)

    def holds(self, document: Document, passages: Sequence[Passage]) -> bool:
        """Whether just this is held under this name: `add` would change nothing but the time."""
        query = select(t.documents).where(t.documents.c.name == document.name)
        row = self._connection.execute(query).mappings().first()
        said = ("id", "title", "format", "sha256", "metadata")
        if row is None or any(row[name] != getattr(document, name) for name in said):
            return False
        of_document = select(t.passages).where(t.passages.c.document == document.id).order_by(t.passages.c.position)
        held = [dict(one) for one in self._connection.execute(of_document).mappings()]
        return held == [_to_row(passage) for passage in passages]

    def all(self) -> list[Document]:
        """Return the documents by name."""
        edits = self._history.edits()
        rows = self._connection.execute(select(t.documents).order_by(t.documents.c.name)).mappings()
        return [_to_document(row, edits.get(row["name"], ())) for row in rows]

    def get(self, id_or_name: str) -> Document:
        """Return the document of this id, or else of this name; NotFound if it is not held."""
        documents = t.documents.c
        named = select(t.documents).where(or_(documents.id == id_or_name, documents.name == id_or_name))
        row = self._connection.execute(named.order_by(documents.id != id_or_name)).mappings().first()
        if row is None:
            raise NotFound(f"No document {id_or_name!r}. `buyerspeak collateral list` lists those that are held.")
        return _to_document(row, self.edits(row["name"]))

    def find_sha256(self, sha256: str) -> Document | None:
        """Return a document made from a file of this digest, if any."""
        held = select(t.documents.c.id).where(t.documents.c.sha256 == sha256).order_by(t.documents.c.name)
        found = self._connection.scalar(held)
        return self.get(found) if found else None

    def passages(self, document: str | None = None) -> list[Passage]:
        """Return the passages of a document, by id or name, or of all documents; by document name and position."""
        joined = t.passages.join(t.documents, t.documents.c.id == t.passages.c.document)
        query = select(*_PASSAGE).select_from(joined).order_by(t.documents.c.name, t.passages.c.position)
        documents = self.all() if document is None else [self.get(document)]
        if document is not None:
            query = query.where(t.passages.c.document == documents[0].id)
        urls = {held.id: held.url for held in documents}
        return [
            Passage(**row, document_url=urls[row["document"]]) for row in self._connection.execute(query).mappings()
        ]

    def remove(self, id_or_name: str, *, with_history: bool = False) -> None:
        """Delete a document, its passages, and vectors that nothing uses any more; NotFound if it is not held.

        Its history stays, so that it can be compared if it is put back; `with_history` deletes that too, also of a
        document that was removed before.
        """
        try:
            held = self.get(id_or_name)
        except NotFound:
            if not (with_history and self._history.versions(id_or_name)):
                raise
            self._history.forget(id_or_name)
            return
        remove_unused_vectors(self._connection, self._delete(held.id))
        if with_history:
            self._history.forget(held.name)
        else:
            self._history.end(held.name, "removed")

    def versions(self, name: str) -> list[Version]:
        """Return all that was held under a name, the first content first; nothing if nothing ever was."""
        return self._history.versions(name)

    def history(self, id_or_name: str) -> list[Version]:
        """Return `versions`, also by the id of what is held; NotFound if nothing ever was."""
        return self.versions(id_or_name) or self.versions(self.get(id_or_name).name)

    def removed(self) -> list[Version]:
        """Return the last content of each document that is held no longer, by name."""
        return self._history.removed()

    def edits(self, name: str) -> list[Edit]:
        """Return the fields that people set of a document, by the field's name."""
        return self._history.edits(name).get(name, [])

    def edit(self, id_or_name: str, fields: Mapping[str, Any], *, who: str) -> Document:
        """Set fields of a document by hand, None to empty one, and return it; NotFound if it is not held."""
        self._history.edit(self.get(id_or_name).name, fields, who=who)
        return self.get(id_or_name)

    def _delete(self, document_id: str) -> list[str]:
        """Delete a document with its passages, and return the hashes of their texts."""
        passages = t.passages.c
        of_document = passages.document == document_id
        hashes = list(self._connection.scalars(select(passages.text_hash).where(of_document).distinct()))
        self._connection.execute(delete(t.passages).where(of_document))
        self._connection.execute(delete(t.documents).where(t.documents.c.id == document_id))
        return hashes


def _to_document(row: RowMapping, edits: Sequence[Edit]) -> Document:
    said = {**row["metadata"], **{edit.field: edit.value for edit in edits}}
    metadata = {field: value for field, value in said.items() if value is not None}
    title = metadata.pop("title", row["title"])
    return Document(**{**row, "title": title, "metadata": metadata, "remarks": tuple(row["remarks"])})


def _to_row(passage: Passage) -> dict[str, Any]:
    return {name: getattr(passage, name) for name in _WRITTEN} | {"text_hash": text_hash(passage.text)}
