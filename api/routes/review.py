"""The review of a period as a file."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response

from api.desk import DeskDep
from api.review_forms import TYPES, make_review, render_review

router = APIRouter(tags=["readings"])
_CONTENT: dict[str, dict[str, str]] = {media_type.split(";")[0]: {} for media_type in TYPES.values()}
Month = Annotated[str, Query(pattern=r"^(\d{4}-\d{2})?$", description="Such as 2026-10; the latest month by default.")]
Since = Annotated[date | None, Query(alias="from", description="The first day.")]
Until = Annotated[date | None, Query(alias="to", description="The last day.")]
AsOf = Annotated[date | None, Query(description="The day that “overdue” is reckoned for; today by default.")]


@router.get("/review", response_class=Response, responses={200: {"content": _CONTENT}})
def get_review(
    desk: DeskDep,
    request: Request,
    month: Month = "",
    since: Since = None,
    until: Until = None,
    as_of: AsOf = None,
    format: Literal["json", "html", "md", "pdf", "docx"] = "json",  # noqa: A002  the word of the contract
) -> Response:
    """Return what sales and marketing read together; 409 if a quote is not what its transcript says."""
    with desk.toolkit.store.read() as tx:
        reading = desk.gaps.reading(tx)
    today, server = as_of or datetime.now(UTC).date(), str(request.base_url)
    paper = make_review(desk.toolkit, today, month=month, since=since, until=until, reading=reading, server=server)
    headers = {} if format == "json" else {"Content-Disposition": f'attachment; filename="review.{format}"'}
    return Response(render_review(paper, format), headers=headers, media_type=TYPES[format])
