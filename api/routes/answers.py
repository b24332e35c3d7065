"""What became of objections: the rep's reply, whether it answered, how the customer took it, whether it came back."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter

from api.desk import DeskDep
from api.filters import MomentFilter
from api.paging import PartDep
from api.schemas_answers import AnswerOut, AnswerPage

router = APIRouter(tags=["answers"])


@router.get("/answers")
def list_answers(desk: DeskDep, within: MomentFilter, part: PartDep) -> AnswerPage:
    """List objections by their place in the calls, each with what became of it; other kinds give none."""
    objections = "objection" in (within.kinds or ("objection",))
    wanted = replace(within, kinds=("objection",))
    with desk.toolkit.store.read() as tx:
        total = tx.moments.count(wanted) if objections else 0
        chosen = (
            tx.moments.select(wanted, limit=part.limit + 1, offset=part.offset, after=part.last) if objections else []
        )
        handlings = desk.handlings.now(tx)
    return AnswerPage(
        items=[AnswerOut.of(handlings[moment.id]) for moment in chosen[: part.limit]],
        total=total,
        next=part.next_after(chosen, lambda moment: moment.id),
    )
