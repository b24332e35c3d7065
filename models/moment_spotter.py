"""Finds moments: turns are cut into clauses, clauses are scored, neighbours that make one point are joined."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from models.clauses import ClauseSplitter
from models.protocols import Spotted, TurnText
from models.usual_phrases import usual_objection
from models.weights import file_name

if TYPE_CHECKING:
    from models.moment_network import ClauseScores, ClauseTurn, MomentNetwork

HEAD = Path(__file__).parent / "heads" / "moments.safetensors"
_USUAL_SCORE = 0.7
_CHUNK_CHARS = 700
"""Longer turns are read in stretches of about this many characters, each ending with a clause."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Turns the network's odds into a probability: sigmoid(slope * logit + offset), after Platt (1999)."""

    slope: float = 1.0
    offset: float = 0.0

    def probability(self, raw: float) -> float:
        """Return the calibrated probability of a raw one."""
        raw = min(max(raw, 1e-6), 1 - 1e-6)
        return float(1 / (1 + np.exp(-(self.slope * np.log(raw / (1 - raw)) + self.offset))))


class ClauseSpotter:
    """Spots moments with the trained network. Weights are loaded at first use."""

    def __init__(self, head: Path = HEAD, splitter: ClauseSplitter | None = None) -> None:
        """Choose the trained head and the clause splitter."""
        self._path = head
        self._splitter = splitter or ClauseSplitter()
        self._network: MomentNetwork | None = None
        self._calibration = Calibration()

    @cached_property
    def name(self) -> str:
        """The head's digest and the splitter: what is found changes with either."""
        return f"moments-2/{file_name(self._path)}/{self._splitter.name}"

    def spot(self, turns: Sequence[TurnText]) -> list[list[Spotted]]:
        """Return the moments of each turn of one call, in order; turns that are not a customer's give none."""
        pieces = list(self._pieces(turns))
        found: list[list[Spotted]] = [[] for _ in turns]
        if not pieces:
            return found
        network = self._loaded()
        for (place, start, piece), scores in zip(pieces, network.score([p for _, _, p in pieces]), strict=True):
            found[place] += joined_moments(piece, with_usual_phrases(piece, scores), self._calibration, shift=start)
        return found

    def _pieces(self, turns: Sequence[TurnText]) -> Iterator[tuple[int, int, ClauseTurn]]:
        """Yield (turn, start_char, piece) of every stretch of a customer's turn that has a clause."""
        places = [place for place, turn in enumerate(turns) if turn.role == "customer" and turn.text.strip()]
        clauses = self._splitter.split([turns[place].text for place in places])
        for place, spans in zip(places, clauses, strict=True):
            before = turns[place - 1].text if place else ""
            for start, piece in clause_turns(before, turns[place].text, spans):
                yield place, start, piece

    def _loaded(self) -> MomentNetwork:
        if self._network is None:
            from models.moment_network import load_network

            self._network, facts = load_network(self._path)
            self._calibration = Calibration(float(facts["slope"]), float(facts["offset"]))
        return self._network


def with_usual_phrases(piece: ClauseTurn, scores: ClauseScores) -> ClauseScores:
    """Return the scores with every clause that objects in the usual words at least `_USUAL_SCORE` sure to object."""
    from models.moment_network import CATEGORIES

    kinds, categories = scores.kinds.copy(), scores.categories.copy()
    for place, (start, end) in enumerate(piece.clauses):
        category = usual_objection(piece.text[start:end])
        if category is None or kinds[place, 1] >= _USUAL_SCORE:
            continue
        kinds[place] *= (1 - _USUAL_SCORE) / (1 - kinds[place, 1])
        kinds[place, 1] = _USUAL_SCORE
        categories[place] = np.eye(len(CATEGORIES), dtype=np.float32)[CATEGORIES.index(category)]
    return scores._replace(kinds=kinds, categories=categories)


def clause_turns(before: str, text: str, clauses: Sequence[tuple[int, int]]) -> Iterator[tuple[int, ClauseTurn]]:
    """Yield (start_char, piece) of a turn cut where clauses end, so that no piece is longer than the network reads."""
    group: list[tuple[int, int]] = []
    for span in _short_enough(text, clauses):
        if group and span[1] - group[0][0] > _CHUNK_CHARS:
            yield _piece(before, text, group)
            before, group = text[group[0][0] : group[-1][1]], []
        group.append(span)
    if group:
        yield _piece(before, text, group)


def _short_enough(text: str, clauses: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield clauses, those that are longer than a piece may be cut at a space: some transcripts have no full stops."""
    for clause_start, end in clauses:
        start = clause_start
        while end - start > _CHUNK_CHARS:
            space = text.rfind(" ", start + 1, start + _CHUNK_CHARS)
            cut = space if space > start else start + _CHUNK_CHARS
            yield start, cut
            start = cut + (text[cut] == " ")
        if end > start:
            yield start, end


def _piece(before: str, text: str, group: Sequence[tuple[int, int]]) -> tuple[int, ClauseTurn]:
    from models.moment_network import ClauseTurn

    start, end = group[0][0], group[-1][1]
    return start, ClauseTurn(before, text[start:end], tuple((s - start, e - start) for s, e in group))


def joined_moments(
    piece: ClauseTurn, scores: ClauseScores, calibration: Calibration, *, shift: int = 0, min_score: float = 0.2
) -> Iterator[Spotted]:
    """Yield the moments of a piece: runs of neighbouring clauses of one kind, cut where a new moment begins."""
    from models.moment_network import CATEGORIES, CLASSES

    something = [calibration.probability(float(1 - row[0])) for row in scores.kinds]
    best = [int(row[1:].argmax()) + 1 for row in scores.kinds]
    place = 0
    while place < len(piece.clauses):
        end = place + 1
        if something[place] >= min_score:
            while end < len(piece.clauses) and _continues(place, end, best, something, scores, min_score):
                end += 1
            kind = CLASSES[best[place]]
            categories = scores.categories[place:end].mean(axis=0)
            start_char, end_char = piece.clauses[place][0], piece.clauses[end - 1][1]
            yield Spotted(
                start_char=start_char + shift,
                end_char=end_char + shift,
                kind=kind,
                category=CATEGORIES[int(categories.argmax())] if kind == "objection" else None,
                factuality="asserted",
                score=max(something[place:end]),
            )
        place = end


def _continues(
    first: int, place: int, best: Sequence[int], something: Sequence[float], scores: ClauseScores, min_score: float
) -> bool:
    return (
        best[place] == best[first]
        and something[place] >= max(min_score, 0.5 * something[first])
        and float(scores.begins[place]) < 0.5
    )
