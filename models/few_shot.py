"""A detector from a few examples: kernel ridge regression of their sentence vectors against a background.

The background says what texts are usually like; that a few of them may mean the same as the examples does little harm,
since each weighs little. Beside the centroid of the examples, which knows no background, this ranks far better
(`python -m benchmarks.trackers`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.float64]

MIN_EXAMPLES = 3
"""With fewer, what they have in common cannot be told from what one of them says besides."""
THRESHOLD = 0.5
"""A score from here on is a find."""

# The three constants of the ridge were chosen on hwu64.
_PENALTY = 0.003
_EXAMPLES_WEIGHT = 0.3
"""What all examples weigh together, and a counter-example as much as one of them."""
_BACKGROUND_WEIGHT = 1 / 2_000
"""What a background text weighs: of few texts some may well mean the same as the examples."""
_SAME_COSINE = 0.99
"""Texts this near are the same."""
_BACKGROUND_QUANTILE = 0.98
_MOST_FOUND = 0.3
_COUNTER_QUANTILE = 0.75
_STEEPNESS = 4.0
"""The score rises from 0.12 to 0.88 between what is not meant and what is."""
_MIN_GAP = 0.3


@dataclass(frozen=True, slots=True)
class FewShotDetector:
    """Scores texts by their vectors; `anchors` has shape (n, dim), `weights` (n,)."""

    anchors: Vectors
    weights: Vectors
    own: Vectors
    """What each anchor itself is worth: of the background what a detector that had not seen it would say."""
    midpoint: float
    steepness: float
    found_again: int
    """How many of the examples would be found by a detector that had not seen them."""

    def scores(self, vectors: Vectors) -> Vectors:
        """Return shape (n,), 0 to 1, of unit vectors of shape (n, dim); `THRESHOLD` parts what is found.

        An example gets 1 and a counter-example 0, as somebody has said.
        """
        near = _kernel(vectors, self.anchors)
        raw = (near @ self.weights).astype(np.float64)
        nearest = near.argmax(axis=1)
        is_anchor = near[np.arange(len(near)), nearest] >= np.exp(_SAME_COSINE - 1)
        raw[is_anchor] = self.own[nearest[is_anchor]]
        return np.asarray(_sigmoid(self.steepness * (raw - self.midpoint)), dtype=np.float32)


def fit_few_shot(examples: Vectors, counter_examples: Vectors, background: Vectors) -> FewShotDetector:
    """Return the detector of what the examples mean, all given as unit vectors of shape (n, dim).

    Raises ValueError for fewer than `MIN_EXAMPLES` examples or no background.
    """
    if len(examples) < MIN_EXAMPLES or len(background) == 0:
        raise ValueError(f"{len(examples)} examples and {len(background)} background texts are too few.")
    labelled = np.concatenate([examples, counter_examples])
    others = background[(background @ labelled.T).max(axis=1) < _SAME_COSINE]
    anchors = np.concatenate([labelled, others])
    weight = np.full(len(anchors), _BACKGROUND_WEIGHT)
    weight[: len(labelled)] = _EXAMPLES_WEIGHT / len(examples)
    target = np.full(len(anchors), -1.0)
    target[: len(examples)] = 1.0
    solved = _solve(anchors, weight, target)
    left_out = np.split(solved.left_out, [len(examples), len(labelled)])
    low, high = _edges(*left_out)
    middle = (low + max(low, high)) / 2
    own = solved.left_out - solved.offset
    own[: len(labelled)] = target[: len(labelled)] * np.inf
    return FewShotDetector(
        anchors=anchors,
        weights=solved.dual.astype(np.float32),
        own=own.astype(np.float32),
        midpoint=middle - solved.offset,
        steepness=_STEEPNESS / max(high - low, _MIN_GAP),
        found_again=int((left_out[0] >= middle).sum()),
    )


@dataclass(frozen=True, slots=True)
class _Ridge:
    dual: Numbers
    offset: float
    left_out: Numbers
    """What each anchor would get from a regression that had not seen it."""


def _solve(anchors: Vectors, weight: Numbers, target: Numbers) -> _Ridge:
    """Solve the weighted ridge; the left-out values come without refitting (Rifkin and Lippert 2007)."""
    offset = float((weight * target).sum() / weight.sum())
    matrix = _kernel(anchors, anchors).astype(np.float64)
    matrix[np.diag_indices_from(matrix)] += _PENALTY / weight
    inverse = np.linalg.inv(matrix)
    dual = inverse @ (target - offset)
    return _Ridge(dual, offset, target - dual / np.diag(inverse))


def _edges(examples: Numbers, counter_examples: Numbers, background: Numbers) -> tuple[float, float]:
    """Return the upper end of what is not meant and the middle of what is, by left-out values.

    The background's own unknown examples would lift its upper end: what scores like the better half of the
    examples is left out of it, but never more than `_MOST_FOUND`, for examples that have nothing in common score
    like anything else. Counter-examples lift it too, yet not above what is meant.
    """
    meant = float(examples.mean())
    usual = background[background < np.median(examples)]
    low = float(np.quantile(background, 1 - _MOST_FOUND)) if len(background) else -1.0
    if len(usual):
        low = max(low, float(np.quantile(usual, _BACKGROUND_QUANTILE)))
    if len(counter_examples):
        low = max(low, min(float(np.quantile(counter_examples, _COUNTER_QUANTILE)), meant))
    return low, meant


def _kernel(left: Vectors, right: Vectors) -> Vectors:
    products = left @ right.T
    products -= 1
    return np.asarray(np.exp(products, out=products), dtype=np.float32)


def _sigmoid(values: Numbers) -> Numbers:
    return np.asarray(1 / (1 + np.exp(-np.clip(values, -500, 500))))
