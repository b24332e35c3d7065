"""Taking calls in: the form, and how far the last ones have come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from fastapi import APIRouter, File, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api import urls
from api.desk import Desk, DeskDep
from api.pages.page import Page, answer
from api.schemas import CallOut
from api.uploads import MAX_BODY_BYTES, MetadataFields, take_calls
from api.wording import OUTCOME_WORDS
from pipeline.calls.transcripts.read import SUFFIXES as TRANSCRIPT_SUFFIXES
from pipeline.intake import AUDIO_SUFFIXES, Refused

router = APIRouter()
_RECENT = 12


@dataclass(frozen=True, kw_only=True)
class AddPage(Page):
    """The form, what of the last upload was refused, and the calls added last."""

    template: ClassVar[str] = "add.html"
    room: ClassVar[str] = "add"

    refused: list[Refused]
    recent: list[CallOut]
    is_busy: bool
    outcomes: list[tuple[str, str]]
    accept: str
    """The suffixes that are read."""
    max_gigabytes: int


def _page(desk: Desk, refused: list[Refused]) -> AddPage:
    with desk.toolkit.store.read() as tx:
        last = tx.calls.all()[: -_RECENT - 1 : -1]
        recent = [desk.call_now(call, tx.stages.of_call(call.id)) for call in last]
    return AddPage(
        refused=refused,
        recent=recent,
        is_busy=any(call.state in ("waiting", "running") for call in recent),
        outcomes=list(OUTCOME_WORDS.items()),
        accept=",".join(sorted(AUDIO_SUFFIXES | TRANSCRIPT_SUFFIXES)),
        max_gigabytes=MAX_BODY_BYTES // 1024**3,
    )


@router.get("/add")
def show(desk: DeskDep) -> HTMLResponse:
    """Show the form."""
    return answer(_page(desk, []))


@router.post("/add")
def add_calls(desk: DeskDep, files: Annotated[list[UploadFile], File()], metadata: MetadataFields) -> Response:
    """Take calls in and have their stages run; files that cannot be read are named with the reason."""
    taken = take_calls(desk.toolkit, files, metadata)
    for call in taken.calls:
        desk.queue.put(call)
    if not taken.calls and not taken.refused:
        return answer(_page(desk, [Refused("No file", "Choose at least one recording or transcript.")]), 422)
    return answer(_page(desk, list(taken.refused)), 422) if taken.refused else RedirectResponse(urls.add(), 303)
