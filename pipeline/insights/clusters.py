"""Clusters of vectors on two levels: by average likeness among few, by communities of a graph among many.

Order of input changes nothing: equal rows are one row, and rows are put into an order of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from pipeline.insights.agglomeration import FEW_ROWS, Likeness, agglomerate
from pipeline.insights.communities import Graph, Numbers, Vectors, find_communities, near_graph, without
from pipeline.insights.neighbours import Neighbours

_SEED = 1
_MOST_FITTED = 50_000
"""More distinct rows than these are a sample of them, and the others join the clusters of their neighbours."""
_VOTERS = 5
_BATCH = 16_384


class Rows(Protocol):
    """Unit vectors that are made when they are asked for, shape (n, dim); an array is one too."""

    def __len__(self) -> int: ...

    # Arrays say more of what they take and give than a protocol can.
    def __getitem__(self, rows: Any, /) -> Any: ...


@dataclass(frozen=True, slots=True)
class Clusters:
    """A cluster number per row, shape (n,), -1 for rows in none; the broad cluster of each; and their graph."""

    of_row: Numbers
    broad_of: Numbers
    graph: Graph
    few: Likeness | None = None
    """How alike the graph's rows are, where they were clustered by that."""

    def of_part(self, left_out: npt.NDArray[np.bool_]) -> Numbers:
        """Return the clusters that the fitted rows have when some are left out, which are in none."""
        if self.few is None:
            return find_communities(without(self.graph, left_out), trials=1)
        numbers = np.full(len(left_out), -1, np.int64)
        numbers[~left_out] = agglomerate(self.few.of(np.flatnonzero(~left_out)))
        return numbers


def find_clusters(
    vectors: Rows, *, min_cosine: float = 0.3, earlier: Numbers | None = None, likeness: Likeness | None = None
) -> Clusters:
    """Return the clusters of unit `vectors`, shape (n, dim), finely and broadly.

    Up to `FEW_ROWS` rows, clusters are what is alike on average, and the rest is in none; `likeness` may say how alike
    they are, where more is known than their cosines: then each row counts, also where two are equal. Of more, two are
    joined when each is among the other's nearest and their cosine is above `min_cosine`; communities are those of
    Traag, Waltman, van Eck (2019), "From Louvain to Leiden"; a row that is left over goes where its nearest rows are; a
    row with no row near is in no cluster. Broad clusters join those with most edges between them. Where `earlier` gives
    clusters to rows (-1: none), the search starts from them, and leaves them only for better ones.
    """
    first, place = _distinct(vectors) if likeness is None else (np.arange(len(vectors)),) * 2
    fitted = first[:_MOST_FITTED]
    held = vectors[fitted]
    graph = near_graph(held, fitted, min_cosine)
    start = None if earlier is None else _of_distinct(earlier, place, len(first))[: len(fitted)]
    numbers = np.full(len(first), -1, np.int64)
    few = Likeness(held @ held.T) if likeness is None and len(vectors) <= FEW_ROWS else likeness
    if few is not None:
        numbers[:] = agglomerate(few, earlier=start)
    else:
        numbers[: len(fitted)] = find_communities(graph, start=start)
        left = np.flatnonzero(numbers < 0)
        numbers[left] = join(_Some(vectors, first[left]), held, numbers[: len(fitted)], min_cosine=min_cosine)
    alone = np.flatnonzero((numbers < 0) & (np.bincount(place, minlength=len(first)) > 1))
    numbers[alone] = numbers.max(initial=-1) + 1 + np.arange(len(alone))
    numbers = _renumbered(numbers)
    broad = _broad(graph, numbers, int(numbers.max(initial=-1)) + 1)
    of_row = numbers[place] if len(place) else np.empty(0, np.int64)
    return Clusters(of_row, broad, graph, few)


def join(vectors: Rows, held: Vectors, numbers: Numbers, *, min_cosine: float, sure_share: float = 0.0) -> Numbers:
    """Return for each of unit `vectors` the cluster of the `held` rows that are nearest to it, -1 where none is near.

    The nearest five of those in a cluster vote with their cosines. A cluster wins with more than `sure_share` of them.
    """
    inside = np.flatnonzero(numbers >= 0)
    joined = np.full(len(vectors), -1, np.int64)
    if not len(inside) or not len(vectors):
        return joined
    near = Neighbours(held if len(inside) == len(held) else held[inside])
    for start in range(0, len(vectors), _BATCH):
        rows, cosines = near.of(vectors[start : start + _BATCH], _VOTERS)
        votes = np.where((rows >= 0) & (cosines > min_cosine), cosines, 0.0)
        voted = np.where(rows >= 0, numbers[inside[rows]], -1)
        joined[start : start + _BATCH] = _won(voted, votes, sure_share)
    return joined


