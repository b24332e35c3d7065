"""Keeps the work on gaps in step with what is held: opens, closes by evidence, reopens, and notes how things stand.

A gap closes when collateral that is newer than it answers it. It reopens when the answer goes away, and when customers
ask again in a call that was recorded after it was closed; then newer collateral still is what closes it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from pipeline.collateral.records import Document, Gap, Passage, ScoredPassage
from pipeline.confidence import at_least
from pipeline.gap_work import (
    ITSELF,
    Action,
    Evidence,
    GapEvent,
    GapSnapshot,
    GapWork,
    Overturn,
    ServiceLevels,
    is_mended,
    last_verdicts,
    overturns,
    works,
)
from pipeline.insights.gap_weight import GapWeight, weigh
from pipeline.records import Call, text_hash
from pipeline.store.session import Store, Transaction

_ANSWERS = 0.5
"""A newer passage beside the best one closes a gap from this score on."""


def keep_in_step(store: Store, gaps: Sequence[Gap], levels: ServiceLevels, *, now: datetime | None = None) -> bool:
    """Add what has happened to gaps since the last time, and say whether there was anything.

    `gaps` are all themes as they stand, people's words applied.
    """
    at = now or datetime.now(UTC)
    with store.read() as tx:
        events, snapshots = _due(tx, gaps, levels, at)
        is_known = snapshots == [one for one in tx.gap_work.snapshots() if one.day == at.date()]
    if not events and is_known:
        return False
    with store.begin() as tx:
        # What another process wrote meanwhile is not written twice.
        events, snapshots = _due(tx, gaps, levels, at)
        tx.gap_work.add(events)
        tx.gap_work.put_snapshot(at.date(), snapshots)
    return True


def _due(
    tx: Transaction, gaps: Sequence[Gap], levels: ServiceLevels, at: datetime
) -> tuple[list[GapEvent], list[GapSnapshot]]:
    events, calls = tx.gap_work.events(), tx.calls.all()
    step = _Step(
        works=works(events),
        said=overturns(events),
        weights=weigh(gaps, calls),
        calls={call.id: call for call in calls},
        documents={document.id: document for document in tx.collateral.all()},
        held={text_hash(passage.text) for passage in tx.collateral.passages()},
        levels=levels,
        at=at,
    )
    seen = last_verdicts(events)
    due = [event for gap in gaps for event in step.of_gap(gap, seen.get(gap.theme))]
    due += step.of_gone({gap.theme for gap in gaps})
    day = at.date()
    snapshots = [GapSnapshot(day, gap.theme, gap.label, gap.status, gap.calls, gap.accounts) for gap in gaps]
    return due, sorted(snapshots, key=lambda one: one.theme)


class _Step:
    """What is held now, beside where the work stood."""

    def __init__(
        self,
        *,
        works: Mapping[str, GapWork],
        said: Mapping[str, Overturn],
        weights: Mapping[str, GapWeight],
        calls: Mapping[str, Call],
        documents: Mapping[str, Document],
        held: set[str],
        levels: ServiceLevels,
        at: datetime,
    ) -> None:
        self._works, self._said, self._weights = works, said, weights
        self._calls, self._documents, self._held = calls, documents, held
        self._levels, self._at = levels, at

    def of_gap(self, gap: Gap, seen: str | None) -> Iterator[GapEvent]:
        """Yield what has happened to a theme."""
        if gap.status != seen:
            yield self._event(gap.theme, "verdict", status=gap.status, label=gap.label)
        work = self._works.get(gap.theme)
        if work is None:
            if gap.status != "covered":
                yield self._event(gap.theme, "opened", **self._terms(gap))
        elif work.is_over:
            reason = self._why_again(gap, work)
            if reason:
                yield self._event(gap.theme, "reopened", reason=reason, **self._terms(gap))
        elif is_mended(work.opened_as, gap.status):
            yield from self._ended(gap, work)

    def of_gone(self, themes: set[str]) -> Iterator[GapEvent]:
        """Yield that the work on themes that are no more has lapsed."""
        for theme, work in sorted(self._works.items()):
            if theme not in themes and not work.is_over:
                yield self._event(theme, "lapsed", reason="the theme is no more")

    def _ended(self, gap: Gap, work: GapWork) -> Iterator[GapEvent]:
        newer = next((one.passage for one in gap.passages if one.score >= _ANSWERS and self._is_newer(one, work)), None)
        said = self._said.get(gap.theme)
        if said is not None and said.passage is not None and said.status == gap.status:
            yield self._event(gap.theme, "closed", passage=asdict(said.passage), by=said.who)
        elif newer is not None:
            yield self._event(gap.theme, "closed", passage=asdict(evidence(newer)))
        elif gap.status == "covered" and not work.reason.startswith("customers asked again"):
            yield self._event(gap.theme, "lapsed", reason="what was held already answers what customers say now")

    def _is_newer(self, scored: ScoredPassage, work: GapWork) -> bool:
        document = self._documents.get(scored.passage.document)
        return document is not None and document.added_at >= (work.changed_at or work.opened_at)

    def _why_again(self, gap: Gap, work: GapWork) -> str:
        is_again = gap.status != "covered" if work.status == "lapsed" else not is_mended(work.opened_as, gap.status)
        if is_again:
            if work.evidence is not None and work.evidence.text_hash not in self._held:
                return f"the answer went away: {work.evidence.document} no longer holds it"
            return "what is held does not answer it any more"
        if work.status == "closed" and gap.theme not in self._said:
            asked = self._asked_since(gap, work)
            if asked:
                return f"customers asked again: {len(asked)} call{'s' if len(asked) > 1 else ''} since it was closed"
        return ""

    def _asked_since(self, gap: Gap, work: GapWork) -> set[str]:
        closed = work.changed_at or work.opened_at
        likely = at_least(gap.moments, "likely").shown
        return {one.call for one in likely if one.call in self._calls and _said_at(self._calls[one.call]) > closed}

    def _terms(self, gap: Gap) -> dict[str, Any]:
        urgency = self._weights[gap.theme].urgency
        due = self._at.date() + timedelta(days=self._levels[urgency])
        return {"status": gap.status, "urgency": urgency, "due": due.isoformat()}

    def _event(self, theme: str, action: Action, **value: Any) -> GapEvent:
        return GapEvent(theme, self._at, ITSELF, action, value)


def evidence(passage: Passage) -> Evidence:
    """Return a passage as evidence, known again by its text."""
    return Evidence(passage.document_name, passage.locator, text_hash(passage.text))


def _said_at(call: Call) -> datetime:
    """Return when a call was: the end of nothing is known of a day but its start; undated calls when they came in."""
    try:
        found = datetime.fromisoformat(str(call.metadata.get("recorded_at") or ""))
    except ValueError:
        return call.added_at
    return found if found.tzinfo else found.replace(tzinfo=UTC)
