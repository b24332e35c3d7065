"""Checking moments one after another, by keyboard alone; where one is, stands in the address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from fastapi import APIRouter, Depends, Form
from fastapi.responses import HTMLResponse, RedirectResponse

from api import work_urls
from api.desk import Desk, DeskDep
from api.pages.naming import WhoDep, gone_back
from api.pages.page import Page, answer
from api.people.visitor import visitor_now
from api.wording import CATEGORY_WORDS, KIND_CHOICES, KIND_WORDS
from pipeline.checking import Of, Place, ToCheck, next_to_check
from pipeline.correction_words import Label, named
from pipeline.corrections import confirm, reject, relabel, undo
from pipeline.errors import BadInput, NotFound
from pipeline.records import Call
from pipeline.store.checking import Checked, Stream

router = APIRouter()
_PATIENCE_S = 5.0
OF_WORDS: dict[str, str] = {"mixed": "Least sure and random in turn", "unsure": "Least sure first", "random": "Random"}
LABELS = [
    *((f"objection/{name}", f"Objection · {words}") for name, words in CATEGORY_WORDS.items()),
    *((kind, words) for kind, words in KIND_WORDS.items() if kind != "objection"),
]


@dataclass(frozen=True, kw_only=True)
class CheckPage(Page):
    """One moment to judge, and how far one has come."""

    template: ClassVar[str] = "check.html"
    room: ClassVar[str] = "check"

    item: ToCheck | None
    call: Call | None
    place: Place
    last: str
    """The correction that `undo` takes back, "" for none."""
    checked: Checked
    n_moments: int
    who: str
    kinds: list[tuple[str, str]]
    orders: list[tuple[str, str]]
    labels: list[tuple[str, str]]
    skip: list[tuple[str, str]]
    """The address's pairs behind this moment."""
    here: list[tuple[str, str]]
    """The address's pairs of this place, as the forms send them back."""
    complaint: str


def _place(of: Of = "mixed", kind: str = "", unsure: str = "", random: str = "", done: int = 0) -> Place:
    return Place(of, kind, unsure, random, max(0, done))


def _place_form(
    of: Annotated[Of, Form()] = "mixed",
    kind: Annotated[str, Form()] = "",
    unsure: Annotated[str, Form()] = "",
    random: Annotated[str, Form()] = "",
    done: Annotated[int, Form()] = 0,
) -> Place:
    return Place(of, kind, unsure, random, max(0, done))


PlaceDep = Annotated[Place, Depends(_place)]
PlaceFormDep = Annotated[Place, Depends(_place_form)]


def pairs_of(place: Place) -> list[tuple[str, str]]:
    """Return a place as the pairs of an address; what is as usual is left out."""
    pairs: list[tuple[str, Any]] = [
        ("of", "" if place.of == "mixed" else place.of),
        ("kind", place.kind),
        ("unsure", place.unsure),
        ("random", place.random),
        ("done", place.done or ""),
    ]
    return [(name, str(value)) for name, value in pairs if value]


def _show(desk: Desk, place: Place, who: str, *, last: str = "", at: str = "", complaint: str = "") -> HTMLResponse:
    with desk.toolkit.store.read() as tx:
        item = next_to_check(tx, place, moment=at if tx.moments.by_ids([at]) else "")
        call = tx.calls.get(item.moment.call) if item else None
        checked, n_moments = tx.checking.checked(), desk.held.now(tx).n_moments
    behind = place.past(item.stream, item.moment.id) if item else place
    page = CheckPage(
        item=item,
        call=call,
        place=place,
        last=last,
        checked=checked,
        n_moments=n_moments,
        who=who,
        kinds=KIND_CHOICES,
        orders=list(OF_WORDS.items()),
        labels=LABELS,
        skip=pairs_of(behind),
        here=pairs_of(place),
        complaint=complaint,
    )
    return answer(page, 422 if complaint else 200)


@router.get("/check")
def show(desk: DeskDep, place: PlaceDep, who: WhoDep, last: str = "", at: str = "") -> HTMLResponse:
    """Show the next moment to judge; `at` names one, `last` the word that can be taken back."""
    return _show(desk, place, who, last=last, at=at)


@router.post("/check/undo/{correction}")
def take_back(
    desk: DeskDep, place: PlaceFormDep, correction: str, said_by: Annotated[str, Form()] = ""
) -> RedirectResponse:
    """Take the last word back and show its moment again."""
    undone = undo(desk.toolkit, correction, who=named(visitor_now().says(said_by)))
    with desk.toolkit.store.read() as tx:
        desk.queue.put(tx.calls.get(undone.call))
    # What a rejection took away comes back once its call was read again, which takes a moment.
    desk.queue.join_call(undone.call, _PATIENCE_S)
    moment = undone.machine.id if undone.machine else ""
    before = Place(place.of, place.kind, place.unsure, place.random, max(0, place.done - 1))
    return RedirectResponse(work_urls.check([*pairs_of(before), ("at", moment)]), 303)


@router.post("/check/{moment}")
def say(
    desk: DeskDep,
    place: PlaceFormDep,
    moment: str,
    say: Annotated[Literal["yes", "no", "relabel"], Form()],
    said_by: Annotated[str, Form()] = "",
    label: Annotated[str, Form()] = "",
    stream: Annotated[Stream, Form()] = "unsure",
) -> RedirectResponse:
    """Keep what somebody says of a moment, and go to the next."""
    who = visitor_now().says(said_by)
    if not who.strip():
        raise BadInput("Say who you are: corrections are kept with a name. Go back and fill in “Your name”.")
    try:
        if say == "yes":
            kept = confirm(desk.toolkit, moment, who=who)
        elif say == "no":
            kept = reject(desk.toolkit, moment, who=who)
        else:
            kind, _, category = label.partition("/")
            kept = relabel(desk.toolkit, moment, Label(kind, category or None), who=who)
    except NotFound:
        # Its call was read again meanwhile, and this stretch is no moment any more.
        return RedirectResponse(work_urls.check(pairs_of(place)), 303)
    with desk.toolkit.store.read() as tx:
        desk.queue.put(tx.calls.get(kept.call))
    return gone_back(work_urls.check([*pairs_of(place.past(stream, moment)), ("last", kept.id)]), who)
