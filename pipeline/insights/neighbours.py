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
_BATCH = 65_536


def nearest_rows(vectors: Vectors, n: int, *, queries: Vectors | None = None) -> tuple[Rows, Vectors]:
    """Return for every row of unit `queries`, or of `vectors` themselves, its `n` nearest rows and their cosines.

    Both have shape (n_queries, n), best first; places that no row fills hold -1. A row is among its own nearest. Up to
    20,000 vectors the answer is exact; beyond, inverted lists miss a few neighbours (Jégou, Douze, Schmid 2011).
    """
    index = _index(vectors)
    asked = np.ascontiguousarray(vectors if queries is None else queries)
    parts = [index.search(asked[start : start + _BATCH], n) for start in range(0, max(1, len(asked)), _BATCH)]
    return np.vstack([rows for _, rows in parts]), np.vstack([cosines for cosines, _ in parts])


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
