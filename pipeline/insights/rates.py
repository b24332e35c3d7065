"""Rates with what they are made of, and their intervals from resampling."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import NormalDist
from typing import Final, Literal

import numpy as np

LEAST_CALLS: Final = 8
"""With fewer calls, stretches of calls are resampled: few draws of few calls differ too little."""
_LEAST_STRETCHES: Final = 5
_DRAWS: Final = 2_000
_SEED: Final = 0


@dataclass(frozen=True, slots=True)
class Tally:
    """What one call gives to a rate: (counted, out of) for each stretch, and what these are made of, by name."""

    stretches: tuple[tuple[float, float], ...]
    parts: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Absent:
    """Why a call gives nothing to a rate."""

    reason: str


@dataclass(frozen=True, slots=True)
class Rate:
    """What is counted over what it is counted out of; all calls' sums, so that longer calls weigh more.

    The interval holds 95 % of the rates of resampled calls, or of stretches where calls are fewer than LEAST_CALLS,
    which says nothing about other calls. It is None where even stretches are too few, or all alike, such as no errors
    at all: then nothing tells how far the rate may be off. Without a value there is a reason.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    resampled: Literal["calls", "stretches"] | None = None
    n_calls: int = 0
    parts: Mapping[str, float] = field(default_factory=dict)
    reason: str | None = None


def rate(given: Sequence[Tally | Absent]) -> Rate:
    """Return the rate of all calls that give to it; the reasons of the others only if there is none."""
    tallies = [tally for tally in given if isinstance(tally, Tally)]
    parts = joined(tallies).parts
    sums = [_sum(tally.stretches) for tally in tallies]
    counted, out_of = _sum(sums)
    if not out_of:
        reasons = dict.fromkeys(absent.reason for absent in given if isinstance(absent, Absent))
        reason = "; ".join(reasons) or "the reference holds nothing to count it out of"
        return Rate(None, n_calls=len(tallies), parts=parts, reason=reason)
    by_calls = len(tallies) >= LEAST_CALLS
    units = sums if by_calls else [stretch for tally in tallies for stretch in tally.stretches]
    low, high = _interval(units) if len(units) >= _LEAST_STRETCHES else (0.0, 0.0)
    if low == high:
        return Rate(counted / out_of, n_calls=len(tallies), parts=parts)
    return Rate(counted / out_of, low, high, "calls" if by_calls else "stretches", len(tallies), parts)


def joined(tallies: Iterable[Tally]) -> Tally:
    """Return one tally of all the stretches."""
    held = list(tallies)
    names = dict.fromkeys(name for tally in held for name in tally.parts)
    parts = {name: sum(tally.parts.get(name, 0) for tally in held) for name in names}
    return Tally(tuple(stretch for tally in held for stretch in tally.stretches), parts)


def _sum(pairs: Sequence[tuple[float, float]]) -> tuple[float, float]:
    return sum(counted for counted, _ in pairs), sum(out_of for _, out_of in pairs)


def _interval(units: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Return the middle of the rates of as many units, drawn with replacement, that holds the truth in 95 % of cases.

    This is the percentile bootstrap with expanded percentiles (Hesterberg 2015): the middle 95 % would be too
    narrow for few units, as a normal interval is beside Student's.
    """
    held = np.array(units, np.float64)
    rng = np.random.default_rng(_SEED)
    even = np.full(len(held), 1 / len(held))
    drawn = np.concatenate([rng.multinomial(len(held), even, size=_DRAWS // 20) @ held for _ in range(20)])
    drawn = drawn[drawn[:, 1] > 0]
    tail = _tail(len(held))
    low, high = np.quantile(drawn[:, 0] / drawn[:, 1], [tail, 1 - tail])
    return float(low), float(high)


def _tail(n_units: int) -> float:
    """Return the share of draws to leave out on each side; Student's quantile as Cornish and Fisher expand it."""
    z, freedom = NormalDist().inv_cdf(0.975), n_units - 1
    student = z + (z**3 + z) / (4 * freedom) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
    return NormalDist().cdf(-student * math.sqrt(n_units / freedom))
