"""Clusters of vectors: a graph of mutual nearest neighbours, parted by Leiden. The only import of graspologic_native.

Order of input changes nothing: rows are put into an order of their own before the graph is built.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from pipeline.insights.index import nearest_rows

_SEED = 1
_FINEST = 4.0
"""The finest resolution: banking77's 3,080 rows part best there."""


def find_clusters(
    vectors: npt.NDArray[np.float32], *, n_neighbours: int = 15, min_cosine: float = 0.3
) -> npt.NDArray[np.int64]:
    """Return a cluster number per row of unit `vectors`, shape (n, dim); -1 for rows that have no neighbour.

    Two rows are joined when each is among the other's `n_neighbours` and their cosine is above `min_cosine`;
    communities are those of Traag, Waltman, van Eck (2019), "From Louvain to Leiden".
    """
    import graspologic_native

    n_rows = len(vectors)
    labels = np.full(n_rows, -1, dtype=np.int64)
    order = np.lexsort(vectors.T[::-1]) if n_rows else np.empty(0, dtype=np.int64)
    edges = _mutual_edges(vectors[order], n_neighbours, min_cosine)
    if not edges:
        return labels
    _, communities = graspologic_native.leiden(
        edges, resolution=_resolution(n_rows), iterations=3, seed=_SEED, trials=3
    )
    for name, community in communities.items():
        labels[order[int(name)]] = community
    return _renumbered(labels, order)


def _resolution(n_rows: int) -> float:
    """Return how finely to part: 1 for a handful of rows, 2 from a hundred quotes of a few calls, 4 for thousands."""
    return float(np.clip(max(min(n_rows / 50, 2.0), n_rows / 750), 1.0, _FINEST))


def _mutual_edges(
    vectors: npt.NDArray[np.float32], n_neighbours: int, min_cosine: float
) -> list[tuple[str, str, float]]:
    neighbours, cosines = nearest_rows(vectors, n_neighbours)
    pairs: dict[tuple[int, int], float] = {}
    edges = []
    for row, (others, scores) in enumerate(zip(neighbours.tolist(), cosines.tolist(), strict=True)):
        for other, score in zip(others, scores, strict=True):
            if other < 0 or other == row or score <= min_cosine:
                continue
            if (other, row) in pairs:
                edges.append((str(other), str(row), score))
            pairs[row, other] = score
    return edges


def _renumbered(labels: npt.NDArray[np.int64], order: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Number the clusters by their first row in the canonical order, so that numbers do not depend on the input's."""
    numbers: dict[int, int] = {-1: -1}
    for row in order:
        numbers.setdefault(int(labels[row]), len(numbers) - 1)
    return np.array([numbers[int(label)] for label in labels], dtype=np.int64)
