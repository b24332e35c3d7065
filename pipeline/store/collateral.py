"""Marketing's documents and their passages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, delete, or_, select

from pipeline.collateral.records import Document, Passage
from pipeline.errors import NotFound
from pipeline.records import text_hash
from pipeline.store import tables as t
from pipeline.store.removal import remove_unused_vectors
from pipeline.store.rows import insert_rows

_PASSAGE = (
    t.passages.c.id,
    t.passages.c.document,
    t.documents.c.name.label("document_name"),
    t.passages.c.position,
    t.passages.c.locator,
    t.passages.c.text,
)


class Collateral:
    """One row per document and one per passage."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, document: Document, passages: Sequence[Passage]) -> None:
        """Hold a document with its passages, in place of one of the same name or id."""
        older = or_(t.documents.c.name == document.name, t.documents.c.id == document.id)
        dropped = [
            name
            for held in self._connection.scalars(select(t.documents.c.id).where(older)).all()
            for name in self._delete(held)
        ]
        row = {column.name: getattr(document, column.name) for column in t.documents.columns}
        insert_rows(self._connection, t.documents, [row | {"metadata": dict(document.metadata)}])
        insert_rows(self._connection, t.passages, [_to_row(passage) for passage in passages])
        remove_unused_vectors(self._connection, dropped)

    def all(self) -> list[Document]:
        """Return the documents by name."""
        return [
            Document(**row)
            for row in self._connection.execute(select(t.documents).order_by(t.documents.c.name)).mappings()
        ]

    def get(self, id_or_name: str) -> Document:
        """Return the document of this id, or else of this name; NotFound if it is not held."""
        documents = t.documents.c
        named = select(t.documents).where(or_(documents.id == id_or_name, documents.name == id_or_name))
        row = self._connection.execute(named.order_by(documents.id != id_or_name)).mappings().first()
        if row is None:
            raise NotFound(f"No document {id_or_name!r}. `buyerspeak collateral list` lists those that are held.")
        return Document(**row)

    def find_sha256(self, sha256: str) -> Document | None:
        """Return a document made from a file of this digest, if any."""
        held = select(t.documents).where(t.documents.c.sha256 == sha256).order_by(t.documents.c.name)
        row = self._connection.execute(held).mappings().first()
        return Document(**row) if row else None

    def passages(self, document: str | None = None) -> list[Passage]:
        """Return the passages of a document, by id or name, or of all documents; by document name and position."""
        joined = t.passages.join(t.documents, t.documents.c.id == t.passages.c.document)
        query = select(*_PASSAGE).select_from(joined).order_by(t.documents.c.name, t.passages.c.position)
        if document is not None:
            query = query.where(t.passages.c.document == self.get(document).id)
        return [Passage(**row) for row in self._connection.execute(query).mappings()]

    def remove(self, id_or_name: str) -> None:
        """Delete a document, its passages, and vectors that nothing uses any more; NotFound if it is not held."""
        remove_unused_vectors(self._connection, self._delete(self.get(id_or_name).id))

    def _delete(self, document_id: str) -> list[str]:
        """Delete a document with its passages, and return the hashes of their texts."""
        passages = t.passages.c
        of_document = passages.document == document_id
        hashes = list(self._connection.scalars(select(passages.text_hash).where(of_document).distinct()))
        self._connection.execute(delete(t.passages).where(of_document))
        self._connection.execute(delete(t.documents).where(t.documents.c.id == document_id))
        return hashes


def _to_row(passage: Passage) -> dict[str, Any]:
    row = {name: getattr(passage, name) for name in ("id", "document", "position", "locator", "text")}
    return row | {"text_hash": text_hash(passage.text)}
