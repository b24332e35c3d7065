"""A person's word on moments: confirmed, rejected, changed or added; kept with who and when, and never written over.

What is said shows at once. Run `process_call` afterwards, as after every change of what a call's stages go by: the
model's own moments come back where an undone correction had taken them away, and new quotes get their vectors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from secrets import token_hex

from pipeline.assemble import Toolkit
from pipeline.calls.corrections import MIN_OVERLAP, Corrected, apply_corrections, shared_part
from pipeline.calls.mending import carried
from pipeline.corrected import Correction, CorrectionAction, MachineMoment, Stretch
from pipeline.correction_words import Edges, Label, checked_label, filled, named, stretch_in
from pipeline.errors import BadInput, Conflict, NotFound
from pipeline.records import Moment, PhraseFilter, SpottedMoment, Turn
from pipeline.store.session import Transaction


def hold_corrected(tx: Transaction, call_id: str, corrected: Corrected) -> None:
    """Hold the moments of a call as people's word has them, with their phrases and where each correction stands."""
    withdrawn = tx.moments.select(PhraseFilter(calls=(call_id,), states=("withdrawn",)))
    tx.moments.replace(call_id, corrected.moments)
    for gone in withdrawn:
        _withdraw_again(tx, gone)
    tx.corrections.place(call_id, corrected.placements)
    tx.phrases.replace_of_call(call_id)


def _withdraw_again(tx: Transaction, gone: Moment) -> None:
    """What was withdrawn stays so where it is found again at other edges."""
    for moment in tx.moments.select(PhraseFilter(calls=(gone.call,))):
        span, before = (moment.start_char, moment.end_char), (gone.start_char, gone.end_char)
        if (moment.turn, moment.kind) == (gone.turn, gone.kind) and shared_part(span, before) >= MIN_OVERLAP:
            tx.moments.set_state(moment.id, "withdrawn")


def confirm(toolkit: Toolkit, moment_id: str, *, who: str, note: str | None = None) -> Correction:
    """Say that a moment is right as it stands; NotFound if it is not held."""
    with toolkit.store.begin() as tx:
        moment = tx.moments.get(moment_id)
        said = _about(tx, moment, "confirmed", who=who, note=note)
        return _keep(tx, replace(said, kind=moment.kind, category=moment.category))


def reject(toolkit: Toolkit, moment_id: str, *, who: str, note: str | None = None) -> Correction:
    """Say that a moment is none, of whatever kind; NotFound if it is not held."""
    with toolkit.store.begin() as tx:
        return _keep(tx, _about(tx, tx.moments.get(moment_id), "rejected", who=who, note=note))


def relabel(toolkit: Toolkit, moment_id: str, label: Label, *, who: str, note: str | None = None) -> Correction:
    """Say that a moment is of another kind or category."""
    return change(toolkit, moment_id, label=label, who=who, note=note)


def move_edges(toolkit: Toolkit, moment_id: str, edges: Edges, *, who: str, note: str | None = None) -> Correction:
    """Say that a moment starts or ends elsewhere in its turn, and overlaps where it stood."""
    return change(toolkit, moment_id, edges=edges, who=who, note=note)


def change(
    toolkit: Toolkit,
    moment_id: str,
    *,
    label: Label | None = None,
    edges: Edges | None = None,
    who: str,
    note: str | None = None,
) -> Correction:
    """Say that a moment is something else, stands elsewhere in its turn, or both.

    Raises NotFound if it is not held, BadInput for a label or edges that cannot be or that change nothing, and
    Conflict if it would overlap another moment that a person has set.
    """
    with toolkit.store.begin() as tx:
        moment = tx.moments.get(moment_id)
        kind, category = checked_label(label or Label(None), moment)
        stretch = _moved(tx, moment, edges) if edges else _stretch_of(moment)
        if (kind, category, stretch) == (moment.kind, moment.category, _stretch_of(moment)):
            raise BadInput(f"Moment {moment_id!r} is that already. Confirm it, or say what is different.")
        said = _about(tx, moment, "changed", who=who, note=note)
        said = replace(said, stretch=stretch, kind=kind, category=category)
        _refuse_overlap(tx, said)
        kept = _keep(tx, said)
        _take_verdict_along(tx, moment, kept)
        return kept


def add(
    toolkit: Toolkit, call_id: str, turn: int, edges: Edges, label: Label, *, who: str, note: str | None = None
) -> Correction:
    """Say that a stretch of a customer's turn is a moment that was missed.

    Raises NotFound for an unknown call or turn, BadInput for a label or stretch that cannot be, and Conflict if a
    moment of exactly this stretch is held or it would overlap one that a person has set.
    """
    with toolkit.store.begin() as tx:
        spoken = turn_of(tx, call_id, turn)
        if spoken.role == "rep":
            raise BadInput(
                f"Turn {turn} of call {call_id!r} is the rep's, and a rep's speech is never a moment. "
                f"If it is the customer's: buyerspeak roles {call_id} --swap"
            )
        stretch = stretch_in(spoken, edges)
        kind, category = checked_label(label)
        identity = token_hex(8)
        said = Correction(
            id=identity,
            call=call_id,
            point=identity,
            action="added",
            stretch=stretch,
            kind=kind,
            category=category,
            machine=None,
            who=named(who),
            at=datetime.now(UTC),
            note=filled(note),
        )
        for held in tx.moments.select(PhraseFilter(calls=(call_id,))):
            if _stretch_of(held) == stretch:
                raise Conflict(
                    f"“{stretch.quote}” is held already, as moment {held.id!r}. Confirm or relabel that one."
                )
        _refuse_overlap(tx, said)
        return _keep(tx, said)


