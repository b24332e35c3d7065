"""How a reading and the nearness by subject weigh together, fitted on made sellers of trades that neither has seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from models.matter_scores import matter_scores
from models.passage_reader import PassageReader
from models.protocols import Encoder
from models.touch_finder import NEAREST, Scale
from models.training.answer_sellers import MadeSeller
from models.training.logistic import fit_logistic

_NEARNESS: Final = (0.0, 5.0, 10.0, 15.0, 20.0, 25.0, 30.0, 40.0)

Numbers = npt.NDArray[np.float64]


class TouchScores(NamedTuple):
    """What was found for each theme that is not answered."""

    read: Numbers
    """Log-odds of its nearest passages as they are read, shape (themes, NEAREST)."""
    near: Numbers
    """How near they are by subject, shape (themes, NEAREST)."""
    truth: Numbers
    """1 where something touches the theme, shape (themes,)."""
    is_found: npt.NDArray[np.bool_]
    """Of touched themes, whether what touches them is among those passages."""


def touch_scores(reader: PassageReader, encoder: Encoder, sellers: Sequence[MadeSeller]) -> TouchScores:
    """Return the readings and the nearness of what stands nearest to each theme that is not answered."""
    read, near, truth, is_found = [], [], [], []
    for seller in sellers:
        shelf = encoder.encode(seller.shelf)
        for theme in seller.themes:
            if theme.status not in ("weak", "missing"):
                continue
            scores = matter_scores(encoder.encode(theme.points), shelf).mean(axis=0)
            places = np.argsort(-scores, kind="stable")[:NEAREST]
            passages = [seller.shelf[place] for place in places]
            read.append(reader.touch_log_odds(theme.points, passages))
            near.append(scores[places])
            truth.append(float(theme.status == "weak"))
            if theme.status == "weak":
                is_found.append(not theme.touched_by.isdisjoint(passages))
    return TouchScores(np.array(read, float), np.array(near, float), np.array(truth), np.array(is_found))


def fit_scale(found: TouchScores) -> Scale:
    """Return the likeliest scale: the passage that speaks most for it decides a theme."""
    scales = [(_loss(odds, found.truth), scale) for scale, odds in (_scaled(found, weight) for weight in _NEARNESS)]
    return min(scales)[1]


def theme_odds(found: TouchScores, scale: Scale) -> Numbers:
    """Return the log-odds that something touches each theme, shape (themes,)."""
    return np.asarray(scale.slope * (found.read + scale.nearness * found.near).max(axis=1) + scale.offset)


def _scaled(found: TouchScores, nearness: float) -> tuple[Scale, Numbers]:
    slope, offset = fit_logistic((found.read + nearness * found.near).max(axis=1), found.truth)
    scale = Scale(slope, offset, nearness)
    return scale, theme_odds(found, scale)


def _loss(odds: Numbers, truth: Numbers) -> float:
    return float(np.logaddexp(0, np.where(truth == 1, -odds, odds)).mean())
