"""Themes beside collateral: what customers say is answered, only touched, or not spoken of."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.protocols import AnswerJudge, Encoder
from pipeline.collateral.records import Gap, GapStatus, Passage, ScoredPassage
from pipeline.confidence import likely_first, worth_showing
from pipeline.insights.stop_words import STOP_WORDS
from pipeline.insights.theme_reading import theme_moments
from pipeline.records import Moment, Theme, text_hash
from pipeline.store.session import Transaction

_POINTS = 12
"""The most typical points of a theme that passages are held against; possible ones only where none is likely."""
_NEAREST = 60
"""Passages nearest in meaning that are held against the points; the others are too far away to answer."""
_ANSWERED = 0.55
"""A passage answers a theme when its score is at least this; chosen on two sample sellers with known answers."""
_TOUCHED = 0.4
"""Below this, a passage does not even touch the theme."""
_PASSAGES_SHOWN = 3
_URGENCY: Mapping[GapStatus, float] = {
    "missing": 1.0,
    "weak": 0.8,
    "other_words": 0.4,
    "unused": 0.3,
    "covered": 0.0,
}
_WORD = re.compile(r"[a-z]{3,}")


@dataclass(frozen=True, slots=True)
class Shelf:
    """All passages with their unit vectors, shape (n, dim)."""

    passages: tuple[Passage, ...]
    vectors: npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a shelf answers points, with the passages that come nearest and the reason in words."""

    status: GapStatus
    passages: tuple[ScoredPassage, ...]
    why: str


def find_gaps(tx: Transaction, judge: AnswerJudge, encoder: Encoder) -> list[Gap]:
    """Return every theme with its status, the most urgent first and covered ones last.

    Urgency is the share of calls that raise the theme, weighed by the status. The moments of a gap are all of its
    theme, the most typical first, and those that are only possible last.
    """
    shelf = read_shelf(tx, encoder)
    n_calls = max(1, tx.calls.count())
    gaps = []
    for theme in tx.themes.all():
        moments = theme_moments(tx, theme.id)
        points = [moment.quote for moment in worth_showing(moments).shown[:_POINTS]]
        verdict = judge_points(points, shelf, judge, encoder)
        gaps.append(_gap(theme, likely_first(moments), verdict, n_calls))
    return sorted(gaps, key=lambda gap: (gap.status == "covered", -gap.score, -gap.calls, gap.theme))


def read_shelf(tx: Transaction, encoder: Encoder) -> Shelf:
    """Return all passages with their vectors; those that the store lacks are made."""
    passages = tx.collateral.passages()
    held = tx.vectors.of_hashes(encoder.name, [text_hash(passage.text) for passage in passages])
    missing = [passage.text for passage in passages if text_hash(passage.text) not in held]
    made = dict(zip(map(text_hash, missing), encoder.encode(missing), strict=True)) if missing else {}
    vectors = [held.get(text_hash(passage.text), made.get(text_hash(passage.text))) for passage in passages]
    return Shelf(tuple(passages), np.array(vectors, dtype=np.float32).reshape(len(passages), encoder.dim))


def judge_points(points: Sequence[str], shelf: Shelf, judge: AnswerJudge, encoder: Encoder) -> Verdict:
    """Return whether the shelf answers customers' points about one matter.

    The passages nearest to the points in meaning are held against each point; a passage's score is its mean probability
    of answering them.
    """
    if not shelf.passages:
        return Verdict("missing", (), "No collateral is held. Add documents with `buyerspeak collateral add`.")
    centre = encoder.encode(points).mean(axis=0)
    cosines = shelf.vectors @ (centre / max(float(np.linalg.norm(centre)), 1e-12))
    near = np.argsort(-cosines, kind="stable")[:_NEAREST]
    scores = judge.answer_probability(points, [shelf.passages[place].text for place in near]).mean(axis=0)
    best = np.argsort(-scores, kind="stable")[:_PASSAGES_SHOWN]
    shown = tuple(ScoredPassage(shelf.passages[near[place]], float(scores[place])) for place in best)
    return _verdict(points, shown)


def _verdict(points: Sequence[str], shown: tuple[ScoredPassage, ...]) -> Verdict:
    top = shown[0]
    if top.score >= _ANSWERED:
        shared = _shared_words(points, top.passage.text)
        if not shared:
            why = f"{_place(top.passage)} answers it, and shares no word with what customers say."
            return Verdict("other_words", shown, why)
        return Verdict(
            "covered", shown, f"{_place(top.passage)} answers it, sharing the words {', '.join(shared[:5])}."
        )
    if top.score >= _TOUCHED:
        why = f"{_place(top.passage)} touches the subject; no passage answers the point ({top.score:.0%} sure)."
        return Verdict("weak", shown, why)
    why = f"No passage answers it ({top.score:.0%} sure at best); the nearest is {_place(top.passage)}."
    return Verdict("missing", shown, why)


def _place(passage: Passage) -> str:
    return f"{passage.document_name}, {passage.locator}"


def _shared_words(points: Sequence[str], passage: str) -> list[str]:
    said = {word for point in points for word in _WORD.findall(point.lower())} - STOP_WORDS
    return [word for word in dict.fromkeys(_WORD.findall(passage.lower())) if word in said]


def _gap(theme: Theme, moments: Sequence[Moment], verdict: Verdict, n_calls: int) -> Gap:
    return Gap(
        theme=theme.id,
        label=theme.label,
        status=verdict.status,
        calls=theme.n_calls,
        accounts=theme.n_accounts,
        moments=tuple(moments),
        passages=verdict.passages,
        score=_URGENCY[verdict.status] * theme.n_calls / n_calls,
        why=verdict.why,
    )
