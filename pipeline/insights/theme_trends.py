"""Themes over time: the share of calls, accounts and deals per week, and which of them rise or fall."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import NormalDist
from typing import Final, Literal

from pipeline.insights.theme_reading import deals_by_call
from pipeline.records import THEMED_KINDS, Call, Moment, PhraseFilter
from pipeline.store.session import Transaction

FALSE_SHARE: Final = 0.1
"""At most this share of the themes that are told to rise or fall do not, on the average."""
_CONCENTRATED: Final = 0.4
_LEAST_MOMENTS: Final = 5
_LEAST_WEEKS: Final = 3
Direction = Literal["rising", "falling"]


@dataclass(frozen=True, slots=True)
class Share:
    """A count out of a number, with the 95 % interval of Wilson (1927)."""

    n: int
    out_of: int
    low: float
    high: float

    @property
    def value(self) -> float | None:
        """The share, None out of none."""
        return self.n / self.out_of if self.out_of else None


@dataclass(frozen=True, slots=True)
class Week:
    """One theme in one week, of the calls, accounts and deals of that week; `start` is its Monday."""

    start: date
    calls: Share
    accounts: Share
    deals: Share
    uncovered: Share
    """Moments of that week, of any theme, that are in none."""


@dataclass(frozen=True, slots=True)
class Trend:
    """One theme over the weeks; `p_value` is None where the weeks are too few to tell."""

    theme: str
    weeks: tuple[Week, ...]
    p_value: float | None
    slope: float
    direction: Direction | None
    n_undated: int
    """Calls of the theme without a date."""


@dataclass(frozen=True, slots=True)
class Concentration:
    """An account that makes much of a theme."""

    account: str
    share: float

    @property
    def warning(self) -> str:
        """What a reader should know."""
        return f"One account, {self.account}, makes {self.share:.0%} of this theme."


NO_TREND: Final = Trend("", (), None, 0.0, None, 0)
"""Of a theme of which nothing is known over time yet."""


def wilson(n: int, out_of: int) -> Share:
    """Return the share with its interval, 0 to 1 out of none."""
    if not out_of:
        return Share(0, 0, 0.0, 1.0)
    z, p = NormalDist().inv_cdf(0.975), n / out_of
    middle, scale = p + z * z / (2 * out_of), 1 + z * z / out_of
    half = z * math.sqrt(p * (1 - p) / out_of + z * z / (4 * out_of**2))
    return Share(n, out_of, max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale))


def read_trends(tx: Transaction, *, until: date | None = None) -> dict[str, Trend]:
    """Return the trend of every theme, by its id; weeks that start after `until` are left out.

    A theme rises or falls if the share of calls that speak of it does (test of Cochran and Armitage over the weeks),
    held against all themes at once at a false-discovery rate of 10 % (Benjamini, Hochberg 1995).
    """
    calls = {call.id: call for call in tx.calls.all()}
    dated = {call.id: week for call in calls.values() if (week := _week(call)) is not None}
    week_of = {call: week for call, week in dated.items() if until is None or week <= until}
    members, deals = _calls_by_theme(tx), deals_by_call(tx)
    weeks = _held_weeks(tx, calls, week_of, deals)
    found: dict[str, Trend] = {}
    for theme in tx.themes.all():
        said = members.get(theme.id, set())
        by_week = _by_week(said, week_of)
        rows = tuple(_week_of_theme(week, by_week.get(week.start, []), calls, deals) for week in weeks)
        p_value, slope = _trend([row.calls for row in rows])
        found[theme.id] = Trend(theme.id, rows, p_value, slope, None, len(said - dated.keys()))
    return _told(found)


def concentration(moments: Sequence[Moment]) -> Concentration | None:
    """Return the account that makes 40 % of a theme of five moments or more, or all of a smaller one, if one does."""
    counts = Counter(moment.account for moment in moments if moment.account)
    if len(moments) < 2 or not counts:
        return None
    account, n = min(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    enough = _CONCENTRATED if len(moments) >= _LEAST_MOMENTS else 1.0
    return Concentration(account, n / len(moments)) if n >= enough * len(moments) else None


def _week(call: Call) -> date | None:
    try:
        day = date.fromisoformat(str(call.metadata.get("recorded_at") or "")[:10])
    except ValueError:
        return None
    return day - timedelta(days=day.weekday())


def _all_weeks(held: Iterable[date]) -> list[date]:
    """Return every week from the first to the last, those without a call too."""
    seen = sorted(set(held))
    if not seen:
        return []
    return [seen[0] + timedelta(weeks=n) for n in range((seen[-1] - seen[0]).days // 7 + 1)]


def _calls_by_theme(tx: Transaction) -> dict[str, set[str]]:
    theme_of, said = tx.themes.theme_of(), defaultdict(set)
    for moment in tx.moments.by_ids(list(theme_of)).values():
        said[theme_of[moment.id]].add(moment.call)
    return said


def _uncovered(tx: Transaction, week_of: Mapping[str, date], weeks: Sequence[date]) -> dict[date, Share]:
    out_of, n = Counter[date](), Counter[date]()
    for moment in tx.moments.select(PhraseFilter(kinds=THEMED_KINDS, moments_only=True)):
        if moment.call in week_of:
            out_of[week_of[moment.call]] += 1
            n[week_of[moment.call]] += moment.theme is None
    return {week: wilson(n[week], out_of[week]) for week in weeks}


@dataclass(frozen=True, slots=True)
class _HeldWeek:
    """All that is held of a week, counted once for however many themes."""

    start: date
    n_calls: int
    n_accounts: int
    n_deals: int
    uncovered: Share


def _held_weeks(
    tx: Transaction, calls: Mapping[str, Call], week_of: Mapping[str, date], deals: Mapping[str, str]
) -> list[_HeldWeek]:
    weeks = _all_weeks(week_of.values())
    uncovered, by_week = _uncovered(tx, week_of, weeks), _by_week(week_of, week_of)
    return [
        _HeldWeek(week, len(held), len(_accounts(held, calls)), len(_deals(held, deals)), uncovered[week])
        for week in weeks
        for held in [by_week.get(week, [])]
    ]


def _by_week(chosen: Iterable[str], week_of: Mapping[str, date]) -> dict[date, list[str]]:
    found: dict[date, list[str]] = defaultdict(list)
    for call in chosen:
        if call in week_of:
            found[week_of[call]].append(call)
    return found


def _accounts(chosen: Iterable[str], calls: Mapping[str, Call]) -> set[object]:
    return {calls[call].metadata.get("account") for call in chosen} - {None, ""}


def _deals(chosen: Iterable[str], deals: Mapping[str, str]) -> set[str]:
    return {deals[call] for call in chosen if call in deals}


def _week_of_theme(week: _HeldWeek, ours: Sequence[str], calls: Mapping[str, Call], deals: Mapping[str, str]) -> Week:
    return Week(
        start=week.start,
        calls=wilson(len(ours), week.n_calls),
        accounts=wilson(len(_accounts(ours, calls)), week.n_accounts),
        deals=wilson(len(_deals(ours, deals)), week.n_deals),
        uncovered=week.uncovered,
    )


def _trend(shares: Sequence[Share]) -> tuple[float | None, float]:
    """Return the two-sided p-value of Cochran and Armitage's test, and the slope's sign as a number."""
    held = [(place, share.n, share.out_of) for place, share in enumerate(shares) if share.out_of]
    n, total = sum(count for _, count, _ in held), sum(out_of for _, _, out_of in held)
    if len(held) < _LEAST_WEEKS or n in (0, total):
        return None, 0.0
    p = n / total
    slope = sum(place * (count - out_of * p) for place, count, out_of in held)
    mean = sum(place * out_of for place, _, out_of in held) / total
    spread = p * (1 - p) * sum(out_of * (place - mean) ** 2 for place, _, out_of in held)
    if spread <= 0:
        return None, 0.0
    return 2 * (1 - NormalDist().cdf(abs(slope) / math.sqrt(spread))), slope


def _told(trends: Mapping[str, Trend]) -> dict[str, Trend]:
    """Say of those trends that the false-discovery rate allows that they rise or fall."""
    tested = sorted((trend.p_value, name) for name, trend in trends.items() if trend.p_value is not None)
    passed = [rank for rank, (p, _) in enumerate(tested, start=1) if p <= FALSE_SHARE * rank / len(tested)]
    told = {name for _, name in tested[: max(passed, default=0)]}
    return {
        name: _directed(trend, "rising" if trend.slope > 0 else "falling") if name in told else trend
        for name, trend in trends.items()
    }


def _directed(trend: Trend, direction: Direction) -> Trend:
    return Trend(trend.theme, trend.weeks, trend.p_value, trend.slope, direction, trend.n_undated)
