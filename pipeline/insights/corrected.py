"""Calls as people corrected them, in the form that training makes labelled examples of."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from pipeline.corrected import Correction, Placement
from pipeline.records import Turn
from pipeline.store.session import Transaction

NOT: Final = "not"
"""The kind of a stretch that looks like a moment and is none, as in the labelled calls."""


@dataclass(frozen=True, slots=True)
class CorrectedTurn:
    """A turn of a corrected call."""

    text: str
    is_rep: bool


@dataclass(frozen=True, slots=True)
class CorrectedMark:
    """A person's word on `text[start_char:end_char]` of a turn; `kind` is a moment's, or "not"."""

    turn: int
    start_char: int
    end_char: int
    kind: str
    category: str | None


@dataclass(frozen=True, slots=True)
class CorrectedCall:
    """A call with at least one mark; `turns[n]` is turn n, whether anybody spoke of it or not."""

    call: str
    turns: tuple[CorrectedTurn, ...]
    marks: tuple[CorrectedMark, ...]


def corrected_calls(tx: Transaction) -> list[CorrectedCall]:
    """Return every call with corrections that hold, by id, its marks in the order of the text.

    A correction that stands nowhere in its transcript as it is gives no mark. Turns that hold a mark were looked at,
    but nobody said that the rest of their text holds no moment.
    """
    placements = tx.corrections.placements()
    of_call: dict[str, list[tuple[Correction, Placement]]] = defaultdict(list)
    for correction in tx.corrections.live():
        if correction.id in placements:
            of_call[correction.call].append((correction, placements[correction.id]))
    return [found for call in sorted(of_call) if (found := _corrected(call, tx.talk.turns(call), of_call[call])).marks]


def _corrected(call: str, turns: list[Turn], said: list[tuple[Correction, Placement]]) -> CorrectedCall:
    marks = [mark for correction, placement in said if (mark := _mark(correction, placement, turns))]
    moments = [mark for mark in marks if mark.kind != NOT]
    # Who sets a moment where another was rejected has the last word, as in the list of moments.
    kept = [mark for mark in marks if mark.kind != NOT or not any(_meet(mark, moment) for moment in moments)]
    kept.sort(key=lambda mark: (mark.turn, mark.start_char, mark.end_char))
    return CorrectedCall(call, tuple(CorrectedTurn(turn.text, turn.role == "rep") for turn in turns), tuple(kept))


def _mark(correction: Correction, placement: Placement, turns: list[Turn]) -> CorrectedMark | None:
    place = placement.stretch
    # Between a new transcript and its moments stage, a place may be one in the old text.
    if place is None or place.turn >= len(turns):
        return None
    turn = turns[place.turn]
    if turn.role == "rep" or turn.text[place.start_char : place.end_char] != place.quote:
        return None
    kind = correction.kind or NOT
    return CorrectedMark(place.turn, place.start_char, place.end_char, kind, correction.category)


def _meet(one: CorrectedMark, other: CorrectedMark) -> bool:
    return one.turn == other.turn and one.start_char < other.end_char and other.start_char < one.end_char
