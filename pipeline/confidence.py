"""How sure a moment is, in bands that a reader can act on, and which of some moments are worth showing unasked.

A moment's score is the probability that it is one; what a person set has the score 1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from pipeline.records import Moment

Band = Literal["sure", "likely", "possible"]
BANDS: tuple[Band, ...] = ("sure", "likely", "possible")
_LEAST: Final[Mapping[Band, float]] = {"sure": 0.8, "likely": 0.55, "possible": 0.0}


def least_score(band: Band) -> float:
    """Return the lower end of a band, which belongs to it."""
    return _LEAST[band]


def band_of(score: float) -> Band:
    """Return the surest band that the score reaches."""
    return next(band for band in BANDS if score >= _LEAST[band])


@dataclass(frozen=True, slots=True)
class Chosen:
    """The moments that are shown and those left out because they are less sure, each in the order given."""

    shown: tuple[Moment, ...]
    left_out: tuple[Moment, ...]


def at_least(moments: Sequence[Moment], band: Band) -> Chosen:
    """Choose the moments of a band or surer."""
    least = _LEAST[band]
    return Chosen(
        tuple(moment for moment in moments if moment.score >= least),
        tuple(moment for moment in moments if moment.score < least),
    )


def worth_showing(moments: Sequence[Moment]) -> Chosen:
    """Choose the likely moments or surer; where none is, all: little is known of the matter then, and that is shown."""
    likely = at_least(moments, "likely")
    return likely if likely.shown else Chosen(tuple(moments), ())


def likely_first(moments: Sequence[Moment]) -> list[Moment]:
    """Return the moments in their order, but those that are only possible last."""
    likely = at_least(moments, "likely")
    return [*likely.shown, *likely.left_out]
