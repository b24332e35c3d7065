"""Themes beside collateral: what customers say is answered, only touched, or not spoken of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.protocols import AnswerJudge
from pipeline.insights.stop_words import STOP_WORDS
from pipeline.insights.theme_reading import theme_moments
from pipeline.records import Gap, GapStatus, Moment, Passage, ScoredPassage, Theme
from pipeline.store.session import Transaction

_ANSWERED = 0.5
"""A passage answers a theme when it answers its points with at least this probability on average."""
_TOUCHED = 0.2
_POINTS = 12
"""The most typical points of a theme that its passages are held against."""
_PASSAGES_SHOWN = 3
_URGENCY: dict[GapStatus, float] = {"missing": 1.0, "weak": 0.8, "other_words": 0.4, "unused": 0.3, "covered": 0.0}
_WORD = re.compile(r"[a-z]{3,}")


@dataclass(frozen=True, slots=True)
class _Verdict:
    status: GapStatus
    passages: tuple[ScoredPassage, ...]
    why: str


def find_gaps(tx: Transaction, judge: AnswerJudge) -> list[Gap]:
    """Return every theme with its status, the most urgent first and covered ones last.

    A theme's passages are ranked by the mean probability that they answer its most typical points. Urgency is the
    share of calls that raise the theme, weighed by the status.
    """
    passages = tx.collateral.passages()
    n_calls = max(1, tx.calls.count())
    gaps = []
    for theme in tx.themes.all():
        moments = theme_moments(tx, theme.id)
        verdict = judge_theme([moment.quote for moment in moments[:_POINTS]], passages, judge)
        gaps.append(_gap(theme, moments, verdict, n_calls))
    return sorted(gaps, key=lambda gap: (gap.status == "covered", -gap.score, -gap.calls, gap.theme))


def _gap(theme: Theme, moments: Sequence[Moment], verdict: _Verdict, n_calls: int) -> Gap:
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


def judge_theme(points: Sequence[str], passages: Sequence[Passage], judge: AnswerJudge) -> _Verdict:
    """Return whether `passages` answer customers' `points`, with the nearest of them and the reason in words."""
    if not passages:
        return _Verdict("missing", (), "No collateral is held. Add documents with `buyerspeak collateral add`.")
    scores = judge.answer_probability(points, [passage.text for passage in passages]).mean(axis=0)
    best = np.argsort(-scores, kind="stable")[:_PASSAGES_SHOWN]
    shown = tuple(ScoredPassage(passages[place], float(scores[place])) for place in best)
    return _verdict(points, shown)


def _verdict(points: Sequence[str], shown: tuple[ScoredPassage, ...]) -> _Verdict:
    top = shown[0]
    place = f"{top.passage.document_name}, {top.passage.locator}"
    if top.score >= _ANSWERED:
        shared = _shared_words(points, top.passage.text)
        if not shared:
            return _Verdict("other_words", shown, f"{place} answers it, and shares no word with what customers say.")
        return _Verdict("covered", shown, f"{place} answers it, sharing the words {', '.join(shared[:5])}.")
    if top.score >= _TOUCHED:
        return _Verdict("weak", shown, f"{place} touches the subject and does not answer the point.")
    return _Verdict("missing", shown, f"No passage answers it; the nearest is {place}.")


def _shared_words(points: Sequence[str], passage: str) -> list[str]:
    said = {word for point in points for word in _WORD.findall(point.lower())} - STOP_WORDS
    return [word for word in dict.fromkeys(_WORD.findall(passage.lower())) if word in said]
