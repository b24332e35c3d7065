"""An encoder that reads what the store holds and makes the rest: most of what is compared was encoded when it came."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from models.protocols import Encoder
from pipeline.records import text_hash
from pipeline.store.session import Transaction


class HeldEncoder:
    """Gives an encoder's vectors within one transaction, which reads; `keep` holds what was made in one that writes."""

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
        vectors = self._tx.vectors.of_hashes(self.name, hashes)
        missing = {name: text for name, text in zip(hashes, texts, strict=True) if name not in vectors}
        if missing:
            made = dict(zip(missing, self._encoder.encode(list(missing.values())), strict=True))
            self._made |= made
            vectors |= made
        return np.array([vectors[name] for name in hashes], dtype=np.float32).reshape(len(texts), self.dim)

    def keep(self, tx: Transaction) -> None:
        """Hold the vectors that were made."""
        if self._made:
            tx.vectors.put(self.name, list(self._made), np.array(list(self._made.values())))
