"""Rows that are near each other as a graph, and its communities by Leiden. The only import of graspologic_native."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.insights.neighbours import Neighbours

Numbers = npt.NDArray[np.int64]
Vectors = npt.NDArray[np.float32]

_SEED = 1
_FEWEST_NEIGHBOURS, _MOST_NEIGHBOURS = 15, 60
_FINEST = 2.0
"""The finest resolution, reached at a hundred rows; beyond, more neighbours keep clusters from breaking up."""
_FEW_ROWS = 20_000
"""Up to here the best of three tries is taken."""


@dataclass(frozen=True, slots=True)
class Graph:
    """Pairs of near rows, each pair once, with their cosines; a pair holds places among the `fitted` rows.

    `mutual` says of which pairs each row is among the other's nearest.
    """

    fitted: Numbers
    pairs: npt.NDArray[np.int32]
    cosines: npt.NDArray[np.float32]
    mutual: npt.NDArray[np.bool_]


def near_graph(held: Vectors, fitted: Numbers, min_cosine: float) -> Graph:
    """Return the pairs of unit `held`, the vectors of the `fitted` rows, whose cosine is above `min_cosine`.

    How many nearest there are grows with the square root of the rows, so that a cluster of many rows stays one.
    """
    if len(held) < 2:
        return Graph(fitted, np.empty((0, 2), np.int32), np.empty(0, np.float32), np.empty(0, np.bool_))
    n_nearest = int(np.clip(round(math.sqrt(len(held)) / 4), _FEWEST_NEIGHBOURS, _MOST_NEIGHBOURS))
    others, cosines = Neighbours(held).of(held, n_nearest + 1)
    rows = np.repeat(np.arange(len(held)), others.shape[1])
    flat, scores = others.ravel(), cosines.ravel()
    near = (flat >= 0) & (flat != rows) & (scores > min_cosine)
    rows, flat, scores = rows[near], flat[near], scores[near]
    keys = np.minimum(rows, flat) * len(held) + np.maximum(rows, flat)
    order = np.argsort(keys, kind="stable")
    keys, scores = keys[order], scores[order]
    first = np.flatnonzero(np.diff(keys, prepend=-1))
    times = np.diff(first, append=len(keys))
    pairs = np.column_stack(np.divmod(keys[first], len(held))).astype(np.int32)
    return Graph(fitted, pairs, scores[first], times > 1)


def without(graph: Graph, left_out: npt.NDArray[np.bool_]) -> Graph:
    """Return the graph without the pairs of the fitted rows that are left out."""
    held = ~(left_out[graph.pairs[:, 0]] | left_out[graph.pairs[:, 1]])
    return Graph(graph.fitted, graph.pairs[held], graph.cosines[held], graph.mutual[held])


def find_communities(graph: Graph, *, start: Numbers | None = None, trials: int = 3) -> Numbers:
    """Return the community of each fitted row, -1 for those that are in no mutual pair.

    With a `start` (-1: none) the search begins there: it moves rows and splits communities only for a better graph.
    """
    numbers = np.full(len(graph.fitted), -1, np.int64)
    pairs, weights = graph.pairs[graph.mutual], graph.cosines[graph.mutual].astype(np.float64)
    if not len(pairs):
        return numbers
    resolution = float(np.clip(len(numbers) / 50, 1.0, _FINEST))
    if start is None:
        trials = trials if len(numbers) <= _FEW_ROWS else 1
        found = _from_nothing(pairs, weights, len(numbers), resolution, trials)
    else:
        found = _from_start(pairs, weights, start, resolution)
    rows = np.unique(pairs)
    numbers[rows] = [found[row] for row in rows.tolist()]
    return numbers


def _from_nothing(
    pairs: npt.NDArray[np.int32], weights: npt.NDArray[np.float64], n_rows: int, resolution: float, trials: int
) -> dict[int, int]:
    import graspologic_native

    rows, others, both = pairs.ravel("F"), pairs[:, ::-1].ravel("F"), np.concatenate([weights, weights])
    order = np.lexsort((others, rows))
    starts = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=n_rows))]).astype(np.int64)
    _, found = graspologic_native.leiden_csr(
        starts, others[order], both[order], n_rows, resolution=resolution, iterations=3, seed=_SEED, trials=trials
    )
    return dict(found)


def _from_start(
    pairs: npt.NDArray[np.int32], weights: npt.NDArray[np.float64], start: Numbers, resolution: float
) -> dict[int, int]:
    import graspologic_native

    begun, rows = _begun(pairs, weights, start), np.unique(pairs).tolist()
    # Names are shared, not made anew for every pair: there are millions of pairs.
    names = [str(row) for row in range(len(start))]
    edges = [(names[one], names[other], w) for (one, other), w in zip(pairs.tolist(), weights.tolist(), strict=True)]
    begin = {names[row]: int(begun[row]) for row in rows}
    _, found = graspologic_native.leiden(edges, starting_communities=begin, resolution=resolution, seed=_SEED)
    return {int(name): community for name, community in found.items()}


def _begun(pairs: npt.NDArray[np.int32], weights: npt.NDArray[np.float64], start: Numbers) -> Numbers:
    """Give each row without a start the one that most of its neighbours have, or one of its own."""
    n_starts = int(start.max(initial=-1)) + 1
    rows, others, both = pairs.ravel("F"), pairs[:, ::-1].ravel("F"), np.concatenate([weights, weights])
    asked = (start[rows] < 0) & (start[others] >= 0)
    begun = np.where(start >= 0, start, n_starts + np.arange(len(start)))
    if asked.any():
        keys, place = np.unique(rows[asked] * np.int64(n_starts) + start[others[asked]], return_inverse=True)
        votes = np.bincount(place, weights=both[asked])
        order = np.argsort(votes, kind="stable")
        begun[keys[order] // n_starts] = keys[order] % n_starts
    return begun
