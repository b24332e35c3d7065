"""An encoder without weights: the stand-in for tests that need vectors and no meaning."""

from __future__ import annotations

import re
from collections.abc import Sequence
from zlib import crc32

import numpy as np
import numpy.typing as npt

_WORD = re.compile(r"\w+")


class HashingEncoder:
    """Counts words into hashed places, so that texts that share words are near each other."""

    name = "hashing"
    dim = 256

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return shape (len(texts), dim), rows of unit length; a text without words points at the first place."""
        vectors = np.zeros((len(texts), self.dim), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in _WORD.findall(text.lower()) or [""]:
                vectors[row, crc32(word.encode()) % self.dim] += 1.0
        norms = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        return np.asarray(vectors / norms, dtype=np.float32)
