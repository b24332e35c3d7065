"""Gaps and the work on them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response

from api.desk import Desk, DeskDep
from api.filters import Where, WhereDep
from api.gap_forms import TYPES, make_paper, render_gaps
from api.narrowing import gaps_within
from api.paging import PartDep
from api.people.visitor import visitor_now
from api.schemas_coverage import MomentCoverageOut, MomentCoveragePage
from api.schemas_gaps import (
    GapCaseOut,
    GapCasePage,
    GapEditIn,
    GapEventOut,
    OverturnIn,
    UnaskedOut,
    UndoIn,
    unasked_out,
)
from pipeline.collateral.records import GapStatus
from pipeline.errors import BadInput, NotFound
from pipeline.gap_desk import GapDesk, read_desk
from pipeline.gap_edits import overturn, set_due, set_owner, set_status, undo
from pipeline.gap_reading import GapReading
from pipeline.gap_work import GapEvent
from pipeline.insights.objection_coverage import cover_objections
from pipeline.insights.unasked import UnaskedDocument
from pipeline.store.session import Transaction

router = APIRouter(tags=["gaps"])
_CONTENT: dict[str, dict[str, str]] = {media_type.split(";")[0]: {} for media_type in TYPES.values()}
AsOf = Annotated[date | None, Query(description="The day that “overdue” is reckoned for; today by default.")]


def desk_of(
    tx: Transaction, reading: GapReading, where: Where, today: date, *, unasked: Sequence[UnaskedDocument] = ()
) -> GapDesk:
    """Return how the gaps stand, over all calls or over those with certain metadata."""
    if not where:
        return read_desk(tx, reading, today, unasked=unasked)
    narrowed = GapReading(reading.found, tuple(gaps_within(tx, reading.judged, where)))
    chosen = set(tx.calls.ids(where))
    calls = [call for call in tx.calls.all() if call.id in chosen]
    return read_desk(tx, narrowed, today, calls=calls)


def _desk_now(desk: Desk, where: Where) -> GapDesk:
    with desk.toolkit.store.read() as tx:
        reading = desk.gaps.reading(tx)
    desk.gaps.keep_history(reading)
    with desk.toolkit.store.read() as tx:
        return desk_of(tx, reading, where, datetime.now(UTC).date())


@router.get("/gaps")
def list_gaps(desk: DeskDep, where: WhereDep, part: PartDep, status: GapStatus | Literal[""] = "") -> GapCasePage:
    """List what collateral does not answer, what touches most first, and at the end what it does answer."""
    cases = [case for case in _desk_now(desk, where).cases if status in ("", case.gap.status)]
    chosen, cursor = part.page(cases, lambda case: case.gap.theme)
    return GapCasePage(items=[GapCaseOut.of_case(case) for case in chosen], total=len(cases), next=cursor)


@router.get("/gaps/objections")
def list_objections(desk: DeskDep, part: PartDep, status: GapStatus | Literal[""] = "") -> MomentCoveragePage:
    """List each objection beside collateral by itself, the least answered first."""
    with desk.toolkit.store.read() as tx:
        covered = cover_objections(tx, desk.toolkit.answer_judge, desk.toolkit.encoder)
    chosen = [one for one in covered if status in ("", one.status)]
    items, cursor = part.page(chosen, lambda one: one.moment.id)
    return MomentCoveragePage(items=[MomentCoverageOut.of(one) for one in items], total=len(chosen), next=cursor)


@router.get("/gaps/report", response_class=Response, responses={200: {"content": _CONTENT}})
def get_report(
    desk: DeskDep,
    request: Request,
    format: Literal["json", "csv", "xlsx", "html", "md", "pdf", "docx"] = "html",  # noqa: A002  the word of the contract
    as_of: AsOf = None,
) -> Response:
    """Return the gap report as a file; 409 if a quote is not what its transcript says."""
    with desk.toolkit.store.read() as tx:
        reading, unasked = desk.gaps.reading(tx), desk.unasked.now(tx)
    today = as_of or datetime.now(UTC).date()
    paper = make_paper(desk.toolkit, today, found=(reading, unasked), server=str(request.base_url))
    headers = {
        "Content-Disposition": f'attachment; filename="gaps.{format}"',
        "Buyerspeak-Data-Version": paper.manifest.data_version,
    }
    return Response(render_gaps(paper, format), headers=headers, media_type=TYPES[format])


@router.get("/gaps/unasked")
def list_unasked(desk: DeskDep) -> list[UnaskedOut]:
    """List documents with passages that answer nothing anybody asked."""
    with desk.toolkit.store.read() as tx:
        return unasked_out(desk.unasked.now(tx))


@router.get("/gaps/history")
def list_history(desk: DeskDep, theme: str | None = None) -> list[GapEventOut]:
    """List what was done about gaps, by whom and when, in that order."""
    with desk.toolkit.store.read() as tx:
        return [GapEventOut.of(event) for event in tx.gap_work.events(theme)]


@router.post("/gaps/history/{number}/undo")
def undo_event(desk: DeskDep, number: int, said: UndoIn) -> GapEventOut:
    """Take back what somebody said; it stays in the history."""
    with desk.toolkit.store.begin() as tx:
        return GapEventOut.of(undo(tx, number, who=visitor_now().says(said.who)))


@router.post("/gaps/{theme}/work")
def set_work(desk: DeskDep, theme: str, said: GapEditIn) -> list[GapEventOut]:
    """Say who closes a gap, by when, or how far it is; only an answer closes it."""
    with desk.toolkit.store.begin() as tx:
        events = list(_said(tx, theme, said))
    if not events:
        raise BadInput("Say owner, due or status.")
    return [GapEventOut.of(event) for event in events]


def _said(tx: Transaction, theme: str, said: GapEditIn) -> list[GapEvent]:
    events = []
    if said.owner is not None:
        events.append(set_owner(tx, theme, said.owner, who=visitor_now().says(said.who), note=said.note))
    if said.due is not None:
        events.append(set_due(tx, theme, said.due or None, who=visitor_now().says(said.who), note=said.note))
    if said.status is not None:
        events.append(set_status(tx, theme, said.status, who=visitor_now().says(said.who), note=said.note))
    return events


@router.post("/gaps/{theme}/overturn")
def overturn_status(desk: DeskDep, theme: str, said: OverturnIn) -> GapEventOut:
    """Say that the status of a theme is another than found; three such words move the bar for the others."""
    event = say_otherwise(desk, theme, said)
    return GapEventOut.of(event)


def say_otherwise(desk: Desk, theme: str, said: OverturnIn) -> GapEvent:
    """Keep a person's word against what was found of a theme."""
    with desk.toolkit.store.read() as tx:
        tx.themes.get(theme)
        gap = desk.gaps.reading(tx).of(theme)
    if gap is None:
        raise NotFound(f"Theme {theme} is not compared with collateral.")
    with desk.toolkit.store.begin() as tx:
        return overturn(tx, gap, said.status, who=visitor_now().says(said.who), note=said.note, passage=said.passage)
