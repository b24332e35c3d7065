"""What is held, in numbers, and whether the store answers."""

from __future__ import annotations

from fastapi import APIRouter

from api.desk import DeskDep
from api.envelopes import FactsOut, HealthOut
from api.filters import WhereDep
from pipeline.insights.theme_reading import uncovered_share
from pipeline.records import PhraseFilter

router = APIRouter(tags=["facts"])


@router.get("/facts")
def get_facts(desk: DeskDep, where: WhereDep) -> FactsOut:
    """Return what is held, in numbers; `where` narrows calls, accounts, hours and moments."""
    with desk.toolkit.store.read() as tx:
        calls = tx.calls.all(where)
        return FactsOut(
            calls=len(calls),
            accounts=len({str(call.metadata["account"]) for call in calls if call.metadata.get("account")}),
            hours=round(sum(call.duration_s or 0 for call in calls) / 3600, 4),
            moments=tx.moments.count(PhraseFilter(where=where, moments_only=True)),
            themes=tx.themes.count(),
            documents=len(tx.collateral.all()),
            uncovered_share=round(uncovered_share(tx), 4),
        )


@router.get("/health")
def get_health(desk: DeskDep) -> HealthOut:
    """Return "ok" if the store answers."""
    with desk.toolkit.store.read() as tx:
        tx.calls.count()
    return HealthOut(status="ok")
