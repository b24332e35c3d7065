"""The list of calls, the last recorded first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.desk import DeskDep
from api.filters import Day, WhereDep
from api.pages.choices import CallChoices, held_choices
from api.pages.page import Page, answer
from api.paging import PartDep
from api.schemas import CallOut
from pipeline.store.sample import ChosenCalls, Lacking

router = APIRouter()


@dataclass(frozen=True, slots=True)
class CallRow:
    """A call in the list."""

    call: CallOut
    n_moments: int


@dataclass(frozen=True, kw_only=True)
class CallsPage(Page):
    """The calls, the last recorded first."""

    template: ClassVar[str] = "calls.html"
    room: ClassVar[str] = "calls"

    rows: list[CallRow]
    total: int
    choices: CallChoices
    lacks: str
    failed: bool
    since: str | None
    until: str | None
    next: list[tuple[str, str]] | None
    """The address's pairs of the next page."""


@router.get("/calls")
def list_calls(
    request: Request,
    desk: DeskDep,
    where: WhereDep,
    part: PartDep,
    lacks: Lacking | Literal[""] = "",
    state: Literal["", "failed"] = "",
    since: Day = None,
    until: Day = None,
) -> HTMLResponse:
    """Show the calls; `lacks` keeps to those that do not say something, `state` to those that failed."""
    days = [None if day is None else day.isoformat() for day in (since, until)]
    chosen = ChosenCalls(where, lacks, state == "failed", *days)
    with desk.toolkit.store.read() as tx:
        total = tx.sample.count(chosen)
        calls = tx.sample.latest(chosen, limit=part.limit, offset=part.offset)
        ids = [call.id for call in calls]
        counts, runs = tx.moments.count_by_call(ids), tx.stages.of_calls(ids)
        rows = [CallRow(desk.call_now(call, runs.get(call.id, {})), counts.get(call.id, 0)) for call in calls]
        choices = held_choices(tx, where)
    cursor = part.next(total)
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
    page = CallsPage(
        rows=rows,
        total=total,
        choices=choices,
        lacks=lacks,
        failed=chosen.failed,
        since=chosen.since,
        until=chosen.until,
        next=None if cursor is None else [*kept, ("cursor", cursor)],
    )
    return answer(page)
