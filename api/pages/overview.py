"""The start page: what customers said lately, what collateral does not answer, and what the sample lacks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api import urls
from api.charts import Sparkline, sparkline
from api.desk import DeskDep
from api.overview_reading import GapsNow, read_overview
from api.pages.page import Page, answer
from pipeline.overview import ENOUGH_CALLS, Held, Lately
from pipeline.records import Call

router = APIRouter()
_MOVES_SHOWN = 4
_MOST_SAID_SHOWN = 5
_SEGMENTS_SHOWN = 4


@dataclass(frozen=True, kw_only=True)
class OverviewPage(Page):
    """The overview; what is still being computed is None."""

    template: ClassVar[str] = "overview.html"
    room: ClassVar[str] = "overview"

    held: Held
    lately: Lately | None
    gaps: GapsNow | None
    calls: dict[str, Call]
    """The calls of what is quoted, by id."""
    trend: Sparkline | None
    is_busy: bool
    n_moves: int = _MOVES_SHOWN
    n_most_said: int = _MOST_SAID_SHOWN
    n_segments: int = _SEGMENTS_SHOWN
    enough_calls: int = ENOUGH_CALLS


@router.get("/")
def show(request: Request, desk: DeskDep) -> Response:
    """Show the overview; an address with a question leads to the search."""
    if request.query_params:
        return RedirectResponse(f"{urls.search()}?{request.url.query}", 307)
    return _page(desk)


def _page(desk: DeskDep) -> HTMLResponse:
    found = read_overview(desk)
    lately, gaps = found.lately, found.gaps
    moves = [*lately.new[:_MOVES_SHOWN], *lately.rising[:_MOVES_SHOWN]] if lately else []
    quoted = [one.quote.call for one in moves if one.quote] + [one.call for one in (lately.quotes if lately else ())]
    with desk.toolkit.store.read() as tx:
        calls = tx.calls.by_ids(quoted)
    points = [point.coverage.share for point in gaps.trend] if gaps else []
    return answer(
        OverviewPage(
            held=found.held,
            lately=lately,
            gaps=gaps,
            calls=calls,
            trend=sparkline(points) if len(points) > 1 else None,
            is_busy=lately is None or gaps is None,
        )
    )
