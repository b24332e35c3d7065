"""Wrong words of a transcript put right by a person: the original is kept, and all that stands in the turn follows.

What is said shows at once. Run `process_call` afterwards: the model reads the mended words, and new quotes get vectors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from secrets import token_hex

from pipeline.assemble import Toolkit
from pipeline.calls.mending import mended_turn, moved_moment, moved_span
from pipeline.correction_words import Edges, filled, named, stretch_in
from pipeline.corrections import found_by_model, hold_found, turn_of
from pipeline.errors import BadInput, Conflict
from pipeline.mended import Mend
from pipeline.records import Moment, PhraseFilter, Turn
from pipeline.store.session import Transaction

MAX_CHARS = 500
"""Of the new words: more is another transcript, not a mended word."""


def mend(
    toolkit: Toolkit, call_id: str, turn: int, edges: Edges, text: str, *, who: str, note: str | None = None
) -> Mend:
    """Put other words in place of a stretch of a turn; an empty text takes words out that nobody said.

    Raises NotFound for an unknown call or turn, and BadInput for words that are not there, stay the same, are too
    long, or would leave the turn without any.
    """
    with toolkit.store.begin() as tx:
        spoken = turn_of(tx, call_id, turn)
        stretch = stretch_in(spoken, edges)
        start, before, after = stretch.start_char, stretch.quote, " ".join(text.split())
        if not after and start and spoken.text[start - 1] == " ":
            start, before = start - 1, f" {before}"
        made = Mend(token_hex(8), call_id, turn, start, before, after, named(who), datetime.now(UTC), note=filled(note))
        _refuse(spoken, made)
        _hold(tx, spoken, made)
        return made


def undo_mend(toolkit: Toolkit, mend_id: str, *, who: str) -> Mend:
    """Put the words back that were there before, and return the edit that does so.

    Raises NotFound if it is not held, and Conflict if it was taken back already, takes another back itself, or if
    its words were mended again since.
    """
    with toolkit.store.begin() as tx:
        undone = tx.mends.get(mend_id)
        made = tx.mends.of_call(undone.call)
        if undone.undoes is not None:
            raise Conflict("That took back another edit already. Mend the words again instead.")
        if any(other.undoes == mend_id for other in made):
            raise Conflict(f"“{undone.after or undone.before}” was put back already.")
        span: tuple[int, int] | None = (undone.start_char, undone.start_char + len(undone.after))
        for later in _standing(made[1 + [held.id for held in made].index(mend_id) :]):
            if later.turn == undone.turn and span is not None:
                span = _apart(span, later)
        spoken = turn_of(tx, undone.call, undone.turn)
        if span is None or spoken.text[span[0] : span[1]] != undone.after:
            raise Conflict(f"“{undone.after}” was changed again since. Take back the later edit first.")
        back = replace(
            undone,
            id=token_hex(8),
            start_char=span[0],
            before=undone.after,
            after=undone.before,
            who=named(who),
            at=datetime.now(UTC),
            undoes=mend_id,
            note=None,
        )
        _hold(tx, spoken, back)
        return back


def _standing(made: Sequence[Mend]) -> list[Mend]:
    """Return the edits without those that were taken back, and without what took them back."""
    pairs = {mend.undoes for mend in made} & {mend.id for mend in made}
    return [mend for mend in made if mend.id not in pairs and mend.undoes not in pairs]


def _apart(span: tuple[int, int], later: Mend) -> tuple[int, int] | None:
    """Return where a span stands after a later edit that does not reach into it; None if it does."""
    reaches = later.start_char < span[1] and later.end_char > span[0]
    return None if reaches else moved_span(span, later) if span[0] < span[1] else _moved_point(span[0], later)


def _moved_point(at: int, later: Mend) -> tuple[int, int]:
    moved = at + (len(later.after) - len(later.before) if at >= later.end_char else 0)
    return moved, moved


def _refuse(turn: Turn, made: Mend) -> None:
    if made.after == made.before:
        raise BadInput(f"“{made.before}” is what stands there already. Say what was said instead.")
    if len(made.after) > MAX_CHARS:
        raise BadInput(f"At most {MAX_CHARS} characters are mended at once; these are {len(made.after)}.")
    if not (turn.text[: made.start_char] + made.after + turn.text[made.end_char :]).strip():
        raise BadInput("That would leave the turn without a word. Say what was said instead.")


def _hold(tx: Transaction, spoken: Turn, made: Mend) -> None:
    """Keep the edit, and hold the turn, its moments and their verdicts as they are after it."""
    now = mended_turn(spoken, made)
    found = [moved_moment(moment, made, now.text) for moment in found_by_model(tx, made.call)]
    judged = [
        moment
        for moment in tx.moments.select(PhraseFilter(calls=(made.call,)))
        if moment.turn == made.turn and moment.state in ("withdrawn", "cleared")
    ]
    tx.mends.add(made)
    tx.talk.mend_turn(now)
    hold_found(tx, made.call, [moment for moment in found if moment is not None])
    _take_verdicts_along(tx, judged, made)


def _take_verdicts_along(tx: Transaction, judged: list[Moment], made: Mend) -> None:
    """Keep what was decided about quotes of the turn: a withdrawal always, a clearance where the words are the same."""
    held = [m for m in tx.moments.select(PhraseFilter(calls=(made.call,))) if m.turn == made.turn]
    for before in judged:
        span = moved_span((before.start_char, before.end_char), made)
        for moment in held:
            is_it = span is not None and moment.start_char < span[1] and moment.end_char > span[0]
            if is_it and moment.kind == before.kind and (before.state == "withdrawn" or moment.quote == before.quote):
                tx.moments.set_state(moment.id, before.state)
