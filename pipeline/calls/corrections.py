"""What a model found, put right by what people said: theirs is always there, and what they rejected never is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.calls.anchoring import find_again
from pipeline.corrected import Correction, Placement, Stretch
from pipeline.moment_ids import moment_id
from pipeline.records import SpottedMoment, Turn

MIN_OVERLAP: Final = 0.5
"""The part of the shorter one, in characters, from which two stretches are the same (see the labelling guide)."""
_Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Corrected:
    """The moments of a call with people's word over the model's, and where each correction stands."""

    moments: tuple[SpottedMoment, ...]
    placements: tuple[Placement, ...]

    @property
    def unplaced(self) -> list[Placement]:
        """The corrections that stand nowhere in the transcript as it is."""
        return [placement for placement in self.placements if placement.stretch is None]


def apply_corrections(
    found: Sequence[SpottedMoment], corrections: Sequence[Correction], turns: Sequence[Turn]
) -> Corrected:
    """Return the moments in the order spoken: those that people set, and those found that nobody spoke against.

    `corrections` are those of one call that hold, the earliest first; of two that set the same moment the later one
    decides its category. A found moment gives way to a person's that shares half of the shorter one. A rejected
    stretch takes away the same kind as far as that; another kind only if half of it or more lies in the stretch.
    """
    placements = [_placed(correction, turns) for correction in corrections]
    pairs = list(zip(corrections, placements, strict=True))
    kept = [moment for moment in found if not any(_takes_away(*pair, moment) for pair in pairs)]
    own = {
        placement.moment: _set_moment(correction, placement.stretch)
        for correction, placement in pairs
        if placement.moment and placement.stretch
    }
    moments = sorted([*kept, *own.values()], key=lambda moment: (moment.turn, moment.start_char, moment.end_char))
    return Corrected(tuple(moments), tuple(placements))


def shared_part(one: _Span, other: _Span) -> float:
    """Return how much of the shorter of two stretches of one turn lies in the other, 0 to 1."""
    shortest = min(one[1] - one[0], other[1] - other[0])
    return max(0, min(one[1], other[1]) - max(one[0], other[0])) / max(1, shortest)


def _placed(correction: Correction, turns: Sequence[Turn]) -> Placement:
    place = find_again(correction.stretch, turns)
    if place is None:
        return Placement(correction.id, None, reason="its words are not in the transcript any more")
    if correction.kind is None:
        return Placement(correction.id, place)
    if any(turn.turn == place.turn and turn.role == "rep" for turn in turns):
        return Placement(correction.id, None, reason="its words are the rep's now, and a rep's are never a moment")
    identity = moment_id(correction.call, place.turn, place.start_char, place.end_char, correction.kind)
    return Placement(correction.id, place, moment=identity)


def _takes_away(correction: Correction, placement: Placement, moment: SpottedMoment) -> bool:
    place = placement.stretch
    if place is None or place.turn != moment.turn:
        return False
    span, found = (place.start_char, place.end_char), (moment.start_char, moment.end_char)
    if correction.kind is None and (correction.machine is None or correction.machine.kind != moment.kind):
        return _inside(found, span) >= MIN_OVERLAP
    return any(shared_part(found, other) >= MIN_OVERLAP for other in (span, *_original(correction, place)))


def _original(correction: Correction, place: Stretch) -> list[_Span]:
    """Return where the machine's moment stands now, as far from the person's stretch as it stood then."""
    machine, moved = correction.machine, place.start_char - correction.stretch.start_char
    return [] if machine is None else [(machine.start_char + moved, machine.end_char + moved)]


def _inside(one: _Span, other: _Span) -> float:
    return max(0, min(one[1], other[1]) - max(one[0], other[0])) / max(1, one[1] - one[0])


def _set_moment(correction: Correction, place: Stretch) -> SpottedMoment:
    assert correction.kind is not None, "what is rejected makes no moment"
    return SpottedMoment(
        turn=place.turn,
        start_char=place.start_char,
        end_char=place.end_char,
        kind=correction.kind,
        category=correction.category,
        factuality="asserted",
        score=1.0,
    )
