"""Clusters of few rows: what is alike on average, so that nothing joins by one neighbour, and nothing has to join."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from pipeline.insights.communities import Numbers, Vectors

FEW_ROWS = 2_000
"""Up to here clusters are purer than communities of a graph, and take less than a second."""
_ALIKE, _ALIKE_ROWS = 0.23, 100
"""The mean cosine from which clusters are one, in corpora up to so many rows."""
_PER_DOUBLING = 0.03
"""What each doubling of the rows adds: among many, something is near to everything by chance."""
_LOYALTY = 0.05
"""How much less alike rows may be that were together before."""


def alike(n_rows: int) -> float:
    """Return the mean cosine from which rows of a corpus of so many say the same."""
    return _ALIKE + _PER_DOUBLING * max(0.0, math.log2(max(1, n_rows) / _ALIKE_ROWS))


def agglomerate(vectors: Vectors, *, earlier: Numbers | None = None) -> Numbers:
    """Return the cluster of each of unit `vectors`, -1 for those that are alone.

    Clusters are joined two by two, the most alike first, by the mean cosine of their rows (average linkage, Sokal and
    Michener 1958), down to `alike`. Rows that `earlier` put together (-1: none) stay so as long as they nearly are.
    """
    if len(vectors) < 2:
        return np.full(len(vectors), -1, np.int64)
    limit, cosines = alike(len(vectors)), vectors @ vectors.T
    for number in range(int(earlier.max(initial=-1)) + 1 if earlier is not None else 0):
        rows = np.flatnonzero(earlier == number)
        parts = _cut(cosines[np.ix_(rows, rows)], limit - _LOYALTY)
        for part in np.unique(parts):
            together = rows[parts == part]
            cosines[np.ix_(together, together)] = 1.0
    parts = _cut(cosines, limit)
    return np.where(np.bincount(parts)[parts] > 1, parts, -1)


def join_alike(vectors: Vectors, held: Vectors, numbers: Numbers, *, limit: float) -> Numbers:
    """Return for each of `vectors` the cluster of `held` rows that it is most alike on average, -1 below `limit`."""
    n_clusters = int(numbers.max(initial=-1)) + 1
    if not len(vectors) or not n_clusters:
        return np.full(len(vectors), -1, np.int64)
    inside = numbers >= 0
    sums = np.zeros((n_clusters, held.shape[1]), np.float32)
    np.add.at(sums, numbers[inside], held[inside])
    means = sums / np.maximum(np.bincount(numbers[inside], minlength=n_clusters), 1)[:, None]
    cosines = vectors @ means.T
    best = cosines.argmax(axis=1).astype(np.int64)
    return np.where(cosines.max(axis=1) >= limit, best, -1)


def _cut(cosines: npt.NDArray[np.float32], limit: float) -> Numbers:
    """Return the number of each row's cluster when no two are more alike than `limit` on average."""
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    if len(cosines) < 2:
        return np.zeros(len(cosines), np.int64)
    distances = squareform(np.maximum(1 - cosines.astype(np.float64), 0), checks=False)
    return np.asarray(fcluster(linkage(distances, "average"), 1 - limit, "distance"), np.int64)
