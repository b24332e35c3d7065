"""How near passages are to points of one matter, by vectors that an encoder was tuned to give."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

_ALIKE: Final = 0.3
"""The cosine of two points of one matter, by which the length of n points' mean is told."""
_USUAL_POINTS: Final = 8
_LEAST_LIKE: Final = 0.05
"""The likeness of a point that is like no other, so that it counts a little."""

Vectors = npt.NDArray[np.float32]


def matter_scores(points: Vectors, passages: Vectors) -> Vectors:
    """Return how near passages are to points of one matter, shape (points, passages).

    What counts is the cosine to the points' centre, which tells the matter better than any single point; a point's own
    cosine moves its row around that, so that the rows' mean is the centre's. Points that are unlike the others may be
    of another matter, and count less. The centre of few points is farther from their matter, as the mean of few draws
    is from their expectation: scores are as those of eight points would be.
    """
    weights = _weights(points)
    centre = weights @ points
    centred = passages @ (centre / max(float(np.linalg.norm(centre)), 1e-12))
    n_points = 1 / float((weights**2).sum())
    length, usual = (np.sqrt(_ALIKE + (1 - _ALIKE) / n) for n in (n_points, _USUAL_POINTS))
    cosines = points @ passages.T
    return np.asarray(centred * (length / usual) + cosines - cosines.mean(axis=0), dtype=np.float32)


def _weights(points: Vectors) -> Vectors:
    """Return what each point counts, shape (points,), in all 1: as much as it is like the others on average."""
    if len(points) == 1:
        return np.ones(1, np.float32)
    cosines = points @ points.T
    np.fill_diagonal(cosines, 0)
    likeness = np.maximum(cosines.sum(axis=1) / (len(points) - 1), _LEAST_LIKE)
    return np.asarray(likeness / likeness.sum(), dtype=np.float32)
