"""Clause scores turned into moments: neighbours that make one point are joined, and each point is found once.

A score is the calibrated probability that the moment is one, of this kind and about here: Platt's sigmoid of the
kind's raw score (Platt 1999, "Probabilistic outputs for support vector machines"), fitted on trades that training has
not seen.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from models.protocols import Spotted

if TYPE_CHECKING:
    from models.moment_network import ClauseScores, ClauseTurn

_MIN_RAW = 0.15
_LATER_BONUS = 0.1
"""Of two clauses that make one point the later wins unless its score is this much lower: people come to the point."""
_MIN_SHARE = 0.5
_EDGE = 1e-6


@dataclass(frozen=True, slots=True)
class KindScale:
    """How a kind's raw scores become probabilities, and from which probability on it is taken for found."""

    slope: float = 1.0
    offset: float = 0.0
    threshold: float = 0.5

    def probability(self, raw: float) -> float:
        """Return the calibrated probability of a raw one."""
        raw = min(max(raw, _EDGE), 1 - _EDGE)
        return float(1 / (1 + np.exp(-(self.slope * np.log(raw / (1 - raw)) + self.offset))))


Scales = Mapping[str, KindScale]


def scales_from(text: str) -> dict[str, KindScale]:
    """Read the scales out of a trained head's header."""
    return {kind: KindScale(*values) for kind, values in json.loads(text).items()}


def scales_text(scales: Scales) -> str:
    """Write the scales for a trained head's header."""
    return json.dumps({kind: [s.slope, s.offset, s.threshold] for kind, s in sorted(scales.items())})


def joined_moments(piece: ClauseTurn, scores: ClauseScores, scales: Scales) -> list[Spotted]:
    """Return the moments of a piece with calibrated scores, in the order spoken; unlikely ones are among them."""
    found = []
    for spotted in raw_moments(piece, scores):
        scale = scales.get(spotted.kind, KindScale())
        score = scale.probability(spotted.score)
        found.append(replace(spotted, score=score, is_found=score >= scale.threshold))
    return found


def raw_moments(piece: ClauseTurn, scores: ClauseScores) -> list[Spotted]:
    """Return every stretch that may be a moment with its raw score, each point once, in the order spoken."""
    kept: list[Spotted] = []
    length = max(1, len(piece.text))
    for spotted in sorted(_runs(piece, scores), key=lambda s: -s.score - _LATER_BONUS * s.start_char / length):
        # Two questions may follow each other; two pains, or two objections of one category, are one point told twice.
        told = any(other.kind == spotted.kind and other.category == spotted.category for other in kept)
        if spotted.kind == "question" or not told:
            kept.append(spotted)
    return sorted(kept, key=lambda spotted: spotted.start_char)


def _runs(piece: ClauseTurn, scores: ClauseScores) -> Iterator[Spotted]:
    """Yield runs of neighbouring clauses of one kind, cut where a new moment begins."""
    from models.moment_network import CATEGORIES, CLASSES, HELD

    best = [int(row[1:].argmax()) + 1 for row in scores.kinds]
    something = [float(1 - row[0]) for row in scores.kinds]
    place = 0
    while place < len(piece.clauses):
        end = place + 1
        if something[place] >= _MIN_RAW:
            while end < len(piece.clauses) and _continues(place, end, best, something, scores):
                end += 1
            kind = CLASSES[best[place]]
            yield Spotted(
                start_char=piece.clauses[place][0],
                end_char=piece.clauses[end - 1][1],
                kind=kind,
                category=CATEGORIES[int(scores.categories[place:end].mean(axis=0).argmax())]
                if kind == "objection"
                else None,
                factuality=HELD[int(scores.factualities[place:end, : len(HELD)].mean(axis=0).argmax())],
                score=float(scores.kinds[place:end, best[place]].max()),
            )
        place = end


def _continues(first: int, place: int, best: Sequence[int], something: Sequence[float], scores: ClauseScores) -> bool:
    return (
        best[place] == best[first]
        and something[place] >= max(_MIN_RAW, _MIN_SHARE * something[first])
        and float(scores.begins[place]) < 0.5
    )
