"""The review of a period: one report that sales and marketing read together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, ClassVar

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from api.desk import DeskDep
from api.pages.page import Page, answer
from api.report.html import render_blocks
from api.review_forms import period_of
from pipeline.errors import BadInput

router = APIRouter()


@dataclass(frozen=True, kw_only=True)
class ReviewPage(Page):
    """A period, as one report."""

    template: ClassVar[str] = "review.html"
    room: ClassVar[str] = "review"

    title: str
    subtitle: str
    body: Markup
    since: str
    until: str
    query: list[tuple[str, str]]
    is_busy: bool
    """Whether collateral is still compared."""


@router.get("/review")
def show(
    desk: DeskDep,
    month: str = "",
    since: Annotated[str, Query(alias="from")] = "",
    until: Annotated[str, Query(alias="to")] = "",
) -> HTMLResponse:
    """Show the review."""
    today, first, last = datetime.now(UTC).date(), _day(since), _day(until)
    with desk.toolkit.store.read() as tx:
        period = period_of(tx, month, first, last, today)
        paper = desk.reviews.of((period.since, period.until)).soon(tx)
    page = ReviewPage(
        title=paper.report.title if paper else "Review",
        subtitle=paper.report.subtitle if paper else "",
        body=render_blocks(paper.report) if paper else Markup(),
        since=period.since.isoformat(),
        until=period.until.isoformat(),
        query=[("from", period.since.isoformat()), ("to", period.until.isoformat())],
        is_busy=paper is None,
    )
    return answer(page)


def _day(given: str) -> date | None:
    try:
        return date.fromisoformat(given) if given else None
    except ValueError as error:
        raise BadInput(f"{given!r} is no day; write it as 2026-10-31.") from error
