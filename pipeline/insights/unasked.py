"""The reverse of a gap: documents and passages that answer nothing that anybody asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from models.protocols import AnswerJudge
from pipeline.collateral.records import Document, Passage
from pipeline.held_encoder import HeldEncoder
from pipeline.insights.theme_points import theme_points
from pipeline.records import Theme
from pipeline.store.session import Transaction

_TOUCHES: Final = 0.4
"""A passage that reaches this for no theme does not even touch what anybody asked."""


@dataclass(frozen=True, slots=True)
class UnaskedPassage:
    """A passage, and the theme that it comes nearest to."""

    passage: Passage
    nearest: Theme
    score: float


@dataclass(frozen=True, slots=True)
class UnaskedDocument:
    """A document, and those of its passages that answer nothing anybody asked."""

    document: Document
    n_passages: int
    unasked: tuple[UnaskedPassage, ...]

    @property
    def is_whole(self) -> bool:
        """Whether not one of its passages touches what anybody asked."""
        return len(self.unasked) == self.n_passages


def find_unasked(tx: Transaction, judge: AnswerJudge) -> list[UnaskedDocument]:
    """Return the documents with passages that nobody asked for, those that are so as a whole first.

    Without themes nothing is known of what anybody asks, and the list is empty.
    """
    themes, passages = tx.themes.all(), tx.collateral.passages()
    if not themes or not passages:
        return []
    judge = judge.reading(lambda inner: HeldEncoder(tx, inner))
    scores = np.stack([_scores(tx, judge, theme, passages) for theme in themes])
    nearest, best = scores.argmax(axis=0), scores.max(axis=0)
    of_document: dict[str, list[UnaskedPassage]] = defaultdict(list)
    counts: dict[str, int] = defaultdict(int)
    for place, passage in enumerate(passages):
        counts[passage.document] += 1
        if best[place] < _TOUCHES:
            of_document[passage.document].append(
                UnaskedPassage(passage, themes[int(nearest[place])], float(best[place]))
            )
    found = [
        UnaskedDocument(document, counts[document.id], tuple(of_document[document.id]))
        for document in tx.collateral.all()
        if of_document[document.id]
    ]
    return sorted(found, key=lambda one: (not one.is_whole, -len(one.unasked), one.document.name))


def _scores(tx: Transaction, judge: AnswerJudge, theme: Theme, passages: Sequence[Passage]) -> npt.NDArray[np.float32]:
    points = theme_points(tx, theme.id)
    found = judge.answer_probability(points, [passage.text for passage in passages])
    # What answers one of the points is asked for, even if the theme has others.
    return found.max(axis=0) if points else np.zeros(len(passages), np.float32)
