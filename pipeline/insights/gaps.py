"""Themes beside collateral: what customers say is answered, only touched, or not spoken of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from models.protocols import AnswerJudge, Encoder
from pipeline.collateral.records import Document, Gap, GapFlag, GapStatus
from pipeline.confidence import likely_first, worth_showing
from pipeline.held_encoder import HeldEncoder
from pipeline.insights.answers_given import exchanges_after
from pipeline.insights.coverage import Verdict, judge_points, read_shelf
from pipeline.insights.coverage_reasons import reason, unused_reason
from pipeline.insights.document_fit import STALE_AFTER_DAYS, fit_flags, newest_day
from pipeline.insights.reps_use import Use, use_of
from pipeline.insights.theme_points import points_of
from pipeline.insights.theme_reading import theme_moments
from pipeline.records import Call, Moment, Theme
from pipeline.store.session import Transaction

_URGENCY: Final[Mapping[GapStatus, float]] = {
    "missing": 1.0,
    "weak": 0.8,
    "other_words": 0.4,
    "unused": 0.3,
    "covered": 0.0,
}


def find_gaps(
    tx: Transaction, judge: AnswerJudge, encoder: Encoder, *, stale_after_days: int = STALE_AFTER_DAYS
) -> list[Gap]:
    """Return every theme with its status, the most urgent first and covered ones last.

    Urgency is the share of calls that raise the theme, weighed by the status. The moments of a gap are all of its
    theme, the most typical first, and those that are only possible last. A theme is `unused` where a passage covers
    it and reps, who had the occasion often enough, never said what it says.
    """
    shelf, calls, held = read_shelf(tx, encoder), tx.calls.all(), HeldEncoder(tx, encoder)
    judge = judge.reading(lambda inner: HeldEncoder(tx, inner))
    documents = {document.id: document for document in tx.collateral.all()}
    gaps = []
    for theme in tx.themes.all():
        moments = theme_moments(tx, theme.id)
        chosen = worth_showing(moments).shown
        points = points_of(moments)
        verdict = judge_points(points, shelf, judge, held)
        gap = _gap(theme, likely_first(moments), verdict, reason(points, verdict))
        if verdict.status == "covered":
            gap = _with_use(gap, verdict, _use(tx, verdict, chosen, encoder))
        flags = _flags(verdict, documents, calls, moments, stale_after_days)
        gaps.append(replace(gap, score=_URGENCY[gap.status] * theme.n_calls / max(1, len(calls)), flags=flags))
    return sorted(gaps, key=lambda gap: (gap.status == "covered", -gap.score, -gap.calls, gap.theme))


def _gap(theme: Theme, moments: Sequence[Moment], verdict: Verdict, why: str) -> Gap:
    return Gap(
        theme=theme.id,
        label=theme.label,
        status=verdict.status,
        calls=theme.n_calls,
        accounts=theme.n_accounts,
        moments=tuple(moments),
        passages=verdict.passages,
        score=0.0,
        why=why,
    )


def _use(tx: Transaction, verdict: Verdict, moments: Sequence[Moment], encoder: Encoder) -> Use:
    raised = [moment for moment in moments if moment.kind in ("objection", "question")]
    return use_of(verdict.answers, raised, exchanges_after(tx, raised), encoder)


def _with_use(gap: Gap, verdict: Verdict, use: Use) -> Gap:
    if not use.is_left_out:
        return gap
    return replace(gap, status="unused", why=unused_reason(verdict, use.n_calls, use.n_replies))


def _flags(
    verdict: Verdict,
    documents: Mapping[str, Document],
    calls: Sequence[Call],
    moments: Sequence[Moment],
    stale_after_days: int,
) -> tuple[GapFlag, ...]:
    """Return what makes the best answer's document doubtful; of what does not answer, nothing."""
    if not verdict.answers:
        return ()
    raised = {moment.call for moment in moments}
    raising = [call for call in calls if call.id in raised]
    document = documents[verdict.answers[0].document]
    return fit_flags(document, raising, newest_day(calls), stale_after_days=stale_after_days)
