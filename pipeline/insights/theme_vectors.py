"""Moments as themes compare them: by the meaning of their quotes, and a little by their category."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.insights.communities import Numbers, Vectors
from pipeline.records import CATEGORIES, Moment

_CATEGORY_WEIGHT = 0.35
"""How far a shared category pulls two quotes together; labelled ones bear 0.5, but those found err at times."""


class SeenMoments:
    """The vectors of moments' quotes, those of one category a little nearer to each other; made as they are asked for.

    A million of them are never held a second time.
    """

    def __init__(self, moments: Sequence[Moment], vectors: Vectors) -> None:
        places = {name: place for place, name in enumerate(CATEGORIES)}
        codes = [-1 if moment.category is None else places[moment.category] for moment in moments]
        self._vectors, self._codes = vectors, np.array(codes, np.int64)

    def __len__(self) -> int:
        return len(self._codes)

    def __getitem__(self, rows: slice | Numbers, /) -> Vectors:
        codes, meanings = self._codes[rows], self._vectors[rows]
        joined = np.zeros((len(codes), meanings.shape[1] + len(CATEGORIES)), np.float32)
        joined[:, : meanings.shape[1]] = meanings
        known = np.flatnonzero(codes >= 0)
        joined[known, meanings.shape[1] + codes[known]] = _CATEGORY_WEIGHT
        joined /= np.maximum(np.linalg.norm(joined, axis=1, keepdims=True), np.float32(1e-12))
        return joined
