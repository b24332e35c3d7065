"""Everything that is known of the gaps now: what weighs how much, where the work stands, what nobody asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from pipeline.collateral.records import Gap, ScoredPassage
from pipeline.confidence import worth_showing
from pipeline.gap_reading import GapReading
from pipeline.gap_work import ANSWERED, GapEvent, GapWork, Overturn, by_theme, overturns, works
from pipeline.insights.content_needed import Brief, brief_for
from pipeline.insights.gap_judgement import Bar, recalibrate
from pipeline.insights.gap_weight import GapWeight, Part, deal_amounts, deal_of, ranked, weigh
from pipeline.insights.stop_words import STOP_WORDS
from pipeline.insights.unasked import UnaskedDocument
from pipeline.records import Call
from pipeline.store.session import Transaction

_WORD: Final = re.compile(r"[a-z]{3,}")
_SHARED_SHOWN: Final = 4


@dataclass(frozen=True, slots=True)
class GapCase:
    """One theme: how it stands, what it touches, who works on it, and what would close it."""

    gap: Gap
    weight: GapWeight
    work: GapWork | None
    is_overdue: bool
    overturn: Overturn | None
    found: Gap
    """As it was found, before people's words."""
    reasons: tuple[str, ...]
    """Of each of its passages, why it answers or fails."""
    brief: Brief
    events: tuple[GapEvent, ...]

    @property
    def is_gap(self) -> bool:
        """Whether there is something to do."""
        return self.gap.status != "covered" if self.work is None else not self.work.is_over


@dataclass(frozen=True, slots=True)
class GapDesk:
    """All themes, what is to be closed first, and the reverse list."""

    today: date
    cases: tuple[GapCase, ...]
    unasked: tuple[UnaskedDocument, ...]
    bar: Bar
    n_calls: int
    coverage: Part
    """Of the pairs of an account and a theme that it raises, those that collateral answers."""
    open_money: Part
    """Amounts of deals that open gaps touch, each counted once, of all."""

    @property
    def gaps(self) -> list[GapCase]:
        """Those with something to do."""
        return [case for case in self.cases if case.is_gap]

    @property
    def overdue(self) -> list[GapCase]:
        """Those that should have been closed by today."""
        return [case for case in self.cases if case.is_overdue]


def read_desk(
    tx: Transaction,
    reading: GapReading,
    today: date,
    *,
    unasked: Sequence[UnaskedDocument] = (),
    calls: Sequence[Call] | None = None,
) -> GapDesk:
    """Return how the gaps stand, over all calls or over some that the reading was narrowed to; this takes no model."""
    counted = tx.calls.all() if calls is None else calls
    weights, events = weigh(reading.judged, counted), tx.gap_work.events()
    work, said, history = works(events), overturns(events), by_theme(events)
    found = {gap.theme: gap for gap in reading.found}
    cases = []
    for gap in ranked(reading.judged, weights):
        mine = work.get(gap.theme)
        cases.append(
            GapCase(
                gap=gap,
                weight=weights[gap.theme],
                work=mine,
                is_overdue=mine is not None and mine.is_overdue(today),
                overturn=said.get(gap.theme),
                found=found[gap.theme],
                reasons=tuple(_reason(gap, scored) for scored in gap.passages),
                brief=brief_for(gap, mine),
                events=tuple(history.get(gap.theme, ())),
            )
        )
    return GapDesk(
        today=today,
        cases=tuple(cases),
        unasked=tuple(unasked),
        bar=recalibrate(said.values()),
        n_calls=len(counted),
        coverage=coverage(reading.judged),
        open_money=_open_money([case for case in cases if case.is_gap], counted),
    )


def coverage(gaps: Sequence[Gap]) -> Part:
    """Return how many of the points of accounts collateral answers: an account counts once per theme that it raises."""
    answered = sum(_n_accounts(gap) for gap in gaps if gap.status in ANSWERED)
    return Part(answered, sum(_n_accounts(gap) for gap in gaps))


def _n_accounts(gap: Gap) -> int:
    return len({moment.account or moment.call for moment in gap.moments})


def _open_money(cases: Sequence[GapCase], calls: Sequence[Call]) -> Part:
    held, amounts = {call.id: call for call in calls}, deal_amounts(calls)
    touched = {deal_of(held[one.call]) for case in cases for one in case.gap.moments if one.call in held}
    return Part(sum(amounts.get(deal, 0.0) for deal in sorted(touched)), sum(amounts.values()))


def _reason(gap: Gap, scored: ScoredPassage) -> str:
    """Return why a passage answers or fails: how sure that is, and which of the customers' words it shares."""
    said = " ".join(moment.quote.lower() for moment in worth_showing(gap.moments).shown)
    words = set(_WORD.findall(said)) - STOP_WORDS
    shared = [word for word in dict.fromkeys(_WORD.findall(scored.passage.text.lower())) if word in words]
    quoted = ", ".join(f"“{word}”" for word in shared[:_SHARED_SHOWN])
    if gap.status in ANSWERED and scored == gap.passages[0]:
        return f"Answers it ({scored.score:.0%} sure)" + (f", in customers’ words: {quoted}." if shared else ".")
    if shared:
        return f"Shares the words {quoted} without answering ({scored.score:.0%} sure that it does)."
    return f"Shares no word with what customers say, and does not answer ({scored.score:.0%} sure that it does)."


def cases_by_theme(desk: GapDesk) -> Mapping[str, GapCase]:
    """Return the cases by theme."""
    return {case.gap.theme: case for case in desk.cases}
