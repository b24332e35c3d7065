"""Trackers: detectors of one's own, from examples."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api.desk import Desk, DeskDep
from api.filters import WhereDep
from api.paging import PartDep
from api.people.visitor import visitor_now
from api.schemas_trackers import (
    AnswersIn,
    FindOut,
    TrackerFindsPage,
    TrackerIn,
    TrackerOut,
    TrackerPage,
    TrackerPreviewOut,
    TrackerReadingOut,
)
from pipeline.errors import BadInput
from pipeline.insights.trackers import track
from pipeline.trackers import answer, new_examples, new_tracker

router = APIRouter(prefix="/trackers", tags=["trackers"])
_SHOWN = 20
HowMany = Annotated[int, Query(ge=1, le=100, description="How many.")]


@router.get("")
def list_trackers(desk: DeskDep, part: PartDep) -> TrackerPage:
    """List the trackers by name, with their examples."""
    with desk.toolkit.store.read() as tx:
        held = tx.trackers.all()
        chosen, cursor = part.page(held, lambda tracker: tracker.name)
        items = [TrackerOut.of(tracker, tx.trackers.examples(tracker.name)) for tracker in chosen]
    return TrackerPage(items=items, total=len(held), next=cursor)


@router.post("", status_code=201)
def add_tracker(desk: DeskDep, given: TrackerIn) -> TrackerOut:
    """Keep a new tracker; it reads all that is held, and whatever comes later."""
    tracker = new_tracker(
        given.name,
        who=visitor_now().says(given.who),
        role=given.role,
        description=given.description,
        threshold=given.threshold,
    )
    examples = new_examples(given.examples, given.counter_examples, who=visitor_now().says(given.who))
    with desk.toolkit.store.begin() as tx:
        tx.trackers.add(tracker, examples)
    return TrackerOut.of(tracker, examples)


@router.post("/preview")
def preview_tracker(desk: DeskDep, given: TrackerIn, where: WhereDep) -> TrackerPreviewOut:
    """Show what a tracker would find, and where it would be least sure, without keeping it."""
    tracker = new_tracker(given.name, who=visitor_now().says(given.who), role=given.role, threshold=given.threshold)
    examples = new_examples(given.examples, given.counter_examples, who=visitor_now().says(given.who))
    with desk.toolkit.store.read() as tx:
        history = track(tx, desk.toolkit.encoder, tracker, examples, where)
        return TrackerPreviewOut(
            reading=TrackerReadingOut.of(history.read(tx, limit=_SHOWN)),
            unsure=[FindOut.of(find) for find in history.suggestions(tx, _SHOWN)],
        )


@router.get("/{name}")
def get_tracker(desk: DeskDep, name: str) -> TrackerOut:
    """Return a tracker with its examples."""
    return _held(desk, name)


@router.get("/{name}/finds")
def list_finds(desk: DeskDep, name: str, where: WhereDep, part: PartDep) -> TrackerFindsPage:
    """List what a tracker finds in all that is held, the surest first."""
    with desk.toolkit.store.read() as tx:
        history = track(tx, desk.toolkit.encoder, tx.trackers.get(name), tx.trackers.examples(name), where)
        reading = history.read(tx, limit=part.limit, offset=part.offset)
    return TrackerFindsPage(reading=TrackerReadingOut.of(reading), next=part.next(reading.n_found))


@router.get("/{name}/suggestions")
def list_suggestions(desk: DeskDep, name: str, where: WhereDep, n: HowMany = 10) -> list[FindOut]:
    """List what the tracker is least sure of, for yes or no."""
    with desk.toolkit.store.read() as tx:
        history = track(tx, desk.toolkit.encoder, tx.trackers.get(name), tx.trackers.examples(name), where)
        return [FindOut.of(find) for find in history.suggestions(tx, n)]


@router.post("/{name}/answers")
def answer_suggestions(desk: DeskDep, name: str, given: AnswersIn) -> TrackerOut:
    """Keep which finds are meant and which are not; they are examples and counter-examples from now on."""
    if not given.yes and not given.no:
        raise BadInput("The answer names nothing. Give ids of finds or suggestions as yes or no.")
    answer(desk.toolkit.store, name, yes=given.yes, no=given.no, who=visitor_now().says(given.who))
    return _held(desk, name)


@router.delete("/{name}", status_code=204)
def remove_tracker(desk: DeskDep, name: str) -> None:
    """Remove a tracker with its examples."""
    with desk.toolkit.store.begin() as tx:
        tx.trackers.remove(name)


def _held(desk: Desk, name: str) -> TrackerOut:
    with desk.toolkit.store.read() as tx:
        return TrackerOut.of(tx.trackers.get(name), tx.trackers.examples(name))
