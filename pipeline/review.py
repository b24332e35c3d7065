"""The review of a period: what sales and marketing read together, every number with what it is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from models.protocols import Encoder
from pipeline.confidence import worth_showing
from pipeline.gap_desk import GapDesk
from pipeline.gap_work import ANSWERED, GapEvent, GapSnapshot, GapWork, works
from pipeline.insights.collateral_use import DocumentUse, find_uses
from pipeline.insights.fit import Fit, read_fit
from pipeline.insights.gap_weight import Part
from pipeline.insights.theme_reading import theme_moments
from pipeline.insights.theme_trends import Direction, Share, read_trends, wilson
from pipeline.records import Call, Moment, Theme
from pipeline.store.session import Transaction

_POINTS_OF_TREND: Final = 12
_WEEKLY_BELOW: Final = timedelta(days=100)
"""Where snapshots span less, coverage is told by week, else by month."""


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `since` to `until`, both within it."""

    since: date
    until: date

    @property
    def before(self) -> Period:
        """The period of as many days that ends when this one begins."""
        days = self.until - self.since + timedelta(days=1)
        return Period(self.since - days, self.since - timedelta(days=1))

    def holds(self, day: date | None) -> bool:
        """Tell whether a day is within it."""
        return day is not None and self.since <= day <= self.until


@dataclass(frozen=True, slots=True)
class Movement:
    """A theme in the period and before; `direction` is told of the trend up to the period's end."""

    theme: str
    label: str
    is_new: bool
    """Whether nobody said it in the calls before the period, and there were some."""
    direction: Direction | None
    now: Share
    """Calls of the period that speak of it."""
    before: Share
    """The same, of the period before."""
    quote: Moment | None


@dataclass(frozen=True, slots=True)
class CoveragePoint:
    """Coverage at the end of a week or month, as it was measured then."""

    label: str
    day: date
    coverage: Part


@dataclass(frozen=True, slots=True)
class GapChange:
    """A gap that was opened, reopened or closed in the period."""

    event: GapEvent
    label: str


@dataclass(frozen=True, slots=True)
class OverdueGap:
    """Work that should have been done."""

    work: GapWork
    label: str


@dataclass(frozen=True, slots=True)
class Review:
    """Everything that the report of a period tells."""

    period: Period
    n_calls: int
    n_accounts: int
    n_calls_before: int
    n_undated: int
    """Held calls that say no date, and are in no period."""
    movements: tuple[Movement, ...]
    opened: tuple[GapChange, ...]
    reopened: tuple[GapChange, ...]
    closed: tuple[GapChange, ...]
    lapsed: tuple[GapChange, ...]
    """No gap any more, without new collateral."""
    n_open: int
    overdue: tuple[OverdueGap, ...]
    """At the period's end, or today if that is earlier."""
    coverage: Part
    measured_on: date
    """The last day of the period on which coverage was measured, or else today."""
    coverage_before: Part | None
    """As measured before the period began; None if nothing was measured then."""
    trend: tuple[CoveragePoint, ...]
    uses: tuple[DocumentUse, ...]
    calls_with_use: Share
    """Calls of the period in which a rep used any document."""
    fit: tuple[Fit, ...]


def read_review(tx: Transaction, desk: GapDesk, encoder: Encoder, period: Period, today: date) -> Review:
    """Return the review; `desk` is how gaps stand now, reckoned for the period's end or today if that is earlier.

    Of a period that is over, work stands as it stood at its end.
    """
    calls = tx.calls.all()
    days = {call.id: day for call in calls if (day := day_of(call)) is not None}
    now = [call for call in calls if period.holds(days.get(call.id))]
    before = [call for call in calls if period.before.holds(days.get(call.id))]
    events, snapshots, labels = tx.gap_work.events(), tx.gap_work.snapshots(), _labels(tx)
    changes = [GapChange(event, labels.get(event.theme, event.theme)) for event in _within(events, period)]
    uses = find_uses(tx, encoder, {call.id for call in now})
    then = works([event for event in events if event.at.date() <= period.until])
    return Review(
        period=period,
        n_calls=len(now),
        n_accounts=len({call.metadata["account"] for call in now if call.metadata.get("account")}),
        n_calls_before=len(before),
        n_undated=len(calls) - len(days),
        movements=tuple(_movements(tx, period, days, now, before)),
        opened=tuple(change for change in changes if change.event.action == "opened"),
        reopened=tuple(change for change in changes if change.event.action == "reopened"),
        closed=tuple(change for change in changes if change.event.action == "closed"),
        lapsed=tuple(change for change in changes if change.event.action == "lapsed"),
        n_open=sum(not work.is_over for work in then.values()),
        overdue=tuple(
            OverdueGap(work, labels.get(theme, theme)) for theme, work in then.items() if work.is_overdue(desk.today)
        ),
        coverage=_measured(snapshots, period.until) or desk.coverage,
        measured_on=max((one.day for one in snapshots if one.day <= period.until), default=today),
        coverage_before=_measured(snapshots, period.since - timedelta(days=1)),
        trend=tuple(coverage_trend([one for one in snapshots if one.day <= period.until])),
        uses=tuple(uses),
        calls_with_use=wilson(len({call for use in uses for call in use.calls}), len(now)),
        fit=tuple(read_fit(tx, now)),
    )


