"""How far uploaded calls have come, as it happens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from time import monotonic

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from api.desk import Desk, DeskDep
from api.envelopes import RetriedOut
from pipeline.errors import NotFound

router = APIRouter(prefix="/ingest", tags=["calls"])
_LOOK_EVERY_S = 0.25
_SILENT_AT_MOST_S = 15.0
_STREAM_LASTS_S = 600.0
"""Browsers connect again by themselves; so a server that ends waits for no stream longer than this."""
_EXAMPLE = 'event: call\ndata: {"id": "harbour-1", "state": "running", "stages": []}\n\n'


@router.post("/retry", status_code=202)
def retry_failed(desk: DeskDep) -> RetriedOut:
    """Run what failed of all calls again, in the background."""
    return RetriedOut(calls=run_failed(desk))


def run_failed(desk: Desk) -> int:
    """Have the failed calls run again, the first added first, and return how many they are."""
    with desk.toolkit.store.read() as tx:
        failed = tx.sample.added_last(limit=tx.calls.count(), failed=True)
    for call in reversed(failed):
        desk.queue.put(call)
    return len(failed)


@router.get(
    "/events",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {"example": _EXAMPLE}}}},
)
def stream_events(request: Request, desk: DeskDep) -> StreamingResponse:
    """Stream server-sent events: `call` with the call as JSON, whenever a stage of a waiting call begins or ends.

    Calls that wait now come first; `idle` says that none is left.
    """
    return StreamingResponse(
        _events(request, desk), media_type="text/event-stream", headers={"Cache-Control": "no-store"}
    )


async def _events(request: Request, desk: Desk) -> AsyncIterator[str]:
    ends_at = monotonic() + _STREAM_LASTS_S
    before: dict[str, str] | None = None
    _, n_ended = desk.queue.ended_since(0)
    spoke_at = monotonic()
    while monotonic() < ends_at and not await request.is_disconnected():
        now = desk.queue.stages()
        ended, n_ended = desk.queue.ended_since(n_ended)
        if now != before or ended:
            for call_id in dict.fromkeys([*now, *(set(before or ()) - set(now)), *ended]):
                if before is None or now.get(call_id) != before.get(call_id) or call_id in ended:
                    told = await run_sync(_told, desk, call_id)
                    if told:
                        yield f"event: call\ndata: {told}\n\n"
            if not now:
                yield "event: idle\ndata: {}\n\n"
            before, spoke_at = now, monotonic()
        elif monotonic() - spoke_at > _SILENT_AT_MOST_S:
            yield ": still here\n\n"
            spoke_at = monotonic()
        await asyncio.sleep(_LOOK_EVERY_S)


def _told(desk: Desk, call_id: str) -> str | None:
    """Return a call as JSON; None for one that whoever asks does not see, or that was erased meanwhile."""
    try:
        with desk.toolkit.store.read() as tx:
            return desk.call_now(tx.calls.get(call_id), tx.stages.of_call(call_id)).model_dump_json()
    except NotFound:
        return None
