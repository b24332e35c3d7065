"""Platt's scaling: one number turned into a probability."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

_STEPS = 100


def fit_logistic(scores: npt.NDArray[np.float64], truth: npt.NDArray[np.float64]) -> tuple[float, float]:
    """Return slope and offset of the likeliest sigmoid(slope * score + offset), by Newton's method (Platt 1999).

    It begins at scores of mean 0 and deviation 1, so that it converges whatever their unit.
    """
    mean, deviation = float(scores.mean()), max(float(scores.std()), 1e-12)
    slope, offset = _newton((scores - mean) / deviation, truth)
    return slope / deviation, offset - slope * mean / deviation


def _newton(scores: npt.NDArray[np.float64], truth: npt.NDArray[np.float64]) -> tuple[float, float]:
    slope, offset = 1.0, 0.0
    for _ in range(_STEPS):
        p = 1 / (1 + np.exp(-np.clip(slope * scores + offset, -500, 500)))
        weight = np.maximum(p * (1 - p), 1e-9)
        gradient = np.array([((truth - p) * scores).sum(), (truth - p).sum()])
        mixed = (weight * scores).sum()
        hessian = np.array([[(weight * scores * scores).sum(), mixed], [mixed, weight.sum()]])
        step = np.linalg.solve(hessian, gradient)
        slope, offset = slope + step[0], offset + step[1]
        if np.abs(step).max() < 1e-9:
            break
    return float(slope), float(offset)
