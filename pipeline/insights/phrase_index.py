"""The vector index kept in step with the store, for whoever searches."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from threading import Lock

import numpy as np

from models.protocols import Encoder
from pipeline.insights.index import Ids, ReadVectors, VectorIndex, Vectors, load_index
from pipeline.records import PhraseFilter
from pipeline.store.session import Store, Transaction


class PhraseIndex:
    """Opens the saved index if it can be trusted, else builds it from the store's rows, and follows every change."""

    def __init__(self, store: Store, encoder: Encoder, folder: Path) -> None:
        """Remember the parts; nothing is read before the first question."""
        self._store = store
        self._encoder = encoder
        self._folder = folder
        self._index: VectorIndex | None = None
        self._lock = Lock()

    def nearest(self, tx: Transaction, query: Vectors, n: int, *, allowed: Ids | None = None) -> tuple[Ids, Vectors]:
        """Return ids and cosines of the `n` phrases nearest to `query`; a change since the last question comes first.

        Another thread may have taken the index further than `tx` sees: an id that is not held there is to be passed by.
        """
        with self._lock:
            return self._followed(tx).nearest(query, n, allowed=allowed)

    def _followed(self, tx: Transaction) -> VectorIndex:
        """Return the index as the store is in `tx`; the lock is held."""
        change_number = tx.phrases.change_number()
        if self._index is None:
            self._index = self._opened()
        if self._index.change_number != change_number:
            self._index.catch_up(tx.phrases.ids(PhraseFilter()), change_number, self._reader(tx))
        return self._index

    def save(self) -> int:
        """Bring the index up to date, write it to its folder and return how many phrases it holds."""
        with self._lock, self._store.read() as tx:
            index = self._followed(tx)
            index.save(self._folder)
            return len(index)

    def _opened(self) -> VectorIndex:
        saved = load_index(self._folder, encoder=self._encoder.name, dim=self._encoder.dim)
        return saved or VectorIndex(encoder=self._encoder.name, dim=self._encoder.dim)

    def _reader(self, tx: Transaction) -> ReadVectors:
        def read(ids: Ids) -> Iterable[tuple[Ids, Vectors]]:
            wanted = None if len(ids) > 5_000 else ids.tolist()
            for found, vectors in tx.vectors.of_phrases(self._encoder.name, ids=wanted):
                keep = np.isin(found, ids)
                yield found[keep], vectors[keep]

        return read
