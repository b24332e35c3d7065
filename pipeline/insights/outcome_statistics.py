"""Two groups of deals held against each other: differences with intervals, by strata, and what chance would give."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

from pipeline.insights.theme_trends import wilson

_Z: Final = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True, slots=True)
class Table:
    """Deals of two groups with so many of them won (or lost, or undecided)."""

    with_won: int
    with_all: int
    without_won: int
    without_all: int

    @property
    def n(self) -> int:
        """All deals."""
        return self.with_all + self.without_all

    @property
    def tells(self) -> bool:
        """Whether there are deals in both groups."""
        return self.with_all > 0 and self.without_all > 0


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference of shares with its 95 % interval."""

    value: float
    low: float
    high: float


def newcombe(table: Table) -> Difference | None:
    """Return the difference with the hybrid score interval (Newcombe 1998, method 10); None if a group is empty."""
    if not table.tells:
        return None
    ours, theirs = wilson(table.with_won, table.with_all), wilson(table.without_won, table.without_all)
    own, other = table.with_won / table.with_all, table.without_won / table.without_all
    low = own - other - math.hypot(own - ours.low, theirs.high - other)
    high = own - other + math.hypot(ours.high - own, other - theirs.low)
    return Difference(own - other, max(-1.0, low), min(1.0, high))


def mantel_haenszel(strata: Sequence[Table]) -> Difference | None:
    """Return the common difference within strata (Mantel and Haenszel) with the interval of Sato (1989).

    Strata in which a group is empty tell nothing and weigh nothing; None if none tells.
    """
    telling = [table for table in strata if table.tells]
    weight = sum(table.with_all * table.without_all / table.n for table in telling)
    if not weight:
        return None
    value = sum((t.with_won * t.without_all - t.without_won * t.with_all) / t.n for t in telling) / weight
    p = sum(_sato_p(table) for table in telling)
    q = sum(_sato_q(table) for table in telling)
    error = math.sqrt(max(0.0, value * p + q)) / weight
    return Difference(value, max(-1.0, value - _Z * error), min(1.0, value + _Z * error))


def _sato_p(t: Table) -> float:
    own, other = t.with_all, t.without_all
    return (own**2 * t.without_won - other**2 * t.with_won + own * other * (other - own) / 2) / t.n**2


def _sato_q(t: Table) -> float:
    lost_with, lost_without = t.with_all - t.with_won, t.without_all - t.without_won
    return (t.with_won * lost_without + t.without_won * lost_with) / (2 * t.n)


def cochran(strata: Sequence[Table]) -> float | None:
    """Return the two-sided p-value of Cochran, Mantel and Haenszel's test, with continuity correction."""
    excess = spread = 0.0
    for t in strata:
        won = t.with_won + t.without_won
        if not t.tells or t.n < 2:
            continue
        excess += t.with_won - t.with_all * won / t.n
        spread += t.with_all * t.without_all * won * (t.n - won) / (t.n**2 * (t.n - 1))
    if spread <= 0:
        return None
    return 2 * (1 - NormalDist().cdf(max(0.0, abs(excess) - 0.5) / math.sqrt(spread)))


def benjamini_hochberg(p_values: Sequence[float | None]) -> list[float | None]:
    """Return the adjusted p-values (Benjamini and Hochberg 1995); tests that could not be made are no tests."""
    made = sorted((p, place) for place, p in enumerate(p_values) if p is not None)
    adjusted: list[float | None] = [None] * len(p_values)
    least = 1.0
    for rank in range(len(made), 0, -1):
        p, place = made[rank - 1]
        least = min(least, p * len(made) / rank)
        adjusted[place] = least
    return adjusted
