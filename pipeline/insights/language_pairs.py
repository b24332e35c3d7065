"""One side's phrase beside the other's for the same thing: near in meaning, and chosen by different people."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from models.protocols import Encoder
from pipeline.insights.language_counts import Counts
from pipeline.insights.language_odds import Numbers, chance_scores, false_shares
from pipeline.insights.language_phrases import content_of, roots_of

Labels = npt.NDArray[np.bool_]
LEAST_COSINE: Final = 0.45
"""Phrases further apart than this are not taken for words for the same thing."""
_OWN_WEIGHT: Final = 0.5
"""How much the phrase itself counts in its vector, beside the sentences that it stands in."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two phrases by their places in the counts, with how many units of either side use which.

    `p_value` is of Fisher's exact test, one-sided: whoever speaks of it, does the side decide the phrase?
    """

    ours: int
    theirs: int
    cosine: float
    p_value: float
    table: tuple[int, int, int, int]
    """First side: units with the first phrase, with the second; second side: the same."""
    false_share: float = 1.0


def vectors_in_context(
    phrases: Sequence[str], contexts: Sequence[Sequence[str]], encoder: Encoder
) -> npt.NDArray[np.float32]:
    """Return unit vectors, shape (n, dim): of the phrase, and of sentences that hold it."""
    alone = encoder.encode(list(phrases))
    told = encoder.encode([sentence for some in contexts for sentence in some])
    ends = np.cumsum([len(some) for some in contexts], dtype=np.int64)
    means = [
        part.mean(axis=0) if len(part) else np.zeros(encoder.dim, np.float32) for part in np.split(told, ends)[:-1]
    ]
    mixed = _OWN_WEIGHT * alone + (1 - _OWN_WEIGHT) * np.array(means, np.float32).reshape(alone.shape)
    unit: npt.NDArray[np.float32] = mixed / np.maximum(np.linalg.norm(mixed, axis=1, keepdims=True), 1e-12)
    return unit


def find_pairs(counts: Counts, is_first: Labels, chosen: Sequence[int], vectors: npt.NDArray[np.float32]) -> list[Pair]:
    """Return the pairs of the chosen phrases, the surest first.

    A phrase that leans to the first side and one that leans to the second are a pair where each is the other's nearest.
    How sure a pair is comes from dealing the sides anew among the units: the whole search is repeated each time.
    """
    near = _comparable(counts, chosen, vectors)
    uses = counts.uses[:, list(chosen)]
    found = _pairs(uses, counts.sizes, is_first, near)
    shares = false_shares(
        np.array([_score(pair) for pair in found]),
        chance_scores(is_first, lambda labels: _scores(uses, counts.sizes, labels, near)),
    )
    placed = [
        Pair(chosen[pair.ours], chosen[pair.theirs], pair.cosine, pair.p_value, pair.table, float(share))
        for pair, share in zip(found, shares, strict=True)
    ]
    placed.sort(key=lambda pair: (pair.false_share, -_score(pair), pair.ours, pair.theirs))
    return _distinct(placed, counts)


def _distinct(pairs: Sequence[Pair], counts: Counts) -> list[Pair]:
    """Leave out pairs that repeat an earlier one with more or fewer words."""
    kept: list[Pair] = []
    words = [content_of(phrase) for phrase in counts.phrases]
    for pair in pairs:
        if not any(words[pair.ours] & words[one.ours] and words[pair.theirs] & words[one.theirs] for one in kept):
            kept.append(pair)
    return kept


def _comparable(counts: Counts, chosen: Sequence[int], vectors: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return the cosines of the chosen phrases; those that share a root are no pair, nor far ones."""
    near = vectors @ vectors.T
    words = [roots_of(counts.phrases[place]) for place in chosen]
    index = {word: place for place, word in enumerate(sorted(set().union(*words)))} if words else {}
    holds = np.zeros((len(words), len(index)), np.float32)
    for row, own in enumerate(words):
        holds[row, [index[word] for word in own]] = 1
    near[(holds @ holds.T > 0) | (near < LEAST_COSINE)] = -1
    return near


def _scores(uses: npt.NDArray[np.float32], sizes: Numbers, labels: Labels, near: npt.NDArray[np.float32]) -> Numbers:
    return np.array([_score(pair) for pair in _pairs(uses, sizes, labels, near)], np.float64)


def _score(pair: Pair) -> float:
    return -math.log10(max(pair.p_value, 1e-300)) * pair.cosine


def _pairs(uses: npt.NDArray[np.float32], sizes: Numbers, labels: Labels, near: npt.NDArray[np.float32]) -> list[Pair]:
    first, second = uses[labels].sum(axis=0), uses[~labels].sum(axis=0)
    leaning = first * max(sizes[~labels].sum(), 1) - second * max(sizes[labels].sum(), 1)
    ours, theirs = np.flatnonzero(leaning > 0), np.flatnonzero(leaning < 0)
    if not ours.size or not theirs.size:
        return []
    cosines = near[np.ix_(ours, theirs)]
    best, back = cosines.argmax(axis=1), cosines.argmax(axis=0)
    pairs = []
    for row, column in enumerate(best.tolist()):
        if back[column] == row and cosines[row, column] >= LEAST_COSINE:
            here, there = int(ours[row]), int(theirs[column])
            table = (int(first[here]), int(first[there]), int(second[here]), int(second[there]))
            pairs.append(Pair(here, there, float(cosines[row, column]), fisher(*table), table))
    return pairs


@lru_cache(maxsize=100_000)
def fisher(a: int, b: int, c: int, d: int) -> float:
    """Return the probability of `a` or more in the first cell of a table whose margins are those of (a, b; c, d)."""
    row, column, total = a + b, a + c, a + b + c + d
    ways = math.comb(total, row)
    tail = sum(math.comb(column, k) * math.comb(total - column, row - k) for k in range(a, min(row, column) + 1))
    return min(1.0, tail / ways)
