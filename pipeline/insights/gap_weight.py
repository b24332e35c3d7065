"""What a gap weighs: calls, accounts and money that it touches, whom it affects, and how urgent that makes it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pipeline.collateral.records import Gap, GapStatus
from pipeline.gap_work import Urgency
from pipeline.records import Call

AFFECTED_FIELDS: Final = ("segment", "stage", "industry", "product", "outcome")
WEIGHTS: Final[Mapping[GapStatus, float]] = {
    "missing": 1.0,
    "weak": 0.8,
    "other_words": 0.4,
    "unused": 0.3,
    "covered": 0.0,
}
"""What is not answered at all weighs most; what reps could say today weighs little."""
_URGENT: Final[tuple[tuple[float, Urgency], ...]] = ((0.15, "high"), (0.06, "medium"), (0.0, "low"))
_NUMBER = re.compile(r"\d[\d,' ]*(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Part:
    """So much of so much."""

    n: float
    of: float

    @property
    def share(self) -> float:
        """0 to 1, 0 of nothing."""
        return self.n / self.of if self.of else 0.0


@dataclass(frozen=True, slots=True)
class Affected:
    """Calls of one value of a metadata field: how many raise it, of how many that are held."""

    field: str
    value: str
    calls: Part


@dataclass(frozen=True, slots=True)
class GapWeight:
    """What one gap touches. `priority` is the mean share of calls, accounts and money, times its status's weight."""

    theme: str
    calls: Part
    accounts: Part
    deals: Part
    money: Part
    """Amounts of deals, each counted once; 0 of 0 where no call says an amount."""
    affected: tuple[Affected, ...]
    priority: float
    urgency: Urgency


def deal_amounts(calls: Iterable[Call]) -> dict[str, float]:
    """Return the amount of every deal that has one: the one said by its latest call.

    Calls that name no deal but an amount count as the deal of their account, or as one of their own.
    """
    found: dict[str, float] = {}
    for call in sorted(calls, key=lambda call: (str(call.metadata.get("recorded_at") or ""), call.id)):
        amount = _amount(call.metadata.get("amount"))
        if amount is not None:
            found[deal_of(call)] = amount
    return found


def deal_of(call: Call) -> str:
    """Return the deal of a call: the one it names, or else its account, or else itself."""
    for field in ("deal", "account"):
        if call.metadata.get(field):
            return f"{field}:{call.metadata[field]}"
    return f"call:{call.id}"


def _amount(given: Any) -> float | None:
    if isinstance(given, bool) or given is None:
        return None
    if isinstance(given, int | float):
        return float(given)
    found = _NUMBER.search(str(given))
    return float(re.sub(r"[,' ]", "", found[0])) if found else None


@dataclass(frozen=True, slots=True)
class _Held:
    """All held calls, counted once for however many gaps."""

    calls: Mapping[str, Call]
    n_accounts: int
    n_deals: int
    amounts: Mapping[str, float]
    all_money: float
    by_value: Mapping[str, Mapping[str, int]]
    """Of each of `AFFECTED_FIELDS`, how many calls have each value."""


def weigh(gaps: Sequence[Gap], calls: Sequence[Call]) -> dict[str, GapWeight]:
    """Return what each gap touches, by theme; calls, accounts and money are counted over all held calls."""
    amounts = deal_amounts(calls)
    held = _Held(
        calls={call.id: call for call in calls},
        n_accounts=len(_named(calls, "account")),
        n_deals=len(_named(calls, "deal")),
        amounts=amounts,
        all_money=sum(amounts.values()),
        by_value={field: _by_value(calls, field) for field in AFFECTED_FIELDS},
    )
    return {gap.theme: _weight(gap, held) for gap in gaps}


def ranked(gaps: Sequence[Gap], weights: Mapping[str, GapWeight]) -> list[Gap]:
    """Return the gaps by calls, accounts and money touched, what is answered last."""
    return sorted(
        gaps,
        key=lambda gap: (gap.status == "covered", -weights[gap.theme].priority, -gap.calls, gap.label, gap.theme),
    )


def _weight(gap: Gap, held: _Held) -> GapWeight:
    ours = [held.calls[call] for call in sorted({moment.call for moment in gap.moments}) if call in held.calls]
    touched = {deal_of(call) for call in ours}
    calls = Part(len(ours), len(held.calls))
    accounts = Part(len(_named(ours, "account")), held.n_accounts)
    deals = Part(len(_named(ours, "deal")), held.n_deals)
    money = Part(sum(held.amounts.get(deal, 0.0) for deal in sorted(touched)), held.all_money)
    shares = [part.share for part in (calls, accounts, money) if part.of]
    priority = WEIGHTS[gap.status] * sum(shares) / max(1, len(shares))
    urgency = next(name for least, name in _URGENT if priority >= least)
    return GapWeight(gap.theme, calls, accounts, deals, money, tuple(_affected(ours, held)), priority, urgency)


def _named(calls: Iterable[Call], field: str) -> set[str]:
    return {str(call.metadata[field]) for call in calls if call.metadata.get(field)}


def _affected(ours: Sequence[Call], held: _Held) -> Iterator[Affected]:
    for field in AFFECTED_FIELDS:
        mine, theirs = _by_value(ours, field), held.by_value[field]
        for value in sorted(mine, key=lambda value: (-mine[value], value)):
            yield Affected(field, value, Part(mine[value], theirs[value]))


def _by_value(calls: Iterable[Call], field: str) -> dict[str, int]:
    counts: dict[str, int] = defaultdict(int)
    for call in calls:
        if call.metadata.get(field):
            counts[str(call.metadata[field])] += 1
    return counts
