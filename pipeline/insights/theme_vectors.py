"""Moments as themes compare them: by what is said, by what it is said in, and by their category."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.insights.agglomeration import FEW_ROWS, Likeness
from pipeline.insights.communities import Numbers, Vectors
from pipeline.records import CATEGORIES, Moment

_CATEGORY_WEIGHT = 0.5
"""How far a shared category pulls two quotes together; labelled ones bear more, but those found err at times."""
_DOUBT_ROWS = 10
"""What all quotes of a corpus share is less surely known the fewer they are."""
_IN_TALK = 0.22
"""From which likeness on moments are one, of a hundred, where the talk round them counts: it is seldom the same."""
_CATEGORY_IN_TALK = 0.15
"""How much a shared category adds there: read from the same words, it errs with them."""


@dataclass(frozen=True, slots=True)
class Hints:
    """What few moments are compared by besides what their quotes mean: unit vectors, a row each."""

    matters: Vectors
    """Their quotes by the matter that they speak to, as a `MatterEncoder` tells it."""
    around: Vectors
    """What the talk that they stand in means, as `talk_around` gives it."""
    matters_around: Vectors
    """That talk by its matter."""

    def of(self, rows: Sequence[int]) -> Hints:
        """Return those of some moments."""
        return Hints(self.matters[rows], self.around[rows], self.matters_around[rows])


class SeenMoments:
    """The vectors of moments' quotes, those of one category nearer to each other; made as they are asked for.

    A million of them are never held a second time. Of few, what all quotes of the seller share is taken away: it would
    make any two of them look alike.
    """

    def __init__(self, moments: Sequence[Moment], vectors: Vectors, hints: Hints | None = None) -> None:
        """Take the unit vectors of the quotes, and for few moments what tells more of them."""
        places = {name: place for place, name in enumerate(CATEGORIES)}
        codes = [-1 if moment.category is None else places[moment.category] for moment in moments]
        self._vectors, self._codes = vectors, np.array(codes, np.int64)
        self._calls = np.unique([moment.call for moment in moments], return_inverse=True)[1]
        self._hints = hints
        self._shared = np.zeros(vectors.shape[1], np.float32)
        if 0 < len(codes) <= FEW_ROWS:
            self._shared = _shared(vectors)

    def likeness(self) -> Likeness | None:
        """Return how alike the moments are, where they are few and more is known of them.

        Half is what they say, half the talk round them, which tells what an image or a hint is about; either by its
        meaning and by its matter. Moments of one call may stand in the same talk, and have what they say alone. A
        shared category counts besides.
        """
        if self._hints is None:
            return None
        said = _likeness(self._vectors) + _likeness(self._hints.matters)
        around = _likeness(self._hints.around) + _likeness(self._hints.matters_around)
        talk = np.where(self._calls[:, None] == self._calls, 0, around)
        known = self._codes >= 0
        shared = (self._codes[:, None] == self._codes) & known
        lengths = np.sqrt(1 + _CATEGORY_IN_TALK * known)
        cosines = ((said + talk) / 4 + _CATEGORY_IN_TALK * shared) / np.outer(lengths, lengths)
        return Likeness(cosines.astype(np.float32), _IN_TALK)

    def __len__(self) -> int:
        return len(self._codes)

    def __getitem__(self, rows: slice | Numbers, /) -> Vectors:
        codes, meanings = self._codes[rows], _apart(self._vectors[rows], self._shared)
        joined = np.zeros((len(codes), meanings.shape[1] + len(CATEGORIES)), np.float32)
        joined[:, : meanings.shape[1]] = meanings
        known = np.flatnonzero(codes >= 0)
        joined[known, meanings.shape[1] + codes[known]] = _CATEGORY_WEIGHT
        joined /= np.maximum(np.linalg.norm(joined, axis=1, keepdims=True), np.float32(1e-12))
        return joined


def _shared(vectors: Vectors) -> Vectors:
    """Return what few vectors share, as far as it is known."""
    shared: Vectors = vectors.sum(axis=0) / np.float32(len(vectors) + _DOUBT_ROWS)
    return shared


def _likeness(vectors: Vectors) -> Vectors:
    """Return the cosines of few vectors without what all share, shape (n, n)."""
    own = _apart(vectors, _shared(vectors))
    return own @ own.T


def _apart(vectors: Vectors, shared: Vectors) -> Vectors:
    """Return vectors without what they share, of unit length; none at all stays none."""
    own = vectors - shared * vectors.any(axis=1, keepdims=True)
    own /= np.maximum(np.linalg.norm(own, axis=1, keepdims=True), np.float32(1e-12))
    return own
