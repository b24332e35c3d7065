"""From labelled turns of a stratified sample to precision, recall and true counts with 95 % intervals.

Turns are drawn from the strata directly, never by calls, so that turns of one call being alike does not widen what a
sample says of the calls that are held; it does say less of calls still to come.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

_DRAWS: Final = 4_000
_SEED: Final = 20_260
_TAILS: Final = (2.5, 97.5)

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ReadTurn:
    """A drawn turn that was read: how many moments of each kind were found, are there, and are both."""

    stratum: str
    found: Mapping[str, int]
    gold: Mapping[str, int]
    matched: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Estimate:
    """An estimate with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class KindQuality:
    """How well one kind is found; a figure is None where the sample cannot tell it, and `note` says why."""

    kind: str
    found: int
    """Moments of this kind that are held, in the calls that the sample speaks for."""
    found_read: int
    there_read: int
    """Moments found, and moments there by the labels, in the turns that were read."""
    precision: Estimate | None
    recall: Estimate | None
    f1: Estimate | None
    moments: Estimate | None
    """How many moments there truly are."""
    note: str


@dataclass(frozen=True, slots=True)
class _Limits:
    """Draws from the lower and the upper confidence distribution of a quantity; they are one where it has but one."""

    value: float
    low: Numbers
    high: Numbers


def estimate(kind: str, sizes: Mapping[str, int], read: Sequence[ReadTurn], found: int) -> KindQuality:
    """Return the quality of one kind; `sizes` are the turns of each stratum, `found` the moments found in all of them.

    The share of right ones among unread finds is a ratio estimate over strata, with the interval of Korn and Graubard
    (1998, Survey Methodology 24): Clopper and Pearson's at the effective sample size. Missed moments are the
    Horvitz-Thompson total, with the mid-p gamma interval of Fay and Kim (2017, Biometrical Journal 59), made for
    weighted sums of rare counts; it holds where none was seen, too. Precision, recall, F1 and the true count follow
    from these two, their intervals by melding (Fay, Proschan and Brittain 2015, Biometrics 71): the lower confidence
    distribution of one against the upper of the other.
    Every stratum that holds turns needs one that was read.
    """
    sample = _Sample(sizes, read)
    matched, spotted, gold = (sample.counts(kind, name) for name in ("matched", "found", "gold"))
    missed = sample.missed(gold - matched)
    hits = sample.right(matched, spotted, found)
    there_read = int(gold.sum())
    if hits is None:
        # Nothing found of this kind was read: how many of them are right is unknown, unless there is none.
        moments = _meld(missed.value, missed.low, missed.high) if found == 0 else None
        none = Estimate(0.0, 0.0, 0.0) if found == 0 and there_read else None
        return KindQuality(kind, found, 0, there_read, None, none, none, moments, _note(found, 0, there_read))
    total = hits.value + missed.value
    recall = f1 = None
    if there_read:
        recall = _meld(hits.value / total, _part(hits.low, missed.high), _part(hits.high, missed.low))
        f1 = _meld(
            2 * hits.value / (found + total), _f1(hits.low, missed.high, found), _f1(hits.high, missed.low, found)
        )
    return KindQuality(
        kind=kind,
        found=found,
        found_read=int(spotted.sum()),
        there_read=there_read,
        precision=_meld(hits.value / found, hits.low / found, hits.high / found),
        recall=recall,
        f1=f1,
        moments=_meld(total, hits.low + missed.low, hits.high + missed.high),
        note=_note(found, int(spotted.sum()), there_read),
    )


