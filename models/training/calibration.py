"""Raw scores made into probabilities, and the threshold of each kind, on trades that the network has not seen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from models.moment_joining import KindScale, raw_moments
from models.moment_network import ClauseScores
from models.training.labelled_calls import KINDS
from models.training.logistic import fit_logistic
from models.training.matching import LabelledPiece, matches

Scored = Sequence[tuple[LabelledPiece, ClauseScores]]
_THRESHOLDS = np.arange(0.3, 0.61, 0.02)
_MIN_EXAMPLES = 20


def fit_scales(scored: Scored) -> dict[str, KindScale]:
    """Return for each kind Platt's slope and offset, and the threshold at which F1 is highest on these pieces."""
    return {kind: _fit_scale(kind, scored) for kind in KINDS}


def _fit_scale(kind: str, scored: Scored) -> KindScale:
    raw, right, n_gold = raw_outcomes(kind, scored)
    if min(right.sum(), len(right) - right.sum()) < _MIN_EXAMPLES:
        return KindScale()
    slope, offset = fit_logistic(np.log(raw / (1 - raw)), right)
    probability = 1 / (1 + np.exp(-(slope * np.log(raw / (1 - raw)) + offset)))
    f1 = [
        2 * right[probability >= threshold].sum() / ((probability >= threshold).sum() + n_gold)
        for threshold in _THRESHOLDS
    ]
    threshold = float(_THRESHOLDS[int(np.argmax(f1))])
    return KindScale(round(slope, 6), round(offset, 6), round(threshold, 2))


def raw_outcomes(kind: str, scored: Scored) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], int]:
    """Return the raw scores of all stretches that may be moments of a kind, 1 where one is, and the number of marks."""
    raw: list[float] = []
    right: list[float] = []
    n_gold = 0
    for piece, scores in scored:
        spotted = [moment for moment in raw_moments(piece.turn, scores) if moment.kind == kind]
        marks = [mark for mark in piece.moments if mark.kind == kind]
        hit = set(matches(marks, spotted).values())
        raw += [moment.score for moment in spotted]
        right += [float(place in hit) for place in range(len(spotted))]
        n_gold += len(marks)
    return np.array(raw).clip(1e-6, 1 - 1e-6), np.array(right), n_gold
