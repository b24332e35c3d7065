"""Clusters of few rows: what is alike on average, so that nothing joins by one neighbour, and nothing has to join."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from pipeline.insights.communities import Numbers

FEW_ROWS: Final = 2_000
"""Up to here clusters are purer than communities of a graph, and take less than a second."""
BY_MEANING: Final = 0.23
"""The mean cosine from which clusters are one, where rows are compared by what they mean alone."""
_SMALL_ROWS: Final = 100
_PER_DOUBLING: Final = 0.03
"""What each doubling of the rows beyond a hundred adds: among many, something is near to everything by chance."""
_LOYALTY: Final = 0.05
"""How much less alike rows may be that were together before."""

Cosines = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike few rows are: their cosines, shape (n, n), and the mean from which clusters of a hundred are one."""

    cosines: Cosines
    least: float = BY_MEANING

    @property
    def limit(self) -> float:
        """The mean cosine from which clusters of so many rows are one."""
        return self.least + _PER_DOUBLING * max(0.0, math.log2(max(1, len(self.cosines)) / _SMALL_ROWS))

    def of(self, rows: Numbers) -> Likeness:
        """Return how alike some of the rows are."""
        return Likeness(self.cosines[np.ix_(rows, rows)], self.least)


def agglomerate(likeness: Likeness, *, earlier: Numbers | None = None) -> Numbers:
    """Return the cluster of each row, -1 for those that are alone.

    Clusters are joined two by two, the most alike first, by the mean cosine of their rows (average linkage, Sokal and
    Michener 1958), down to the limit. Rows that `earlier` put together (-1: none) stay so as long as they nearly are.
    """
    n_rows = len(likeness.cosines)
    if n_rows < 2:
        return np.full(n_rows, -1, np.int64)
    cosines = likeness.cosines.copy()
    for number in range(int(earlier.max(initial=-1)) + 1 if earlier is not None else 0):
        rows = np.flatnonzero(earlier == number)
        parts = _cut(cosines[np.ix_(rows, rows)], likeness.limit - _LOYALTY)
        for part in np.unique(parts):
            together = rows[parts == part]
            cosines[np.ix_(together, together)] = 1.0
    parts = _cut(cosines, likeness.limit)
    return np.where(np.bincount(parts)[parts] > 1, parts, -1)


def join_alike(likeness: Likeness, numbers: Numbers) -> Numbers:
    """Return the cluster of every row: its own, or for those in none (-1) the one that it is most alike on average.

    Rows that are less alike to every cluster than the limit stay in none.
    """
    held, new = np.flatnonzero(numbers >= 0), np.flatnonzero(numbers < 0)
    joined = numbers.copy()
    if not len(held) or not len(new):
        return joined
    sizes = np.bincount(numbers[held])
    shares = np.zeros((len(held), len(sizes)), np.float32)
    shares[np.arange(len(held)), numbers[held]] = 1 / sizes[numbers[held]]
    means = likeness.cosines[np.ix_(new, held)] @ shares
    joined[new] = np.where(means.max(axis=1) >= likeness.limit, means.argmax(axis=1), -1)
    return joined


def _cut(cosines: Cosines, limit: float) -> Numbers:
    """Return the number of each row's cluster when no two are more alike than `limit` on average."""
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    if len(cosines) < 2:
        return np.zeros(len(cosines), np.int64)
    distances = squareform(np.maximum(1 - cosines.astype(np.float64), 0), checks=False)
    return np.asarray(fcluster(linkage(distances, "average"), 1 - limit, "distance"), np.int64)
