"""What a person means by a correction: a label that there is, and words that stand in the turn."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.calls.corrections import shared_part
from pipeline.corrected import Stretch
from pipeline.errors import BadInput
from pipeline.records import CATEGORIES, KINDS, Kind, Moment, Turn


@dataclass(frozen=True, slots=True)
class Label:
    """What a stretch is said to be; a kind of None leaves the kind as it is."""

    kind: str | None
    category: str | None = None


@dataclass(frozen=True, slots=True)
class Edges:
    """Which stretch of a turn is meant: by its words, or by two offsets into the turn's text."""

    quote: str | None = None
    start_char: int | None = None
    end_char: int | None = None


def checked_label(label: Label, held: Moment | None = None) -> tuple[Kind, str | None]:
    """Return kind and category; what the label leaves open stays as `held` has it. BadInput if they cannot be."""
    kind = label.kind or (held.kind if held else None)
    if kind not in KINDS:
        raise BadInput(f"There is no kind {kind!r}; there are: {', '.join(KINDS)}.")
    category = label.category or (held.category if held and kind == held.kind else None)
    if kind != "objection" and category:
        raise BadInput(f"A {kind} has no category; only objections have one. Leave {category!r} out.")
    if kind == "objection" and category not in CATEGORIES:
        wrong = f"there is no category {category!r}" if category else "this one has none"
        raise BadInput(f"An objection needs a category, and {wrong}; there are: {', '.join(CATEGORIES)}.")
    return kind, category


def stretch_in(turn: Turn, edges: Edges, *, near: Moment | None = None) -> Stretch:
    """Return the stretch that is meant, without blanks around it; BadInput if it is not there or not told clearly."""
    start, end = edges.start_char, edges.end_char
    if edges.quote is not None and start is None and end is None:
        start, end = _place_of(turn, edges.quote.strip(), near)
    elif edges.quote is not None or start is None or end is None:
        raise BadInput("Say which words are meant: either their quote, or both start_char and end_char.")
    quote = turn.text[start:end].strip() if 0 <= start < end <= len(turn.text) else ""
    if not quote:
        raise BadInput(
            f"{start}:{end} is no stretch of turn {turn.turn} of call {turn.call!r}, "
            f"which has {len(turn.text)} characters."
        )
    start = turn.text.index(quote, start)
    return Stretch(turn.turn, start, start + len(quote), quote)


def _place_of(turn: Turn, quote: str, near: Moment | None) -> tuple[int, int]:
    starts = [found.start() for found in re.finditer(f"(?={re.escape(quote)})", turn.text)] if quote else []
    if not starts:
        raise BadInput(f"“{quote}” is not in turn {turn.turn} of call {turn.call!r}, which says: {turn.text}")
    if near is not None:
        held = (near.start_char, near.end_char)
        starts.sort(key=lambda start: -shared_part((start, start + len(quote)), held))
    elif len(starts) > 1:
        raise BadInput(
            f"“{quote}” is {len(starts)} times in turn {turn.turn} of call {turn.call!r}: at {starts}. "
            "Give start_char and end_char instead."
        )
    return starts[0], starts[0] + len(quote)


def named(who: str) -> str:
    """Return a person's name without blanks around it; BadInput for none."""
    if not who.strip():
        raise BadInput("A correction is kept with the name of who made it, and none was given.")
    return who.strip()


def filled(note: str | None) -> str | None:
    """Return a note without blanks around it, or None for an empty one."""
    return (note or "").strip() or None
