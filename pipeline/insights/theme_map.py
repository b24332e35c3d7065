"""Themes on a plane: what is alike lies together, and a theme that is held already stays where it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float64]
Place = tuple[float, float]
"""Across and up, the first map within -1 and 1."""

_LEAST_SHARED = 3
"""A plane is turned onto an earlier one by three themes or more."""
_NEIGHBOURS = 3
_STEPS = 60


def place_themes(
    ids: Sequence[str], centres: npt.NDArray[np.float32], earlier: Mapping[str, Place]
) -> dict[str, Place]:
    """Return where each theme with its centre, shape (n, dim), lies.

    The first map is classical scaling (Torgerson 1952) of the centres' directions. Themes that `earlier` places stay
    there; new ones come near those that they are most like. Where most themes are new, all are laid out anew and the
    plane is turned onto the earlier one (orthogonal Procrustes, Schönemann 1966).
    """
    if not len(ids):
        return {}
    units = centres.astype(np.float64)
    units /= np.maximum(np.linalg.norm(units, axis=1, keepdims=True), 1e-12)
    points = _scaled(units)
    known = np.array([name in earlier for name in ids])
    held = np.array([earlier.get(name, (0.0, 0.0)) for name in ids])
    if known.sum() >= _LEAST_SHARED:
        points = _turned(points, points[known], held[known])
    if known.sum() * 2 >= len(ids):
        points[known] = held[known]
        for row in np.flatnonzero(~known).tolist():
            points[row] = _beside(units, row, known, points)
        moving = ~known
    else:
        moving = np.ones(len(ids), bool)
    points = _apart(points, moving)
    return {name: (round(float(x), 4), round(float(y), 4)) for name, (x, y) in zip(ids, points, strict=True)}


def _scaled(units: Points) -> Points:
    """Return the two directions in which the centres differ most, within -1 and 1, each with a sign of its own."""
    middle = units - units.mean(axis=0)
    rows, sizes, axes = np.linalg.svd(middle, full_matrices=False)
    signs = np.array([1.0 if axis[np.abs(axis).argmax()] >= 0 else -1.0 for axis in axes])
    points = np.zeros((len(units), 2))
    kept = min(2, len(sizes))
    points[:, :kept] = (rows * sizes * signs)[:, :kept]
    return np.asarray(points / np.maximum(np.abs(points).max(axis=0, initial=0), 1e-9) * 0.95)


def _turned(points: Points, ours: Points, theirs: Points) -> Points:
    """Turn, mirror, stretch and move `points` as brings `ours` nearest to `theirs`."""
    middle, there = ours.mean(axis=0), theirs.mean(axis=0)
    left, sizes, right = np.linalg.svd((ours - middle).T @ (theirs - there))
    spread = float(((ours - middle) ** 2).sum())
    scale = float(sizes.sum()) / spread if spread > 0 and sizes.sum() > 0 else 1.0
    return np.asarray((points - middle) @ (left @ right) * scale + there)


def _beside(units: Points, row: int, known: npt.NDArray[np.bool_], points: Points) -> Points:
    """Return the middle between the known themes most like this one, and a little towards where it would lie itself."""
    likeness = np.where(known, units @ units[row], -np.inf)
    nearest = np.argsort(-likeness, kind="stable")[: min(_NEIGHBOURS, int(known.sum()))]
    weights = np.maximum(likeness[nearest], 0.01)
    middle = np.average(points[nearest], axis=0, weights=weights)
    return np.asarray(0.8 * middle + 0.2 * points[row])


def _apart(points: Points, moving: npt.NDArray[np.bool_]) -> Points:
    """Push those that may move from what lies on them; the others stay."""
    points, least = points.copy(), 0.7 / np.sqrt(len(points))
    fan = np.column_stack([np.cos(np.arange(len(points)) * 2.4), np.sin(np.arange(len(points)) * 2.4)])
    for _ in range(_STEPS if len(points) > 1 else 0):
        gaps = points[:, None] - points[None, :]
        far = np.linalg.norm(gaps, axis=2)
        # Themes on one spot part each in a direction of its own.
        gaps = np.where((far < 1e-6)[:, :, None], fan[:, None], gaps / np.maximum(far, 1e-6)[:, :, None])
        push = np.maximum(least - far, 0)
        np.fill_diagonal(push, 0)
        steps = (gaps * push[:, :, None]).sum(axis=1) * 0.5
        points[moving] += steps[moving]
    return points
