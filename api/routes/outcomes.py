"""Outcomes of deals by theme and by answer."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter

from api.desk import DeskDep
from api.schemas_outcomes import OutcomesOut, outcomes_out
from pipeline.insights.outcomes import read_outcomes

router = APIRouter(tags=["readings"])


@router.get("/outcomes")
def get_outcomes(desk: DeskDep, by: Literal["theme", "answer"] = "theme") -> OutcomesOut:
    """Return how closed deals ended with and without each theme, or each way of answering; never a cause."""
    with desk.toolkit.store.read() as tx:
        found = read_outcomes(tx) if by == "theme" else read_outcomes(tx, desk.handlings.now(tx))
    return outcomes_out(found)
