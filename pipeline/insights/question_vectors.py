"""Vectors of questions, made on one core while another looks at the words, and kept for the next time."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from models.protocols import Encoder

Vectors = npt.NDArray[np.float32]

_KEPT = 1_024
"""A page asks its question again with every filter."""
_THREADS = 2


class QuestionVectors:
    """Encodes what is asked. Threads may share it."""

    def __init__(self, encoder: Encoder) -> None:
        """Take the encoder of the phrases, or one whose vectors go with its."""

        def encode(text: str) -> Vectors:
            vector: Vectors = encoder.encode([text])[0]
            return vector

        self._vector_of = lru_cache(maxsize=_KEPT)(encode)
        self._workers = ThreadPoolExecutor(_THREADS, thread_name_prefix="questions")

    def begin(self, text: str) -> Callable[[], Vectors]:
        """Begin to encode a text, and return what waits for its unit vector."""
        return self._workers.submit(self._vector_of, text).result

    def between(self, typed: Vectors, meant: str | None) -> Vectors:
        """Return the unit vector of what was typed or, where another wording is meant, that between the two."""
        if meant is None:
            return typed
        mean = typed + self._vector_of(meant)
        return np.asarray(mean / np.linalg.norm(mean), dtype=np.float32)