def read_movements(tx: Transaction, period: Period) -> list[Movement]:
    """Return the themes of the calls of a period, held against the period before.

    New ones come first, then those that rise, then those that fall, then the others by calls.
    """
    calls = tx.calls.all()
    days = {call.id: day for call in calls if (day := day_of(call)) is not None}
    now = [call for call in calls if period.holds(days.get(call.id))]
    before = [call for call in calls if period.before.holds(days.get(call.id))]
    return _movements(tx, period, days, now, before)


def latest_period(calls: Sequence[Call], today: date) -> Period:
    """Return the calendar month of the latest dated call that is not after today; this month where there is none."""
    days = [day for call in calls if (day := day_of(call)) is not None and day <= today]
    return month_of(max(days, default=today))


def month_of(day: date) -> Period:
    """Return the calendar month that holds a day."""
    first = day.replace(day=1)
    return Period(first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1))


def coverage_trend(snapshots: Sequence[GapSnapshot]) -> list[CoveragePoint]:
    """Return coverage at the end of each week or month in which it was measured, the last ones, in order."""
    if not snapshots:
        return []
    by_day: dict[date, list[GapSnapshot]] = {}
    for one in snapshots:
        by_day.setdefault(one.day, []).append(one)
    is_weekly = max(by_day) - min(by_day) < _WEEKLY_BELOW
    last_of = {_bin(day, is_weekly): day for day in sorted(by_day)}
    points = [CoveragePoint(label, day, _coverage(by_day[day])) for (_, label), day in last_of.items()]
    return points[-_POINTS_OF_TREND:]


def _bin(day: date, is_weekly: bool) -> tuple[date, str]:
    if is_weekly:
        monday = day - timedelta(days=day.weekday())
        return monday, f"{monday.day} {monday:%b}"
    return day.replace(day=1), f"{day:%b %y}"


def _coverage(snapshots: Sequence[GapSnapshot]) -> Part:
    answered = sum(one.n_accounts for one in snapshots if one.status in ANSWERED)
    return Part(answered, sum(one.n_accounts for one in snapshots))


def _measured(snapshots: Sequence[GapSnapshot], day: date) -> Part | None:
    """Return coverage as it was measured last by that day."""
    last = max((one.day for one in snapshots if one.day <= day), default=None)
    return None if last is None else _coverage([one for one in snapshots if one.day == last])


def day_of(call: Call) -> date | None:
    """Return the day on which a call was recorded; None where it says none."""
    try:
        return datetime.fromisoformat(str(call.metadata.get("recorded_at") or "")).date()
    except ValueError:
        return None


def _labels(tx: Transaction) -> dict[str, str]:
    last = {event.theme: event.value["label"] for event in tx.gap_work.events() if event.action == "verdict"}
    return last | tx.themes.labels()


def _within(events: Sequence[GapEvent], period: Period) -> list[GapEvent]:
    return [event for event in events if period.holds(event.at.date())]


def _movements(
    tx: Transaction, period: Period, days: Mapping[str, date], now: Sequence[Call], before: Sequence[Call]
) -> list[Movement]:
    """Return the themes of the period: new ones first, then those that rise, then those that fall, then by calls."""
    trends = read_trends(tx, until=period.until)
    past = {call for call, day in days.items() if day < period.since}
    found = []
    for theme in tx.themes.all():
        movement = _movement(theme, theme_moments(tx, theme.id), trends[theme.id].direction, past, now, before)
        if movement.now.n or movement.before.n:
            found.append(movement)
    order = {"rising": 1, "falling": 2, None: 3}
    return sorted(found, key=lambda one: (0 if one.is_new else order[one.direction], -one.now.n, one.label, one.theme))


def _movement(
    theme: Theme,
    moments: Sequence[Moment],
    direction: Direction | None,
    past: set[str],
    now: Sequence[Call],
    before: Sequence[Call],
) -> Movement:
    said = {moment.call for moment in moments}
    here = {call.id for call in now} & said
    own = [moment for moment in moments if moment.call in here]
    return Movement(
        theme=theme.id,
        label=theme.label,
        is_new=bool(here and past) and not said & past,
        direction=direction,
        now=wilson(len(here), len(now)),
        before=wilson(len({call.id for call in before} & said), len(before)),
        quote=worth_showing(own).shown[0] if own else None,
    )
