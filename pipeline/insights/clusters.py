"""Clusters of vectors on two levels: a graph of nearest neighbours, parted by Leiden. The only import of
graspologic_native.

Order of input changes nothing: equal rows are one row, and rows are put into an order of their own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.insights.neighbours import nearest_rows

Numbers = npt.NDArray[np.int64]
Vectors = npt.NDArray[np.float32]

_SEED = 1
_FEWEST_NEIGHBOURS, _MOST_NEIGHBOURS = 15, 60
_FINEST = 2.0
"""The finest resolution, reached at a hundred rows; beyond, more neighbours keep clusters from breaking up."""
_MOST_FITTED = 100_000
"""More distinct rows than these are a sample of them, and the others join the clusters of their neighbours."""
_VOTERS = 5


@dataclass(frozen=True, slots=True)
class Clusters:
    """A cluster number per row, shape (n,), -1 for rows in none; and the broad cluster of each cluster."""

    of_row: Numbers
    broad_of: Numbers


def find_clusters(vectors: Vectors, *, min_cosine: float = 0.3) -> Clusters:
    """Return the clusters of unit `vectors`, shape (n, dim), finely and broadly.

    Two rows are joined when each is among the other's nearest and their cosine is above `min_cosine`; communities are
    those of Traag, Waltman, van Eck (2019), "From Louvain to Leiden". A row that is left over goes where its nearest
    rows are; a row with no row near is in no cluster. Broad clusters join those with most edges between them.
    """
    first, place = _distinct(vectors)
    rows = vectors[first]
    fitted = rows[:_MOST_FITTED]
    edges, mutual = _edges(fitted, min_cosine)
    numbers = _communities(edges[mutual], len(fitted))
    numbers = np.concatenate([numbers, np.full(len(rows) - len(fitted), -1, np.int64)])
    left = np.flatnonzero(numbers < 0)
    numbers[left] = join(rows[left], fitted, numbers[: len(fitted)], min_cosine=min_cosine)
    alone = np.flatnonzero((numbers < 0) & (np.bincount(place, minlength=len(rows)) > 1))
    numbers[alone] = numbers.max(initial=-1) + 1 + np.arange(len(alone))
    numbers = _renumbered(numbers)
    broad = _broad(edges, numbers, int(numbers.max(initial=-1)) + 1)
    return Clusters(numbers[place] if len(place) else np.empty(0, np.int64), broad)


def join(vectors: Vectors, held: Vectors, numbers: Numbers, *, min_cosine: float, sure_share: float = 0.0) -> Numbers:
    """Return for each of unit `vectors` the cluster of the `held` rows that are nearest to it, -1 where none is near.

    The nearest five of those in a cluster vote with their cosines. A cluster wins with more than `sure_share` of them.
    """
    inside = np.flatnonzero(numbers >= 0)
    joined = np.full(len(vectors), -1, np.int64)
    if not len(inside) or not len(vectors):
        return joined
    rows, cosines = nearest_rows(held[inside], _VOTERS, queries=vectors)
    votes = np.where((rows >= 0) & (cosines > min_cosine), cosines, 0.0)
    voted = np.where(rows >= 0, numbers[inside[rows]], -1)
    shares = np.where(voted[:, :, None] == voted[:, None, :], votes[:, None, :], 0.0).sum(axis=2)
    best = shares.argmax(axis=1)
    each = np.arange(len(vectors))
    won = (shares[each, best] > 0) & (shares[each, best] >= sure_share * votes.sum(axis=1))
    joined[won] = voted[each, best][won]
    return joined


def _distinct(vectors: Vectors) -> tuple[Numbers, Numbers]:
    """Return the first of each set of equal rows, in an order that the rows alone decide, and the set of each row."""
    if not len(vectors):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    odd = np.random.default_rng(_SEED).integers(1, 2**63, vectors.shape[1], dtype=np.uint64) | np.uint64(1)
    keys = np.empty(len(vectors), np.uint64)
    for start in range(0, len(vectors), 65_536):
        # Adding zero makes one number of the two zeros, which are equal and have other bits.
        bits = (np.ascontiguousarray(vectors[start : start + 65_536]) + 0.0).view(np.uint32).astype(np.uint64)
        keys[start : start + 65_536] = (bits * odd).sum(axis=1, dtype=np.uint64)
    _, first, place = np.unique(keys, return_index=True, return_inverse=True)
    return first.astype(np.int64), place.astype(np.int64)


def _edges(vectors: Vectors, min_cosine: float) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Return rows of (row, other, cosine), shape (n_edges, 3), each pair once, and which are each other's nearest.

    How many nearest there are grows with the square root of the rows, so that a cluster of many rows stays one.
    """
    if len(vectors) < 2:
        return np.empty((0, 3)), np.empty(0, np.bool_)
    n_nearest = int(np.clip(round(math.sqrt(len(vectors)) / 4), _FEWEST_NEIGHBOURS, _MOST_NEIGHBOURS))
    others, cosines = nearest_rows(vectors, n_nearest + 1)
    rows = np.repeat(np.arange(len(vectors)), others.shape[1])
    flat, scores = others.ravel(), cosines.ravel()
    held = (flat >= 0) & (flat != rows) & (scores > min_cosine)
    rows, flat, scores = rows[held], flat[held], scores[held]
    keys = np.minimum(rows, flat) * len(vectors) + np.maximum(rows, flat)
    pairs, first, times = np.unique(keys, return_index=True, return_counts=True)
    return np.column_stack([pairs // len(vectors), pairs % len(vectors), scores[first]]), times > 1


def _communities(edges: npt.NDArray[np.float64], n_rows: int) -> Numbers:
    import graspologic_native

    numbers = np.full(n_rows, -1, np.int64)
    if not len(edges):
        return numbers
    named = [(str(int(row)), str(int(other)), score) for row, other, score in edges.tolist()]
    resolution = float(np.clip(n_rows / 50, 1.0, _FINEST))
    trials = 3 if n_rows <= 20_000 else 1
    _, communities = graspologic_native.leiden(named, resolution=resolution, iterations=3, seed=_SEED, trials=trials)
    for name, community in communities.items():
        numbers[int(name)] = community
    return numbers


def _renumbered(numbers: Numbers) -> Numbers:
    """Number the clusters by their first row."""
    names, first, place = np.unique(numbers, return_index=True, return_inverse=True)
    inside = names >= 0
    new = np.full(len(names), -1, np.int64)
    new[np.flatnonzero(inside)[np.argsort(first[inside])]] = np.arange(inside.sum())
    return new[place]


def _broad(edges: npt.NDArray[np.float64], numbers: Numbers, n_clusters: int) -> Numbers:
    """Join clusters two by two while modularity grows (Clauset, Newman, Moore 2004); return the broad one of each."""
    broad = np.arange(n_clusters)
    weights = np.zeros((n_clusters, n_clusters))
    one, other = numbers[edges[:, 0].astype(int)], numbers[edges[:, 1].astype(int)]
    np.add.at(weights, (one, other), edges[:, 2])
    weights += weights.T
    total = weights.sum()
    alive = np.ones(n_clusters, bool)
    while total and alive.sum() > 1:
        degrees = weights.sum(axis=1)
        gain = weights - np.outer(degrees, degrees) / total
        np.fill_diagonal(gain, -np.inf)
        one, other = (int(place) for place in divmod(int(gain.argmax()), n_clusters))
        if gain[one, other] <= 0:
            break
        one, other = min(one, other), max(one, other)
        weights[one] += weights[other]
        weights[:, one] += weights[:, other]
        weights[other] = weights[:, other] = 0
        alive[other] = False
        broad[broad == other] = one
    return np.unique(broad, return_inverse=True)[1].astype(np.int64)
