"""Meaning and words as one score.

The score is a weighted mean of the cosine and of BM25 brought below 1 by saturation, rather than of ranks: ranks forget
how much better one phrase is than the next (Bruch, Gai, Ingber 2023). Weight and saturation are measured on requests
to an assistant (hwu64), with utterances and names of intents as questions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

WORD_WEIGHT = 0.2
"""What words count for; meaning counts for the rest."""
_HALF_BM25 = 10.0
"""The BM25 that is worth half of a full agreement in words; a rare word is worth about 6 to 10."""
_MIN_COSINE = 0.25
"""A phrase further away that shares no word is no answer."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A phrase with its score between 0 and 1; `cosine` is None where it has no vector."""

    phrase: int
    score: float
    cosine: float | None


def blend(bm25: Mapping[int, float], cosine: Mapping[int, float]) -> list[Ranked]:
    """Return the phrases that answer, best first, from BM25 by phrase and cosine by phrase."""
    ranked = [
        Ranked(phrase, blended(bm25.get(phrase, 0.0), cosine.get(phrase, 0.0)), cosine.get(phrase))
        for phrase in {**cosine, **bm25}
        if phrase in bm25 or cosine[phrase] >= _MIN_COSINE
    ]
    return sorted(ranked, key=lambda found: (-found.score, found.phrase))


def blended(bm25: float, cosine: float) -> float:
    """Return the score of a phrase."""
    words = bm25 / (bm25 + _HALF_BM25)
    return (1 - WORD_WEIGHT) * max(0.0, cosine) + WORD_WEIGHT * words
