"""Meaning and words as one score.

The score is a weighted mean of the cosine and of BM25 brought below 1 by saturation, rather than of ranks: ranks forget
how much better one phrase is than the next (Bruch, Gai, Ingber 2023). Weight and saturation are measured on requests
to an assistant (hwu64), with utterances and names of intents as questions.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Ids = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float64]

WORD_WEIGHT = 0.2
"""What words count for; meaning counts for the rest."""
_HALF_BM25 = 10.0
"""The BM25 that is worth half of a full agreement in words; a rare word is worth about 6 to 10."""
_MIN_COSINE = 0.25
"""A phrase further away that shares no word is no answer."""


class Ranked(NamedTuple):
    """A phrase with its score between 0 and 1; `cosine` is None where it has no vector."""

    phrase: int
    score: float
    cosine: float | None


def blend(ids: Ids, bm25: Scores, cosine: Scores) -> tuple[Ids, Scores]:
    """Return the places of the phrases that answer, best first, and their scores.

    All three have one value a phrase: BM25 is 0 where no word is shared, the cosine is NaN where there is no vector.
    """
    meaning = np.nan_to_num(cosine, nan=0.0)
    scores = (1 - WORD_WEIGHT) * np.maximum(0.0, meaning) + WORD_WEIGHT * bm25 / (bm25 + _HALF_BM25)
    order = np.lexsort((ids, -scores))
    return order[((bm25 > 0) | (meaning >= _MIN_COSINE))[order]], scores