def undo(toolkit: Toolkit, correction_id: str, *, who: str) -> Correction:
    """Take a correction back, and return it as it is then: the one before it of the same point holds again, if any.

    Raises NotFound if it is not held, and Conflict if it was undone already or followed by another.
    """
    with toolkit.store.begin() as tx:
        found = found_by_model(tx, tx.corrections.get(correction_id).call)
        undone = tx.corrections.undo(correction_id, who=named(who), at=datetime.now(UTC))
        hold_found(tx, undone.call, found)
        return undone


def _keep(tx: Transaction, said: Correction) -> Correction:
    found = found_by_model(tx, said.call)
    tx.corrections.add(said)
    hold_found(tx, said.call, found)
    return said


def found_by_model(tx: Transaction, call_id: str) -> list[SpottedMoment]:
    """Return the held moments of a call that a model found, as far as they are still there."""
    placed = tx.corrections.placements(call_id)
    confirmed = {said.id for said in tx.corrections.live(call_id) if said.action == "confirmed"}
    made = {placement.moment for name, placement in placed.items() if name not in confirmed}
    return [
        SpottedMoment(m.turn, m.start_char, m.end_char, m.kind, m.category, m.factuality, m.score)
        for m in tx.moments.select(PhraseFilter(calls=(call_id,)))
        if m.id not in made
    ]


def said_of(tx: Transaction, call_id: str) -> list[Correction]:
    """Return the corrections of a call that hold, as they would be said of the words that were mended since."""
    mends = tx.mends.of_call(call_id)
    return [carried(correction, mends) for correction in tx.corrections.live(call_id)]


def hold_found(tx: Transaction, call_id: str, found: Sequence[SpottedMoment]) -> None:
    """Hold these moments of a model under what people say; the stage that finds them is stale from now on."""
    # A correction that is undone before the stages ran leaves the fingerprint as it was; what it took away is missing.
    tx.stages.drop(call_id, "moments")
    hold_corrected(tx, call_id, apply_corrections(found, said_of(tx, call_id), tx.talk.turns(call_id)))


def _about(tx: Transaction, moment: Moment, action: CorrectionAction, *, who: str, note: str | None) -> Correction:
    """Return a correction of a moment as it stands, that says nothing new yet: it continues the moment's point."""
    identity, before = token_hex(8), tx.corrections.of_moment(moment.id)
    machine = MachineMoment(moment.id, moment.start_char, moment.end_char, moment.kind, moment.category)
    return Correction(
        id=identity,
        call=moment.call,
        point=before.point if before else identity,
        action=action,
        stretch=_stretch_of(moment),
        kind=None,
        category=None,
        machine=before.machine if before else machine,
        who=named(who),
        at=datetime.now(UTC),
        note=filled(note),
    )


def _take_verdict_along(tx: Transaction, before: Moment, said: Correction) -> None:
    """Keep what was decided about the quote: a withdrawal always, a clearance where the words are the same."""
    now = tx.corrections.placements(said.call)[said.id].moment
    if now and (before.state == "withdrawn" or (before.state == "cleared" and said.stretch.quote == before.quote)):
        tx.moments.set_state(now, before.state)


def _refuse_overlap(tx: Transaction, said: Correction) -> None:
    own = {held.id for held in tx.corrections.live(said.call) if held.point == said.point}
    span = (said.stretch.start_char, said.stretch.end_char)
    for other in tx.corrections.placements(said.call).values():
        place = other.stretch
        if place is None or other.moment is None or other.correction in own or place.turn != said.stretch.turn:
            continue
        if shared_part(span, (place.start_char, place.end_char)) >= MIN_OVERLAP:
            raise Conflict(
                f"“{said.stretch.quote}” overlaps moment {other.moment!r} (“{place.quote}”), which a person has set. "
                "Change or reject that one instead."
            )


def _moved(tx: Transaction, moment: Moment, edges: Edges) -> Stretch:
    stretch = stretch_in(turn_of(tx, moment.call, moment.turn), edges, near=moment)
    if shared_part((stretch.start_char, stretch.end_char), (moment.start_char, moment.end_char)) == 0:
        raise BadInput(
            f"“{stretch.quote}” does not overlap moment {moment.id!r}, which is “{moment.quote}”. "
            "Reject that one, and add the other."
        )
    return stretch


def turn_of(tx: Transaction, call_id: str, number: int) -> Turn:
    """Return one turn; NotFound if there is no such call or turn."""
    tx.calls.get(call_id)
    turns = tx.talk.turns(call_id)
    if not 0 <= number < len(turns):
        raise NotFound(f"No turn {number} in call {call_id!r}, which has {len(turns)}, the first being 0.")
    return turns[number]


def _stretch_of(moment: Moment) -> Stretch:
    return Stretch(moment.turn, moment.start_char, moment.end_char, moment.quote)