def _won(voted: Numbers, votes: npt.NDArray[np.float64], sure_share: float) -> Numbers:
    shares = np.where(voted[:, :, None] == voted[:, None, :], votes[:, None, :], 0.0).sum(axis=2)
    best, each = shares.argmax(axis=1), np.arange(len(voted))
    won = (shares[each, best] > 0) & (shares[each, best] >= sure_share * votes.sum(axis=1))
    return np.where(won, voted[each, best], -1)


@dataclass(frozen=True, slots=True)
class _Some:
    """Some of the rows."""

    rows: Rows
    chosen: Numbers

    def __len__(self) -> int:
        return len(self.chosen)

    def __getitem__(self, rows: slice | Numbers) -> Vectors:
        found: Vectors = self.rows[self.chosen[rows]]
        return found


def _distinct(vectors: Rows) -> tuple[Numbers, Numbers]:
    """Return the first of each set of equal rows, in an order that the rows alone decide, and the set of each row."""
    if not len(vectors):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    odd = np.random.default_rng(_SEED).integers(1, 2**63, vectors[:1].shape[1], dtype=np.uint64) | np.uint64(1)
    keys = np.empty(len(vectors), np.uint64)
    for start in range(0, len(vectors), _BATCH):
        # Adding zero makes one number of the two zeros, which are equal and have other bits.
        bits = (np.ascontiguousarray(vectors[start : start + _BATCH]) + np.float32(0)).view(np.uint32)
        keys[start : start + _BATCH] = bits.astype(np.uint64) @ odd
    _, first, place = np.unique(keys, return_index=True, return_inverse=True)
    return first.astype(np.int64), place.astype(np.int64)


def _of_distinct(numbers: Numbers, place: Numbers, n_distinct: int) -> Numbers:
    """Return the number of each set of equal rows: the highest of theirs."""
    found = np.full(n_distinct, -1, np.int64)
    np.maximum.at(found, place, numbers)
    return found


def _renumbered(numbers: Numbers) -> Numbers:
    """Number the clusters by their first row."""
    names, first, place = np.unique(numbers, return_index=True, return_inverse=True)
    inside = names >= 0
    new = np.full(len(names), -1, np.int64)
    new[np.flatnonzero(inside)[np.argsort(first[inside])]] = np.arange(inside.sum())
    return new[place]


def _broad(graph: Graph, numbers: Numbers, n_clusters: int) -> Numbers:
    """Join clusters two by two while modularity grows (Clauset, Newman, Moore 2004); return the broad one of each."""
    broad = np.arange(n_clusters)
    weights = np.zeros((n_clusters, n_clusters))
    ends = numbers[graph.pairs]
    held = (ends >= 0).all(axis=1)
    np.add.at(weights, (ends[held, 0], ends[held, 1]), graph.cosines[held])
    weights += weights.T
    total = weights.sum()
    if not total or n_clusters < 2:
        return broad
    degrees = weights.sum(axis=1)
    gain = weights - np.outer(degrees, degrees) / total
    np.fill_diagonal(gain, -np.inf)
    best = gain.max(axis=1)
    while best.max() > 0:
        one = int(best.argmax())
        one, other = sorted((one, int(gain[one].argmax())))
        broad[broad == other] = one
        _merge(gain, best, one, other)
    return np.unique(broad, return_inverse=True)[1].astype(np.int64)


def _merge(gain: Vectors, best: Vectors, one: int, other: int) -> None:
    """Put what joining with a pair of clusters gains in the place of `one`, and keep each row's `best` right.

    Both what holds two clusters together and what chance would have add up, and so does the gain.
    """
    lost = np.flatnonzero((best > -np.inf) & ((best == gain[:, one]) | (best == gain[:, other])))
    gain[one] += gain[other]
    gain[:, one] = gain[one]
    gain[one, one] = -np.inf
    gain[other] = gain[:, other] = -np.inf
    np.maximum(best, gain[one], out=best)
    changed = np.union1d(lost, [one, other])
    best[changed] = gain[changed].max(axis=1)
