"""The rows nearest in meaning: exactly among few rows, by inverted lists among many."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.int64]
Vectors = npt.NDArray[np.float32]

_EXACT_ROWS = 20_000
"""Up to here every row is compared: some seconds; beyond, time grows with the square."""
_LISTS_READ = 0.04
"""The share of inverted lists that are read, 16 at least."""


class Neighbours:
    """The rows of unit `vectors`, shape (n, dim), to be asked for the nearest.

    Up to 20,000 vectors the answers are exact; beyond, inverted lists miss a few (Jégou, Douze, Schmid 2011).
    """

    def __init__(self, vectors: Vectors) -> None:
        self._index = _index(vectors)

    def of(self, queries: Vectors, n: int) -> tuple[Rows, Vectors]:
        """Return for every row of unit `queries` its `n` nearest rows and their cosines.

        Both have shape (n_queries, n), best first; places that no row fills hold -1. A row is among its own nearest.
        """
        cosines, rows = self._index.search(np.ascontiguousarray(queries), n)
        return rows, cosines


def _index(vectors: Vectors) -> Any:
    import faiss

    held, dim = np.ascontiguousarray(vectors), vectors.shape[1]
    flat = faiss.IndexFlatIP(dim)
    if len(held) <= _EXACT_ROWS:
        flat.add(held)
        return flat
    n_lists = round(math.sqrt(len(held)) * 1.5)
    index = faiss.IndexIVFFlat(flat, dim, n_lists, faiss.METRIC_INNER_PRODUCT)
    index.cp.niter, index.cp.seed, index.cp.max_points_per_centroid = 8, 1, 100
    index.train(held)
    index.add(held)
    index.nprobe = max(16, round(n_lists * _LISTS_READ))
    return index
