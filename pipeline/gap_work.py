"""A gap as work between two teams: who closes it, by when, how far it is, and everything that was said and done.

What is stored are events alone; where the work stands is read from them, so that the history is always the whole truth.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final, Literal, TypeAlias

from pipeline.collateral.records import GapStatus

WorkStatus = Literal["open", "writing", "published", "closed", "lapsed"]
"""`closed` is by new collateral that answers; `lapsed` is a gap no more without any, or no theme any more."""
Urgency = Literal["high", "medium", "low"]
Action = Literal["opened", "owner", "due", "status", "overturned", "undone", "verdict", "closed", "reopened", "lapsed"]
ITSELF: Final = "Buyerspeak"
"""Who did what nobody told it to do."""
SETTABLE: Final[tuple[WorkStatus, ...]] = ("open", "writing", "published")
BY_PEOPLE: Final[tuple[Action, ...]] = ("owner", "due", "status", "overturned")
OVER: Final[tuple[WorkStatus, ...]] = ("closed", "lapsed")
ANSWERED: Final[tuple[GapStatus, ...]] = ("covered", "other_words", "unused")
"""The statuses in which a passage answers the point."""


@dataclass(frozen=True, slots=True)
class GapEvent:
    """What was done about the gap of a theme. `number` orders all events; it is 0 before it is stored."""

    theme: str
    at: datetime
    who: str
    action: Action
    value: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class Evidence:
    """The passage that answers."""

    document: str
    locator: str
    text_hash: str


@dataclass(frozen=True, slots=True)
class Overturn:
    """A person's word on whether collateral answers a theme, against what was found."""

    theme: str
    at: datetime
    who: str
    status: GapStatus
    found: GapStatus
    score: float
    """How far the best passage was found to answer."""
    passage: Evidence | None
    note: str
    number: int


@dataclass(frozen=True, slots=True)
class GapWork:
    """Where the work on one gap stands."""

    theme: str
    status: WorkStatus
    opened_at: datetime
    urgency: Urgency
    opened_as: GapStatus
    """What was wrong when it was last opened or reopened; it closes when that is mended."""
    owner: str = ""
    due: date | None = None
    changed_at: datetime | None = None
    """When it was last opened, reopened, closed or lapsed."""
    evidence: Evidence | None = None
    """Of a closed gap, what answers it."""
    reason: str = ""
    """Why it was reopened, or lapsed."""

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to do."""
        return self.status in OVER

    def is_overdue(self, today: date) -> bool:
        """Tell whether it should have been closed before that day."""
        return not self.is_over and self.due is not None and self.due < today


@dataclass(frozen=True, slots=True)
class GapSnapshot:
    """How a theme stood on a day: the latest word of that day."""

    day: date
    theme: str
    label: str
    status: GapStatus
    n_calls: int
    n_accounts: int


_MENDED: Final[Mapping[GapStatus, tuple[GapStatus, ...]]] = {
    "missing": ANSWERED,
    "weak": ANSWERED,
    "other_words": ("covered", "unused"),
    "unused": ("covered",),
    "covered": ANSWERED,
}


def is_mended(opened_as: GapStatus, status: GapStatus) -> bool:
    """Tell whether a gap that was opened as the first is none any more as the second.

    What nothing answered is mended by an answer, though reps cannot have used it yet.
    """
    return status in _MENDED[opened_as]


ServiceLevels: TypeAlias = Mapping[Urgency, int]
"""Days until a gap is due, by its urgency."""


def live(events: Iterable[GapEvent]) -> list[GapEvent]:
    """Return the events in force, in order: without those that were undone and their undoing."""
    held = sorted(events, key=lambda event: event.number)
    undone = {event.value["number"] for event in held if event.action == "undone"}
    return [event for event in held if event.number not in undone and event.action != "undone"]


def works(events: Iterable[GapEvent]) -> dict[str, GapWork]:
    """Return where the work on each gap stands, by theme; themes that never were a gap are left out."""
    found: dict[str, GapWork] = {}
    for event in live(events):
        if event.action == "opened":
            found[event.theme] = _opened(event)
        elif event.theme in found:
            found[event.theme] = _after(found[event.theme], event)
    return found


def overturns(events: Iterable[GapEvent]) -> dict[str, Overturn]:
    """Return the word of people that holds, by theme: the last one on each."""
    return {event.theme: _overturn(event) for event in live(events) if event.action == "overturned"}


def by_theme(events: Iterable[GapEvent]) -> dict[str, list[GapEvent]]:
    """Return the events of each theme, in their order."""
    found: dict[str, list[GapEvent]] = defaultdict(list)
    for event in events:
        found[event.theme].append(event)
    return found


def _opened(event: GapEvent) -> GapWork:
    value = event.value
    return GapWork(
        theme=event.theme,
        status="open",
        opened_at=event.at,
        urgency=value["urgency"],
        opened_as=value["status"],
        due=date.fromisoformat(value["due"]),
        changed_at=event.at,
    )


def _after(work: GapWork, event: GapEvent) -> GapWork:
    value = event.value
    changes: dict[str, Any] = {}
    match event.action:
        case "owner" | "status":
            changes = {event.action: value[event.action]}
        case "due":
            changes = {"due": date.fromisoformat(value["due"]) if value["due"] else None}
        case "closed":
            changes = {"status": "closed", "evidence": evidence_of(value), "changed_at": event.at, "reason": ""}
        case "lapsed":
            changes = {"status": "lapsed", "evidence": None, "changed_at": event.at, "reason": value["reason"]}
        case "reopened":
            again = _opened(event)
            return replace(again, opened_at=work.opened_at, owner=work.owner, reason=value["reason"])
    return replace(work, **changes)


def evidence_of(value: Mapping[str, Any]) -> Evidence | None:
    """Return the passage that an event names, if it names one."""
    found = value.get("passage")
    return Evidence(**found) if found else None


def _overturn(event: GapEvent) -> Overturn:
    value = event.value
    return Overturn(
        theme=event.theme,
        at=event.at,
        who=event.who,
        status=value["status"],
        found=value["found"],
        score=value["score"],
        passage=evidence_of(value),
        note=event.note,
        number=event.number,
    )


def last_verdicts(events: Sequence[GapEvent]) -> dict[str, GapStatus]:
    """Return the status in which each theme was last seen."""
    return {event.theme: event.value["status"] for event in events if event.action == "verdict"}
