"""One call: its transcript with what was found in it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any, ClassVar

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse

from api import urls
from api.desk import DeskDep
from api.pages.page import Page, answer
from api.schemas import CallOut
from pipeline.erasure import forget_call
from pipeline.records import Moment, PhraseFilter, SpeakerRole, Turn
from pipeline.role_swap import swap_roles

router = APIRouter()


@dataclass(frozen=True, kw_only=True)
class CallPage(Page):
    """One call."""

    template: ClassVar[str] = "call.html"
    room: ClassVar[str] = "calls"

    call: CallOut
    metadata: list[tuple[str, Any]]
    turns: list[Turn]
    speakers: dict[str, SpeakerRole]
    moments: list[Moment]
    moments_of_turn: dict[int, list[Moment]]
    has_audio: bool
    is_busy: bool
    notes: list[str]
    """What a reader should know of how the stages went."""


@router.get("/calls/{call}")
def show_call(desk: DeskDep, call: str) -> HTMLResponse:
    """Show one call."""
    with desk.toolkit.store.read() as tx:
        held, turns, speakers = tx.calls.get(call), tx.talk.turns(call), tx.talk.speakers(call)
        moments = tx.moments.select(PhraseFilter(calls=(call,), moments_only=True))
        runs = tx.stages.of_call(call)
    now = desk.call_now(held, runs)
    of_turn: dict[int, list[Moment]] = defaultdict(list)
    for moment in moments:
        of_turn[moment.turn].append(moment)
    page = CallPage(
        call=now,
        metadata=[(field, value) for field, value in held.metadata.items() if field not in ("account", "recorded_at")],
        turns=turns,
        speakers={speaker.speaker: speaker for speaker in speakers},
        moments=moments,
        moments_of_turn=dict(of_turn),
        has_audio=held.form == "audio",
        is_busy=now.state in ("waiting", "running"),
        notes=[str(run.detail["skipped"]) for run in runs.values() if run.detail.get("skipped")],
    )
    return answer(page)


@router.post("/calls/{call}/roles/swap")
def swap(desk: DeskDep, call: str) -> RedirectResponse:
    """Exchange rep and customer and go back to the call."""
    with desk.toolkit.store.read() as tx:
        held = tx.calls.get(call)
    swap_roles(desk.toolkit, held)
    desk.queue.put(held)
    return RedirectResponse(urls.call(call), 303)


@router.post("/calls/{call}/run")
def run(desk: DeskDep, call: str) -> RedirectResponse:
    """Run what is stale or failed, and go back to the call."""
    with desk.toolkit.store.read() as tx:
        desk.queue.put(tx.calls.get(call))
    return RedirectResponse(urls.call(call), 303)


@router.post("/calls/{call}/forget")
def forget(desk: DeskDep, call: str) -> RedirectResponse:
    """Erase the call everywhere and go to the calls that are left."""
    forget_call(desk.toolkit, call)
    return RedirectResponse(urls.calls(), 303)
