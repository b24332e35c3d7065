"""Trackers: detectors of one's own, made from examples, looked at before they are kept, and taught by yes and no."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api import work_urls
from api.desk import Desk, DeskDep
from api.filters import WhereDep
from api.kept_trackers import FIRST_PAGE, SUGGESTED
from api.pages.choices import CallChoices, held_choices
from api.pages.page import Page, answer
from api.paging import PartDep
from api.people.visitor import visitor_now
from pipeline.errors import BadInput, Conflict
from pipeline.insights.trackers import FEW_EXAMPLES, Find, TrackerReading, track
from pipeline.records import Call
from pipeline.store.trackers import Tracker, TrackerExample
from pipeline.trackers import answer as keep_answers
from pipeline.trackers import new_examples, new_tracker, read_examples

router = APIRouter()
ROLE_CHOICES = [("customer", "Customers"), ("rep", "Reps"), ("unknown", "Unknown"), ("any", "Anyone")]
_ON_PAGE = "page"
"""Who made or answered it, where nobody signs in."""


@dataclass(frozen=True, slots=True)
class TrackerDraft:
    """The form as it was filled in."""

    name: str = ""
    examples: str = ""
    counter: str = ""
    role: str = "customer"
    description: str = ""

    def made(self) -> tuple[Tracker, list[TrackerExample]]:
        """Return the tracker; BadInput says what it lacks."""
        who = visitor_now().says(_ON_PAGE)
        meant, also_counter = read_examples(self.examples)
        counter = [line.strip() for line in self.counter.splitlines() if line.strip()]
        tracker = new_tracker(self.name, who=who, role=self.role, description=self.description)
        return tracker, new_examples(meant, [*also_counter, *counter], who=who)


@dataclass(frozen=True, slots=True)
class TrackerRow:
    """A tracker in the list."""

    tracker: Tracker
    n_examples: int
    n_counter: int


@dataclass(frozen=True, kw_only=True)
class TrackersPage(Page):
    """The trackers, the form of a new one, and what it would find."""

    template: ClassVar[str] = "trackers.html"
    room: ClassVar[str] = "trackers"

    rows: list[TrackerRow]
    draft: TrackerDraft
    roles: list[tuple[str, str]]
    complaint: str
    preview: TrackerReading | None
    unsure: list[Find]
    calls: dict[str, Call]
    few: int = FEW_EXAMPLES


def _draft(
    name: Annotated[str, Form()] = "",
    examples: Annotated[str, Form(max_length=100_000)] = "",
    counter: Annotated[str, Form(max_length=100_000)] = "",
    role: Annotated[str, Form()] = "customer",
    description: Annotated[str, Form(max_length=2000)] = "",
) -> TrackerDraft:
    return TrackerDraft(name, examples, counter, role, description)


DraftDep = Annotated[TrackerDraft, Depends(_draft)]


def _page(
    desk: Desk,
    draft: TrackerDraft,
    *,
    complaint: str = "",
    preview: TrackerReading | None = None,
    unsure: list[Find] | None = None,
) -> HTMLResponse:
    with desk.toolkit.store.read() as tx:
        rows = []
        for tracker in tx.trackers.all():
            examples = tx.trackers.examples(tracker.name)
            n_counter = sum(example.is_counter for example in examples)
            rows.append(TrackerRow(tracker, len(examples) - n_counter, n_counter))
        finds = [*(preview.finds if preview else ()), *(unsure or [])]
        calls = tx.calls.by_ids([find.quote.call for find in finds])
    page = TrackersPage(
        rows=rows,
        draft=draft,
        roles=ROLE_CHOICES,
        complaint=complaint,
        preview=preview,
        unsure=unsure or [],
        calls=calls,
    )
    return answer(page, 422 if complaint else 200)


@router.get("/trackers")
def list_trackers(desk: DeskDep) -> HTMLResponse:
    """Show the trackers and the form of a new one."""
    return _page(desk, TrackerDraft())


@router.post("/trackers/preview")
def preview(desk: DeskDep, draft: DraftDep) -> HTMLResponse:
    """Show what a tracker would find, without keeping it."""
    try:
        tracker, given = draft.made()
        with desk.toolkit.store.read() as tx:
            history = track(tx, desk.toolkit.encoder, tracker, given)
            found, unsure = history.read(tx, limit=FIRST_PAGE), history.suggestions(tx, SUGGESTED)
    except BadInput as error:
        return _page(desk, draft, complaint=str(error))
    return _page(desk, draft, preview=found, unsure=unsure)


@router.post("/trackers")
def add(desk: DeskDep, draft: DraftDep) -> Response:
    """Keep a new tracker and go to what it finds."""
    try:
        tracker, given = draft.made()
        with desk.toolkit.store.begin() as tx:
            tx.trackers.add(tracker, given)
    except (BadInput, Conflict) as error:
        return _page(desk, draft, complaint=str(error))
    return RedirectResponse(work_urls.tracker(tracker.name), 303)


@dataclass(frozen=True, kw_only=True)
class TrackerPage(Page):
    """One tracker: what it finds, and what it is least sure of."""

    template: ClassVar[str] = "tracker.html"
    room: ClassVar[str] = "trackers"

    tracker: Tracker
    meant: list[TrackerExample]
    counter: list[TrackerExample]
    roles: dict[str, str]
    reading: TrackerReading | None
    unsure: tuple[Find, ...]
    calls: dict[str, Call]
    choices: CallChoices
    complaint: str
    is_busy: bool
    next: list[tuple[str, str]] | None
    """The address's pairs of the next page."""
    first: int
    """The place of the first find that is shown, from 1 on."""


