"""Moments in no theme: at most one in ten of many, as far as they have anything to do with a theme."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from pipeline.insights.agglomeration import FEW_ROWS
from pipeline.insights.clusters import Rows
from pipeline.insights.communities import Numbers, Vectors

MOST_UNCOVERED = 0.1
_LEAST_COSINE = 0.1
"""What is farther than this from the centre of every theme says nothing that they say, and stays in none."""
_BATCH = 16_384


def cover(seen: Rows, groups: Sequence[Sequence[int]]) -> list[list[int]]:
    """Return the groups of rows with as many of the rows that are in none as leave a tenth of all in none.

    They join the group whose centre is nearest, the nearest rows first. Up to `FEW_ROWS` rows
    are left as they are: there, what is said but once is in no theme, and would spoil the one that it joins.
    """
    found = [list(rows) for rows in groups]
    outside = np.ones(len(seen), bool)
    for rows in groups:
        outside[np.asarray(rows, np.int64)] = False
    left = np.flatnonzero(outside)
    n_needed = len(left) - math.floor(MOST_UNCOVERED * len(seen))
    if n_needed <= 0 or not found or len(seen) <= FEW_ROWS:
        return found
    centres = np.array([seen[np.asarray(rows, np.int64)].mean(axis=0) for rows in groups])
    centres /= np.maximum(np.linalg.norm(centres, axis=1, keepdims=True), 1e-12)
    nearest, cosines = _nearest(seen, left, centres)
    for place in np.argsort(-cosines, kind="stable")[:n_needed].tolist():
        if cosines[place] >= _LEAST_COSINE:
            found[nearest[place]].append(int(left[place]))
    return found


def _nearest(seen: Rows, rows: Numbers, centres: Vectors) -> tuple[Numbers, Vectors]:
    nearest, cosines = np.empty(len(rows), np.int64), np.empty(len(rows), np.float32)
    for start in range(0, len(rows), _BATCH):
        likeness = seen[rows[start : start + _BATCH]] @ centres.T
        nearest[start : start + _BATCH] = likeness.argmax(axis=1)
        cosines[start : start + _BATCH] = likeness.max(axis=1)
    return nearest, cosines
