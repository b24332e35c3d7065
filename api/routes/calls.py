"""Calls: what is held, who said what, the recording; uploads, corrections and erasure."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal

from fastapi import APIRouter, File, Header, Response, UploadFile

from api.desk import Desk, DeskDep
from api.envelopes import (
    CallDetailOut,
    CallPage,
    CallsTakenOut,
    ErasedOut,
    MomentPage,
    RefusedOut,
    SpeakerOut,
    TurnPage,
)
from api.filters import MomentFilter, WhereDep
from api.paging import PartDep
from api.people.visitor import visitor_now
from api.schemas import CallOut, MomentOut, TurnOut
from api.uploads import MetadataFields, take_calls
from pipeline.erasure import forget_call
from pipeline.errors import BadInput
from pipeline.records import Call
from pipeline.role_swap import swap_roles
from pipeline.store.sample import ChosenCalls, Lacking

router = APIRouter(prefix="/calls", tags=["calls"])
RangeHeader = Annotated[str | None, Header(alias="range")]
IfRangeHeader = Annotated[str | None, Header()]
Files = Annotated[list[UploadFile], File(description="Recordings and transcripts.")]


@router.get("")
def list_calls(
    desk: DeskDep,
    where: WhereDep,
    part: PartDep,
    state: Literal["", "done", "failed", "unfinished", "waiting", "running"] = "",
    lacks: Lacking | Literal[""] = "",
) -> CallPage:
    """List the calls that are held, the earliest added first; `lacks` keeps to those that do not say something."""
    with desk.toolkit.store.read() as tx:
        stages = tx.stages.all()
        calls = [desk.call_now(call, stages.get(call.id, {})) for call in tx.calls.all(where)]
        lacking = {call.id for call in tx.sample.latest(ChosenCalls({}, lacks), limit=len(calls))} if lacks else set()
    chosen = [call for call in calls if state in ("", call.state) and (not lacks or call.id in lacking)]
    items, cursor = part.page(chosen, lambda call: call.id)
    return CallPage(items=items, total=len(chosen), next=cursor)


@router.post("", status_code=202)
def add_calls(desk: DeskDep, files: Files, metadata: MetadataFields) -> CallsTakenOut:
    """Take in recordings and transcripts; their stages run in the background. Other fields of the form are metadata."""
    taken = take_calls(desk.toolkit, files, metadata)
    if not taken.calls:
        raise BadInput(" ".join(refused.reason for refused in taken.refused) or "The request holds no file.")
    for call in taken.calls:
        desk.queue.put(call)
    return CallsTakenOut(
        calls=[_now(desk, call) for call in taken.calls],
        refused=[RefusedOut.model_validate(refused) for refused in taken.refused],
    )


@router.get("/{call_id}")
def get_call(desk: DeskDep, call_id: str) -> CallDetailOut:
    """Return a call, the state of its stages, and its speakers."""
    with desk.toolkit.store.read() as tx:
        held, speakers = tx.calls.get(call_id), tx.talk.speakers(call_id)
    return CallDetailOut(call=_now(desk, held), speakers=[SpeakerOut.model_validate(speaker) for speaker in speakers])


@router.delete("/{call_id}")
def forget(desk: DeskDep, call_id: str) -> ErasedOut:
    """Erase a call and all that was made of it, and return the receipt."""
    return ErasedOut.model_validate(forget_call(desk.toolkit, call_id))


@router.get("/{call_id}/turns")
def list_turns(desk: DeskDep, call_id: str, part: PartDep) -> TurnPage:
    """List the turns of a call in the order spoken."""
    with desk.toolkit.store.read() as tx:
        source, turns = tx.calls.get(call_id).source, tx.talk.turns(call_id)
    chosen, cursor = part.page(turns, lambda turn: str(turn.turn))
    return TurnPage(items=[TurnOut.of(turn, source) for turn in chosen], total=len(turns), next=cursor)


@router.get("/{call_id}/moments")
def list_moments_of_call(desk: DeskDep, call_id: str, within: MomentFilter, part: PartDep) -> MomentPage:
    """List the moments of a call in the order spoken."""
    with desk.toolkit.store.read() as tx:
        tx.calls.get(call_id)
        moments = tx.moments.select(replace(within, calls=(call_id,)))
    chosen, cursor = part.page(moments, lambda moment: moment.id)
    items = [MomentOut.model_validate(moment) for moment in chosen]
    return MomentPage(items=items, total=len(moments), next=cursor)


@router.post("/{call_id}/roles/swap", status_code=202)
def swap(desk: DeskDep, call_id: str) -> CallDetailOut:
    """Exchange rep and customer, by a person's word; what depends on roles is done again in the background."""
    with desk.toolkit.store.read() as tx:
        held = tx.calls.get(call_id)
    swap_roles(desk.toolkit, held, who=visitor_now().says(""))
    desk.queue.put(held)
    return get_call(desk, call_id)


@router.post("/{call_id}/run", status_code=202)
def run(desk: DeskDep, call_id: str) -> CallDetailOut:
    """Run what is stale of a call, and what failed, in the background."""
    with desk.toolkit.store.read() as tx:
        desk.queue.put(tx.calls.get(call_id))
    return get_call(desk, call_id)


@router.get("/{call_id}/audio", response_class=Response, responses={206: {}, 416: {}})
def get_audio(desk: DeskDep, call_id: str, asked_range: RangeHeader = None, if_range: IfRangeHeader = None) -> Response:
    """Return the recording as browsers play it; one range of bytes may be asked for."""
    return _audio(desk, call_id, asked_range, if_range, head=False)


@router.head("/{call_id}/audio", include_in_schema=False)
def head_audio(
    desk: DeskDep, call_id: str, asked_range: RangeHeader = None, if_range: IfRangeHeader = None
) -> Response:
    """Return what `get_audio` would, without the bytes."""
    return _audio(desk, call_id, asked_range, if_range, head=True)


def _audio(desk: Desk, call_id: str, asked_range: str | None, if_range: str | None, *, head: bool) -> Response:
    with desk.toolkit.store.read() as tx:
        held = tx.calls.get(call_id)
    return desk.recordings.answer(held, asked_range=asked_range, if_range=if_range, head=head)


def _now(desk: Desk, call: Call) -> CallOut:
    with desk.toolkit.store.read() as tx:
        return desk.call_now(call, tx.stages.of_call(call.id))
