"""An encoder that reads what the store holds and makes the rest: most of what is compared was encoded when it came."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from models.protocols import Encoder
from pipeline.records import text_hash
from pipeline.store.rows import chunked
from pipeline.store.session import Store, Transaction

_TEXTS_AT_ONCE: Final = 256
"""So many vectors are made between two writes: an interruption loses no more."""


class HeldEncoder:
    """Gives an encoder's vectors within one transaction, which only reads; each text that it lacks is encoded once."""

    def __init__(self, tx: Transaction, encoder: Encoder) -> None:
        """Take the store's transaction and what encodes the texts that it lacks."""
        self.name = encoder.name
        self._tx = tx
        self._encoder = encoder
        self._made: dict[str, npt.NDArray[np.float32]] = {}

    @property
    def dim(self) -> int:
        """The length of a vector."""
        return self._encoder.dim

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return the unit vectors of texts in the order given, shape (len(texts), dim)."""
        hashes = [text_hash(text) for text in texts]
        vectors = self._tx.vectors.of_hashes(self.name, hashes) | self._made
        missing = {name: text for name, text in zip(hashes, texts, strict=True) if name not in vectors}
        if missing:
            made = dict(zip(missing, self._encoder.encode(list(missing.values())), strict=True))
            self._made |= made
            vectors |= made
        return np.array([vectors[name] for name in hashes], dtype=np.float32).reshape(len(texts), self.dim)


def hold_vectors(store: Store, encoder: Encoder, texts: Iterable[str]) -> None:
    """Make the vectors that texts lack, and hold those whose text is still held when they are made.

    No transaction is open while an encoder works, which takes minutes: others write meanwhile, and what they erase
    stays erased.
    """
    named = {text_hash(text): text for text in texts}
    with store.read() as tx:
        held = tx.vectors.held(encoder.name, list(named))
    for hashes in chunked([name for name in named if name not in held], _TEXTS_AT_ONCE):
        vectors = encoder.encode([named[name] for name in hashes])
        with store.begin() as tx:
            kept = tx.vectors.with_text(hashes)
            rows = [row for row, name in enumerate(hashes) if name in kept]
            tx.vectors.put(encoder.name, [hashes[row] for row in rows], vectors[rows])
