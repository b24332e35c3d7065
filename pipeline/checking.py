"""The queue of moments to judge: two streams in turn, so that the model learns and what it does is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from pipeline.records import Moment, Turn
from pipeline.store.checking import Stream
from pipeline.store.session import Transaction

Of = Literal["mixed", "unsure", "random"]
"""Least sure moments teach the model most; random ones tell how often it is right. `mixed` gives them in turn."""
_ORDER: Final[dict[Of, tuple[Stream, ...]]] = {
    "mixed": ("unsure", "random"),
    "unsure": ("unsure",),
    "random": ("random",),
}


@dataclass(frozen=True, slots=True)
class Place:
    """How far somebody has come: the last moment of each stream, and how many they have gone through."""

    of: Of = "mixed"
    kind: str = ""
    unsure: str = ""
    random: str = ""
    done: int = 0

    def past(self, stream: Stream, moment: str) -> Place:
        """Return the place behind a moment that came from a stream."""
        unsure, random = (moment, self.random) if stream == "unsure" else (self.unsure, moment)
        return Place(self.of, self.kind, unsure, random, self.done + 1)


@dataclass(frozen=True, slots=True)
class ToCheck:
    """A moment to judge, where it came from, and what was said around it."""

    moment: Moment
    stream: Stream
    before: Turn | None
    after: Turn | None


def next_to_check(tx: Transaction, place: Place, *, moment: str = "") -> ToCheck | None:
    """Return the moment at a place, or the one named; None where nothing is left. NotFound if that is not held."""
    stream, found = _next(tx, place)
    if moment:
        stream, found = "unsure", moment
    if not found:
        return None
    held = tx.moments.get(found)
    around = tx.talk.turns_at([(held.call, held.turn - 1), (held.call, held.turn + 1)])
    return ToCheck(held, stream, around.get((held.call, held.turn - 1)), around.get((held.call, held.turn + 1)))


def _next(tx: Transaction, place: Place) -> tuple[Stream, str]:
    kinds: Sequence[str] = (place.kind,) if place.kind else ()
    streams = _ORDER[place.of]
    turn = place.done % len(streams)
    for stream in (*streams[turn:], *streams[:turn]):
        after = place.unsure if stream == "unsure" else place.random
        if ids := tx.checking.ids(stream, limit=1, after=after, kinds=kinds):
            return stream, ids[0]
    return "unsure", ""
