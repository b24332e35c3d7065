"""Vectors as rows: one per text and encoder, float32 in little-endian bytes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, Select, func, select

from pipeline.store import tables as t
from pipeline.store.rows import chunked, insert_missing

Matrix = npt.NDArray[np.float32]
Ids = npt.NDArray[np.int64]
_IDS_AT_ONCE = 10_000


class Vectors:
    """Equal texts share a vector; two encoders' vectors never meet."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, encoder: str, hashes: Sequence[str], vectors: Matrix) -> None:
        """Hold vectors, shape (len(hashes), dim); texts that have one keep it. ValueError for another shape."""
        if vectors.ndim != 2 or len(vectors) != len(hashes):
            raise ValueError(f"{len(hashes)} texts cannot have vectors of shape {vectors.shape}.")
        rows = (
            {"encoder": encoder, "text_hash": name, "vector": vector.tobytes()}
            for name, vector in zip(hashes, vectors.astype("<f4"), strict=True)
        )
        for chunk in chunked(rows):
            insert_missing(self._connection, t.vectors, chunk)

    def of_phrases(
        self, encoder: str, *, after_id: int = 0, ids: Sequence[int] | Ids | None = None, batch: int = 10_000
    ) -> Iterator[tuple[Ids, Matrix]]:
        """Yield the phrases that have a vector: ids, ascending, shape (n,), and vectors, shape (n, dim), n <= batch.

        `after_id` leaves out the phrases up to it; `ids` leaves out all others.
        """
        phrases, vectors = t.phrases.c, t.vectors.c
        own = (vectors.text_hash == phrases.text_hash) & (vectors.encoder == encoder)
        # An outer join, so that the database walks along the phrases and never sorts all vectors for one page.
        query = select(phrases.id, vectors.vector).select_from(t.phrases.outerjoin(t.vectors, own)).order_by(phrases.id)
        for rows in self._pages(query, batch, after_id) if ids is None else self._chosen(query, batch, after_id, ids):
            found = [row for row in rows if row.vector is not None]
            if found:
                matrix = np.frombuffer(b"".join(row.vector for row in found), dtype="<f4")
                yield np.array([row.id for row in found], dtype=np.int64), matrix.reshape(len(found), -1)

    def put_stacks(self, encoder: str, stacks: Mapping[str, Matrix]) -> None:
        """Hold several vectors of a text as one row, by the text's hash; each stack has shape (n, dim)."""
        rows = (
            {"encoder": encoder, "text_hash": name, "vector": stack.astype("<f4").tobytes()}
            for name, stack in stacks.items()
        )
        for chunk in chunked(rows):
            insert_missing(self._connection, t.vectors, chunk)

    def stacks_of_phrases(
        self, encoder: str, stack_encoder: str, *, dim: int, batch: int = 2_000
    ) -> Iterator[tuple[Ids, Ids, Matrix]]:
        """Yield for some phrases at a time all vectors of their stacks: phrase ids, places in the stack, vectors.

        All three have as many rows as there are vectors; phrases ascend, at most `batch` at once. A phrase without a
        stack gives its own vector, if it has one, at place -1.
        """
        phrases, own, stack = t.phrases.c, t.vectors.alias(), t.vectors.alias()
        joined = t.phrases.outerjoin(
            own, (own.c.text_hash == phrases.text_hash) & (own.c.encoder == encoder)
        ).outerjoin(stack, (stack.c.text_hash == phrases.text_hash) & (stack.c.encoder == stack_encoder))
        vector = func.coalesce(stack.c.vector, own.c.vector).label("vector")
        query = select(phrases.id, vector, stack.c.text_hash.is_not(None).label("is_stack"))
        for rows in self._pages(query.select_from(joined).order_by(phrases.id), batch, 0):
            found = [row for row in rows if row.vector is not None]
            if found:
                matrix = np.frombuffer(b"".join(row.vector for row in found), dtype="<f4").reshape(-1, dim)
                sizes = [len(row.vector) // (4 * dim) for row in found]
                places = [np.arange(size) if row.is_stack else [-1] for row, size in zip(found, sizes, strict=True)]
                ids = np.repeat(np.array([row.id for row in found], dtype=np.int64), sizes)
                yield ids, np.concatenate(places).astype(np.int64), matrix

    def of_hashes(self, encoder: str, hashes: Sequence[str]) -> dict[str, Matrix]:
        """Return the vectors, each of shape (dim,), of those of the texts that have one; stacks lie in one row."""
        vectors = t.vectors.c
        query = select(vectors.text_hash, vectors.vector).where(vectors.encoder == encoder)
        return {
            name: np.frombuffer(vector, dtype="<f4")
            for chunk in chunked(hashes)
            for name, vector in self._connection.execute(query.where(vectors.text_hash.in_(chunk)))
        }

    def held(self, encoder: str, hashes: Sequence[str]) -> set[str]:
        """Return those of the texts that have a vector."""
        vectors = t.vectors.c
        query = select(vectors.text_hash).where(vectors.encoder == encoder)
        return {
            name
            for chunk in chunked(hashes)
            for name in self._connection.scalars(query.where(vectors.text_hash.in_(chunk)))
        }

    def with_text(self, hashes: Sequence[str]) -> set[str]:
        """Return those of the texts that a phrase or a passage holds: no other may have a vector."""
        return {
            name
            for chunk in chunked(hashes)
            for table in (t.phrases, t.passages)
            for name in self._connection.scalars(
                select(table.c.text_hash).where(table.c.text_hash.in_(chunk)).distinct()
            )
        }

    def encoders(self) -> list[str]:
        """Return the names of the encoders that any vector is of."""
        return list(self._connection.scalars(select(t.vectors.c.encoder).distinct().order_by(t.vectors.c.encoder)))

    def _pages(self, query: Select[Any], batch: int, last: int) -> Iterator[Sequence[Any]]:
        while rows := self._connection.execute(query.where(t.phrases.c.id > last).limit(batch)).all():
            yield rows
            last = rows[-1].id

    def _chosen(self, query: Select[Any], batch: int, after_id: int, ids: Iterable[int]) -> Iterator[Sequence[Any]]:
        asked = sorted(int(phrase) for phrase in ids if phrase > after_id)
        for chunk in chunked(asked, min(batch, _IDS_AT_ONCE)):
            yield self._connection.execute(query.where(t.phrases.c.id.in_(chunk))).all()