class _Sample:
    """The read turns as arrays, with the weight of each: how many turns of its stratum it stands for."""

    def __init__(self, sizes: Mapping[str, int], read: Sequence[ReadTurn]) -> None:
        self._read = read
        names = [name for name, size in sizes.items() if size]
        self._stratum = np.array([names.index(turn.stratum) for turn in read], dtype=np.intp)
        self._sizes = np.array([sizes[name] for name in names], dtype=np.float64)
        self._n = np.bincount(self._stratum, minlength=len(names)).astype(np.float64)
        if not self._n.all():
            raise ValueError(f"No turn was read of the stratum {names[int(self._n.argmin())]!r}.")
        self._weights = (self._sizes / self._n)[self._stratum]
        self._rng = np.random.default_rng(_SEED)

    def counts(self, kind: str, name: str) -> Numbers:
        return np.array([getattr(turn, name).get(kind, 0) for turn in self._read], dtype=np.float64)

    def right(self, matched: Numbers, found: Numbers, n_found: int) -> _Limits | None:
        """Return the limits of how many finds are right: those read are known, the others are like them.

        None if none of them was read.
        """
        if not found.sum():
            return None
        known, n_unread = float(matched.sum()), max(0, n_found - int(found.sum()))
        rate, low, high = self._rate_of_unread(matched, found)
        return _Limits(
            known + n_unread * rate,
            known + self._rng.binomial(n_unread, low).astype(np.float64),
            known + self._rng.binomial(n_unread, high).astype(np.float64),
        )

    def _rate_of_unread(self, matched: Numbers, found: Numbers) -> tuple[float, Numbers, Numbers]:
        """Return the share of right ones among unread finds; every turn read stands for the unread of its stratum."""
        unread = self._weights - 1
        total = float(unread @ found)
        if total <= 0:
            # All strata in which a find was read are read to the end: of the others' finds nothing is known.
            return float(matched.sum() / found.sum()), np.zeros(_DRAWS), np.ones(_DRAWS)
        rate = float(unread @ matched) / total
        variance = self._variance((matched - rate * found) / total, self._sizes - self._n)
        size = float(found[unread > 0].sum()) if variance > 0 else total**2 / float(unread**2 @ found)
        if variance > 0:
            size = min(size, rate * (1 - rate) / variance)
        hits = rate * size
        low = self._rng.beta(hits, size - hits + 1, _DRAWS) if hits > 0 else np.zeros(_DRAWS)
        high = self._rng.beta(hits + 1, size - hits, _DRAWS) if hits < size else np.ones(_DRAWS)
        return rate, low, high

    def missed(self, counts: Numbers) -> _Limits:
        """Return the limits of the total of `counts` over all turns; it is never below what was read."""
        value, variance = float(self._weights @ counts), self._variance(counts, self._sizes)
        # The largest weight, less where much of its stratum was read: with every turn read nothing is left to miss.
        largest = float(np.sqrt(self._weights * (self._weights - 1)).max())
        low, high = np.full(_DRAWS, value), np.full(_DRAWS, value)
        if variance > 0 and value > 0:
            low = self._rng.gamma(value**2 / variance, variance / value, _DRAWS)
        if largest > 0:
            mean, spread = value + largest, variance + largest**2
            high = self._rng.gamma(mean**2 / spread, spread / mean, _DRAWS)
        middle = np.maximum(np.where(self._rng.random(_DRAWS) < 0.5, low, high), counts.sum())
        return _Limits(value, middle, middle)

    def _variance(self, values: Numbers, left: Numbers) -> float:
        """Return the variance of a stratified sum (Cochran 1977, 5.3), without replacement where `left` is the rest.

        `left` is N for a sum over all turns, and N - n for one over the unread. A stratum of which a single turn was
        read takes the variance of all turns.
        """
        mean = np.bincount(self._stratum, values, len(self._n)) / self._n
        squares = np.bincount(self._stratum, (values - mean[self._stratum]) ** 2, len(self._n))
        overall = float(values.var(ddof=1)) if len(values) > 1 else 0.0
        own = np.where(self._n > 1, squares / np.maximum(self._n - 1, 1), overall)
        return float((left * (self._sizes - self._n) * own / self._n).sum())


def _meld(value: float, low: Numbers, high: Numbers) -> Estimate:
    at_least, at_most = float(np.percentile(low, _TAILS[0])), float(np.percentile(high, _TAILS[1]))
    return Estimate(value, min(value, at_least), max(value, at_most))


def _part(hits: Numbers, missed: Numbers) -> Numbers:
    total = hits + missed
    return np.divide(hits, total, out=np.zeros_like(total), where=total > 0)


def _f1(hits: Numbers, missed: Numbers, found: int) -> Numbers:
    return 2 * hits / (found + hits + missed)


def _note(found: int, found_read: int, there_read: int) -> str:
    if found == 0 and there_read == 0:
        return "none was found, and none was met in the turns read: there is nothing to measure"
    if found == 0:
        return "none was found, though there are some"
    if found_read == 0:
        return "none of those found is among the turns read: read more turns, or draw a new sample"
    if there_read == 0:
        return "the turns read hold none: recall cannot be estimated; read more turns"
    return ""
