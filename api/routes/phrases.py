"""What customers said: search, and moments one by one."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from api.desk import DeskDep
from api.envelopes import MomentPage
from api.filters import MomentFilter, SearchFilter
from api.paging import PartDep
from api.schemas import MomentOut
from api.schemas_search import SearchOut

router = APIRouter(tags=["phrases"])


@router.get("/search")
def search(
    desk: DeskDep,
    within: SearchFilter,
    q: Annotated[
        str, Query(description='What to look for, in any words; "in quotation marks" word for word.', max_length=1000)
    ],
    exact: Annotated[bool, Query(description="These very words, completely counted.")] = False,
    limit: Annotated[int, Query(ge=1, le=1000)] = 20,
) -> SearchOut:
    """Search what was said by meaning and by word; `where.<field>=value` keeps to calls with that metadata.

    A word that nobody says is also searched as the held word nearest to it, and `also_searched` says so. Of the first
    20 hits at most 2 are from one call and 4 from one account, as long as others answer nearly as well. What says the
    same is one hit, with its other places in `elsewhere`.
    """
    return SearchOut.of(desk.toolkit.search.search(q, within, limit=limit, exact=exact))


@router.get("/moments")
def list_moments(
    desk: DeskDep, within: MomentFilter, part: PartDep, order: Literal["call", "score"] = "call"
) -> MomentPage:
    """List moments by their place in the calls, or the surest first."""
    with desk.toolkit.store.read() as tx:
        total = tx.moments.count(within)
        moments = tx.moments.select(within, limit=part.limit + 1, offset=part.offset, order=order, after=part.last)
    items = [MomentOut.model_validate(moment) for moment in moments[: part.limit]]
    return MomentPage(items=items, total=total, next=part.next_after(moments, lambda moment: moment.id))


@router.get("/moments/{moment}")
def get_moment(desk: DeskDep, moment: str) -> MomentOut:
    """Return one moment."""
    with desk.toolkit.store.read() as tx:
        return MomentOut.model_validate(tx.moments.get(moment))
