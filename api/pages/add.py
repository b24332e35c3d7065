"""Taking calls in: the form, how far the last ones have come, and what failed with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from fastapi import APIRouter, File, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api import urls
from api.desk import Desk, DeskDep
from api.pages.page import Page, answer
from api.routes.ingest import run_failed
from api.schemas import CallOut
from api.uploads import MAX_BODY_BYTES, MetadataFields, take_calls
from api.wording import OUTCOME_WORDS
from pipeline.calls.transcripts.read import SUFFIXES as TRANSCRIPT_SUFFIXES
from pipeline.errors import BadInput
from pipeline.intake import AUDIO_SUFFIXES, Refused
from pipeline.store.sample import ChosenCalls
from pipeline.store.session import Transaction

router = APIRouter()
_RECENT = 12
_FAILED = 20
_BUSY = ("waiting", "running")


@dataclass(frozen=True, kw_only=True)
class AddPage(Page):
    """The form, what of the last upload was refused, and how far calls have come."""

    template: ClassVar[str] = "add.html"
    room: ClassVar[str] = "add"

    refused: list[Refused]
    recent: list[CallOut]
    failed: list[CallOut]
    """The failed calls beside the recent ones, the latest first; not all, if there are many."""
    n_failed: int
    n_waiting: int
    is_busy: bool
    outcomes: list[tuple[str, str]]
    accept: str
    """The suffixes that are read."""
    max_gigabytes: int


def _page(desk: Desk, refused: list[Refused]) -> AddPage:
    waiting = desk.queue.stages()
    with desk.toolkit.store.read() as tx:
        recent = _now(desk, tx, failed=False, limit=_RECENT)
        shown = {call.id for call in recent}
        failed = [call for call in _now(desk, tx, failed=True, limit=_FAILED + _RECENT) if call.id not in shown]
        n_failed = tx.sample.count(ChosenCalls({}, failed=True))
    return AddPage(
        refused=refused,
        recent=recent,
        failed=[call for call in failed if call.state == "failed"][:_FAILED],
        n_failed=n_failed,
        n_waiting=len(waiting),
        is_busy=bool(waiting),
        outcomes=list(OUTCOME_WORDS.items()),
        accept=",".join(sorted(AUDIO_SUFFIXES | TRANSCRIPT_SUFFIXES)),
        max_gigabytes=MAX_BODY_BYTES // 1024**3,
    )


def _now(desk: Desk, tx: Transaction, *, failed: bool, limit: int) -> list[CallOut]:
    calls = tx.sample.added_last(limit=limit, failed=failed)
    runs = tx.stages.of_calls(call.id for call in calls)
    return [desk.call_now(call, runs.get(call.id, {})) for call in calls]


@router.get("/add")
def show(desk: DeskDep) -> HTMLResponse:
    """Show the form and how far calls have come."""
    return answer(_page(desk, []))


@router.post("/add")
def add_calls(desk: DeskDep, files: Annotated[list[UploadFile], File()], metadata: MetadataFields) -> Response:
    """Take calls in and have their stages run; files that cannot be read are named with the reason."""
    taken = take_calls(desk.toolkit, files, _with_own_fields(metadata))
    for call in taken.calls:
        desk.queue.put(call)
    if not taken.calls and not taken.refused:
        return answer(_page(desk, [Refused("No file", "Choose at least one recording or transcript.")]), 422)
    return answer(_page(desk, list(taken.refused)), 422) if taken.refused else RedirectResponse(urls.add(), 303)


def _with_own_fields(metadata: dict[str, Any]) -> dict[str, Any]:
    """Return the fields with those of one's own, given as lines of "name: value"."""
    given = {name: value for name, value in metadata.items() if name != "own_fields"}
    for line in str(metadata.get("own_fields", "")).splitlines():
        name, colon, value = (part.strip() for part in line.partition(":"))
        if not colon or not name or not value:
            if line.strip():
                raise BadInput(
                    f'{line.strip()!r} is no field; write one a line as "name: value", such as region: North.'
                )
            continue
        given[name.lower().replace(" ", "_")] = value
    return given


@router.post("/add/retry")
def retry_all(desk: DeskDep) -> RedirectResponse:
    """Run what failed of all calls again, and go back to how far they have come."""
    run_failed(desk)
    return RedirectResponse(urls.add(), 303)


@router.post("/add/retry/{call}")
def retry(desk: DeskDep, call: str) -> RedirectResponse:
    """Run what failed of one call again, and go back to how far it has come."""
    with desk.toolkit.store.read() as tx:
        desk.queue.put(tx.calls.get(call))
    return RedirectResponse(urls.add(), 303)
