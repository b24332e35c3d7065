"""Whether collateral answers some points of customers: the passages that come nearest, and the status they mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from models.protocols import AnswerJudge, Encoder
from pipeline.collateral.records import GapStatus, Passage, ScoredPassage
from pipeline.collateral.sentences import split_sentences
from pipeline.held_encoder import HeldEncoder
from pipeline.insights.shared_words import recurring_words, shared_words
from pipeline.store.session import Transaction

NEAREST: Final = 60
"""Passages nearest in meaning that are held against the points; the others are too far away to answer."""
ANSWERED: Final = 0.5
"""A passage whose score is at least this answers: the scores are probabilities, on sellers that the judge has not
seen."""
TOUCHED: Final = 0.5
"""Where nothing answers: a passage that probably speaks of the matter touches it; without one, it is missing."""
NEARLY: Final = 0.25
"""A passage that answers as probably as this keeps a matter from being called missing: that an answer is overlooked
costs more than that a passage is looked at."""
_LEAST: Final = 1e-6
_POINT_ANSWERED: Final = 0.5
_RECURRING: Final = 3
_RECURRING_SHARE: Final = 0.25
"""A word that three points, and a quarter of them, use is the customers' own for the matter."""
_LEAST_OWN_WORDS: Final = 2
_SENTENCES_READ: Final = 2
"""The sentences that answer best; what else stands in a passage may share words and say nothing to the point."""
_PASSAGES_SHOWN: Final = 3
ANSWERING: Final[tuple[GapStatus, ...]] = ("covered", "other_words", "unused")

Numbers = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Shelf:
    """All passages with their unit vectors, shape (n, dim)."""

    passages: tuple[Passage, ...]
    vectors: Numbers


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a shelf answers points: what comes nearest, and which of the points that leaves open."""

    status: GapStatus
    passages: tuple[ScoredPassage, ...]
    """The nearest, best first."""
    n_answering: int = 0
    """So many of them, from the first, answer."""
    open_points: tuple[str, ...] = ()
    """Points that no shown passage answers by itself, the least answered first."""
    sentences: tuple[str, ...] = ()
    """What answers best in the passages that answer, the best first."""

    @property
    def answers(self) -> tuple[Passage, ...]:
        """The passages that answer."""
        return tuple(scored.passage for scored in self.passages[: self.n_answering])


NOTHING: Final = Verdict("missing", ())
"""What an empty shelf says to any point."""


def read_shelf(tx: Transaction, encoder: Encoder) -> Shelf:
    """Return all passages with their vectors."""
    passages = tuple(tx.collateral.passages())
    return Shelf(passages, HeldEncoder(tx, encoder).encode([passage.text for passage in passages]))


def judge_points(points: Sequence[str], shelf: Shelf, judge: AnswerJudge, encoder: Encoder) -> Verdict:
    """Return whether the shelf answers customers' points about one matter, and if so in whose words.

    A passage's score is the mean over the points: one point of ten answered is not the matter. Where none answers, the
    nearest are read for whether they speak of the matter at all.
    """
    if not shelf.passages:
        return NOTHING
    near = [shelf.passages[place] for place in _nearest(points, shelf, encoder)]
    texts = [passage.text for passage in near]
    each = judge.answer_probability(points, texts)
    if together(each).max() < ANSWERED:
        return unanswered(points, near, each, judge.touch_probability(points, texts))
    verdict = answered(points, near, each)
    sentences = [sentence for passage in verdict.answers for sentence in split_sentences(passage.text)]
    scores = together(judge.answer_probability(points, sentences))
    best = tuple(sentences[place] for place in np.argsort(-scores, kind="stable")[:_SENTENCES_READ])
    return replace(verdict, status="other_words" if _in_other_words(points, best) else "covered", sentences=best)


def together(each: Numbers) -> Numbers:
    """Return how probably passages answer points taken together, shape (passages,), from each, (points, passages).

    The mean is that of the log-odds, in which the judge is calibrated.
    """
    sure = np.clip(each.astype(np.float64), _LEAST, 1 - _LEAST)
    odds = (np.log(sure) - np.log1p(-sure)).mean(axis=0)
    return np.asarray(1 / (1 + np.exp(-odds)), dtype=np.float32)


def answered(points: Sequence[str], passages: Sequence[Passage], each: Numbers) -> Verdict:
    """Return what answers points: `each`, shape (points, passages), is how probably a passage answers a point."""
    scores = together(each)
    best = np.argsort(-scores, kind="stable")[:_PASSAGES_SHOWN]
    shown = tuple(ScoredPassage(passages[place], float(scores[place])) for place in best)
    n_answering = sum(scored.score >= ANSWERED for scored in shown)
    return Verdict("covered", shown, n_answering, _left_open(points, each[:, best[:n_answering]]))


def unanswered(points: Sequence[str], passages: Sequence[Passage], each: Numbers, touch: Numbers) -> Verdict:
    """Return what comes nearest to points that no passage answers; `touch` is how probably each speaks of them.

    What touches the matter stands first, then what answers most probably.
    """
    scores = together(each)
    is_touched = touch.max() >= TOUCHED or scores.max() >= NEARLY
    touching = [int(touch.argmax())] if touch.max() >= TOUCHED else []
    best = [*touching, *(place for place in np.argsort(-scores, kind="stable") if place not in touching)]
    shown = tuple(ScoredPassage(passages[place], float(scores[place])) for place in best[:_PASSAGES_SHOWN])
    return Verdict("weak" if is_touched else "missing", shown, open_points=_left_open(points, each[:, best[:1]]))


def _left_open(points: Sequence[str], each: Numbers) -> tuple[str, ...]:
    """Return the points that none of the passages answers, the least answered first."""
    by_point = each.max(axis=1)
    least_first = np.argsort(by_point, kind="stable")
    return tuple(points[place] for place in least_first if by_point[place] < _POINT_ANSWERED)


def own_words(points: Sequence[str]) -> list[str]:
    """Return the words that customers keep using for a matter, most used first; none where each says it differently."""
    return recurring_words(points, least=_RECURRING, least_share=_RECURRING_SHARE)


def _in_other_words(points: Sequence[str], sentences: Sequence[str]) -> bool:
    """Whether customers have words of their own for the matter, and the answer uses none of them."""
    own = own_words(points)
    return len(own) >= _LEAST_OWN_WORDS and not shared_words(own, " ".join(sentences))


def _nearest(points: Sequence[str], shelf: Shelf, encoder: Encoder) -> list[int]:
    centre = encoder.encode(points).mean(axis=0)
    cosines = shelf.vectors @ (centre / max(float(np.linalg.norm(centre)), 1e-12))
    return [int(place) for place in np.argsort(-cosines, kind="stable")[:NEAREST]]
