"""Forms with a person's word on what is on a page: moments, words, and taking either back."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse

from api import urls
from api.desk import DeskDep
from api.pages.naming import gone_back, own_page
from api.people.visitor import visitor_now
from pipeline.correction_words import Edges, Label
from pipeline.corrections import add, change, confirm, reject, undo
from pipeline.errors import BadInput
from pipeline.mending import mend, undo_mend
from pipeline.records import Moment

router = APIRouter()
Text = Annotated[str, Form()]
Offset = Annotated[int | None, Form()]
Number = Annotated[int, Form()]


@router.post("/moments/{moment}/correct")
def correct(  # noqa: PLR0913  one per field of the form
    desk: DeskDep,
    moment: str,
    action: Annotated[Literal["confirmed", "rejected", "changed"], Form()],
    who: Text = "",
    label: Text = "",
    quote: Text = "",
    start_char: Offset = None,
    end_char: Offset = None,
    note: Text = "",
    back: Text = "",
) -> RedirectResponse:
    """Keep a person's word on a moment, and go back to where it was said."""
    who = visitor_now().says(who)
    with desk.toolkit.store.read() as tx:
        held = tx.moments.get(moment)
    if action == "confirmed":
        confirm(desk.toolkit, moment, who=who, note=note)
    elif action == "rejected":
        reject(desk.toolkit, moment, who=who, note=note)
    else:
        edges = _edges(quote if quote.strip() != held.quote else "", start_char, end_char)
        change(desk.toolkit, moment, label=_changed(label, held), edges=edges, who=who, note=note)
    return _done(desk, held.call, held.turn, who, back)


@router.post("/calls/{call}/moments")
def add_moment(  # noqa: PLR0913  one per field of the form
    desk: DeskDep,
    call: str,
    turn: Number,
    label: Text,
    who: Text = "",
    quote: Text = "",
    start_char: Offset = None,
    end_char: Offset = None,
    note: Text = "",
) -> RedirectResponse:
    """Keep a moment that was missed, and go back to its turn."""
    who = visitor_now().says(who)
    edges = _edges(quote, start_char, end_char) or Edges()
    add(desk.toolkit, call, turn, edges, _label(label), who=who, note=note)
    return _done(desk, call, turn, who)


@router.post("/calls/{call}/mend")
def mend_words(  # noqa: PLR0913  one per field of the form
    desk: DeskDep,
    call: str,
    turn: Number,
    text: Text = "",
    who: Text = "",
    quote: Text = "",
    start_char: Offset = None,
    end_char: Offset = None,
    note: Text = "",
) -> RedirectResponse:
    """Put words right, and go back to their turn."""
    who = visitor_now().says(who)
    mend(desk.toolkit, call, turn, _edges(quote, start_char, end_char) or Edges(), text, who=who, note=note)
    return _done(desk, call, turn, who)


@router.post("/calls/{call}/undo")
def take_back(
    desk: DeskDep, call: str, who: Text = "", correction: Text = "", mended: Annotated[str, Form(alias="mend")] = ""
) -> RedirectResponse:
    """Take a correction or a mended word back, and go back to its turn."""
    who = visitor_now().says(who)
    if correction:
        turn = undo(desk.toolkit, correction, who=who).stretch.turn
    elif mended:
        turn = undo_mend(desk.toolkit, mended, who=who).turn
    else:
        raise BadInput("Say what is to be taken back.")
    return _done(desk, call, turn, who)


def _done(desk: DeskDep, call: str, turn: int, who: str, back: str = "") -> RedirectResponse:
    with desk.toolkit.store.read() as tx:
        desk.queue.put(tx.calls.get(call))
    return gone_back(own_page(back, urls.call(call, turn)), who)


def _edges(quote: str, start_char: int | None, end_char: int | None) -> Edges | None:
    if start_char is not None and end_char is not None:
        return Edges(None, start_char, end_char)
    return Edges(quote.strip()) if quote.strip() else None


def _label(given: str) -> Label:
    """Read a choice such as `pain` or `objection:price`."""
    kind, _, category = given.partition(":")
    return Label(kind or None, category or None)


def _changed(given: str, held: Moment) -> Label | None:
    label = _label(given)
    return None if label.kind is None or (label.kind, label.category) == (held.kind, held.category) else label
