"""Moments as themes compare them: by the meaning of their quotes, and by their category."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.insights.agglomeration import FEW_ROWS
from pipeline.insights.communities import Numbers, Vectors
from pipeline.records import CATEGORIES, Moment

_CATEGORY_WEIGHT = 0.5
"""How far a shared category pulls two quotes together; labelled ones bear more, but those found err at times."""
_DOUBT_ROWS = 10
"""What all quotes of a corpus share is less surely known the fewer they are."""


class SeenMoments:
    """The vectors of moments' quotes, those of one category nearer to each other; made as they are asked for.

    A million of them are never held a second time. Of few, what all quotes of the seller share is taken away: it would
    make any two of them look alike.
    """

    def __init__(self, moments: Sequence[Moment], vectors: Vectors) -> None:
        places = {name: place for place, name in enumerate(CATEGORIES)}
        codes = [-1 if moment.category is None else places[moment.category] for moment in moments]
        self._vectors, self._codes = vectors, np.array(codes, np.int64)
        self._shared = np.zeros(vectors.shape[1], np.float32)
        if 0 < len(codes) <= FEW_ROWS:
            self._shared = vectors.sum(axis=0) / np.float32(len(codes) + _DOUBT_ROWS)

    def __len__(self) -> int:
        return len(self._codes)

    def __getitem__(self, rows: slice | Numbers, /) -> Vectors:
        codes, meanings = self._codes[rows], self._vectors[rows] - self._shared
        meanings /= np.maximum(np.linalg.norm(meanings, axis=1, keepdims=True), np.float32(1e-12))
        joined = np.zeros((len(codes), meanings.shape[1] + len(CATEGORIES)), np.float32)
        joined[:, : meanings.shape[1]] = meanings
        known = np.flatnonzero(codes >= 0)
        joined[known, meanings.shape[1] + codes[known]] = _CATEGORY_WEIGHT
        joined /= np.maximum(np.linalg.norm(joined, axis=1, keepdims=True), np.float32(1e-12))
        return joined
