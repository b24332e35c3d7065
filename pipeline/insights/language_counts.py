"""Who uses which phrase: once per account for what is said, once per passage for what is written."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from pipeline.insights.language_phrases import content_of, phrases_in

Side = Literal["customers", "reps", "collateral"]
SIDES: Final[tuple[Side, ...]] = ("customers", "reps", "collateral")
LEAST_UNITS: Final = 3
"""Accounts and passages together that must use a phrase before it is counted; one in a hundred where that is more."""
_LEAST_SHARE: Final = 0.01
_MOST_PHRASES: Final = 4_000


@dataclass(frozen=True, slots=True)
class Piece:
    """A text of one side. `unit` is what it counts once for: an account (a call, where none is named) or a passage."""

    side: Side
    unit: str
    text: str
    call: str | None = None
    turn: int | None = None
    passage: str | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """Which unit uses which phrase: `uses` has shape (n_units, n_phrases); `sizes` counts all phrases of a unit."""

    phrases: tuple[str, ...]
    sides: npt.NDArray[np.int64]
    """The place of each unit's side in `SIDES`."""
    uses: npt.NDArray[np.float32]
    sizes: npt.NDArray[np.float64]
    spelled: Mapping[str, str]
    """Each phrase as it is written most often."""

    def of_side(self, side: Side) -> npt.NDArray[np.bool_]:
        """Return which units are of a side."""
        own: npt.NDArray[np.bool_] = self.sides == SIDES.index(side)
        return own


def count_phrases(pieces: Sequence[Piece], *, left_out: Set[str] = frozenset(), least: int = LEAST_UNITS) -> Counts:
    """Return the phrases that enough units use, those of most units first, and which unit uses which."""
    units = {key: place for place, key in enumerate(dict.fromkeys((piece.side, piece.unit) for piece in pieces))}
    least = max(least, math.ceil(_LEAST_SHARE * len(units)))
    frequent = _frequent_words(pieces, units, left_out, least)
    users: dict[str, set[int]] = defaultdict(set)
    spelled: dict[str, Counter[str]] = defaultdict(Counter)
    for piece in pieces:
        for found in phrases_in(piece.text, left_out=left_out):
            if content_of(found.key) <= frequent:
                users[found.key].add(units[piece.side, piece.unit])
                spelled[found.key][piece.text[found.start_char : found.end_char].lower()] += 1
    sizes = Counter(unit for using in users.values() for unit in using)
    kept = sorted((key for key, using in users.items() if len(using) >= least), key=lambda key: (-len(users[key]), key))
    kept = kept[:_MOST_PHRASES]
    uses = np.zeros((len(units), len(kept)), np.float32)
    for place, key in enumerate(kept):
        uses[sorted(users[key]), place] = 1
    return Counts(
        phrases=tuple(kept),
        sides=np.array([SIDES.index(side) for side, _ in units], np.int64),
        uses=uses,
        sizes=np.array([sizes[place] for place in range(len(units))], np.float64),
        spelled={key: min(spelled[key].items(), key=lambda pair: (-pair[1], pair[0]))[0] for key in kept},
    )


def _frequent_words(
    pieces: Sequence[Piece], units: Mapping[tuple[Side, str], int], left_out: Set[str], least: int
) -> frozenset[str]:
    """Return the words that enough units use: no phrase can be frequent without them (Agrawal and Srikant 1994)."""
    users: dict[str, set[int]] = defaultdict(set)
    for piece in pieces:
        for found in phrases_in(piece.text, left_out=left_out):
            for word in content_of(found.key):
                users[word].add(units[piece.side, piece.unit])
    return frozenset(word for word, using in users.items() if len(using) >= least)


def units_using(pieces: Sequence[Piece], phrases: Set[str], *, left_out: Set[str]) -> tuple[Counter[str], int]:
    """Return how many units use each of the phrases, and how many uses of any phrase there are, once per unit."""
    seen: set[tuple[Side, str, str]] = set()
    for piece in pieces:
        seen |= {(piece.side, piece.unit, found.key) for found in phrases_in(piece.text, left_out=left_out)}
    return Counter(key for _, _, key in seen if key in phrases), len(seen)