@router.get("/trackers/{name}")
def show(request: Request, desk: DeskDep, name: str, where: WhereDep, part: PartDep) -> HTMLResponse:
    """Show what a tracker finds, the surest first."""
    with desk.toolkit.store.read() as tx:
        tracker, examples = tx.trackers.get(name), tx.trackers.examples(name)
        complaint, now, reading = "", None, None
        try:
            now = desk.trackers.of((name, tuple(sorted(where.items())))).soon(tx)
        except BadInput as error:
            complaint = str(error)
        if now is not None:
            reading = now.first if not part.offset else now.history.read(tx, limit=FIRST_PAGE, offset=part.offset)
        unsure = now.unsure if now and not part.offset else ()
        calls = tx.calls.by_ids([one.quote.call for one in (*(reading.finds if reading else ()), *unsure)])
        choices = held_choices(tx, where)
    kept = [(key, value) for key, value in request.query_params.multi_items() if key not in ("cursor", "limit")]
    shown = type(part)(part.offset, FIRST_PAGE)
    cursor = shown.next(reading.n_found) if reading else None
    return answer(
        TrackerPage(
            tracker=tracker,
            meant=[example for example in examples if not example.is_counter],
            counter=[example for example in examples if example.is_counter],
            roles=dict(ROLE_CHOICES),
            reading=reading,
            unsure=unsure,
            calls=calls,
            choices=choices,
            complaint=complaint,
            is_busy=now is None and not complaint,
            next=None if cursor is None else [*kept, ("cursor", cursor)],
            first=part.offset + 1,
        )
    )


async def _said(request: Request) -> dict[str, str]:
    """Return yes or no by the id of what it answers."""
    form = await request.form()
    return {key.removeprefix("is:"): str(value) for key, value in form.items() if key.startswith("is:")}


SaidDep = Annotated[dict[str, str], Depends(_said)]


@router.post("/trackers/{name}/answers")
def answers(desk: DeskDep, name: str, said: SaidDep) -> RedirectResponse:
    """Keep yes and no to what the tracker is least sure of, and go back to it."""
    yes, no = ([stretch for stretch, word in said.items() if word == wanted] for wanted in ("yes", "no"))
    if yes or no:
        keep_answers(desk.toolkit.store, name, yes=yes, no=no, who=visitor_now().says(_ON_PAGE))
    return RedirectResponse(work_urls.tracker(name), 303)


@router.post("/trackers/{name}/remove")
def remove(desk: DeskDep, name: str) -> RedirectResponse:
    """Remove a tracker with its examples and go to those that are left."""
    with desk.toolkit.store.begin() as tx:
        tx.trackers.remove(name)
    return RedirectResponse(work_urls.trackers(), 303)
