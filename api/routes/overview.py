"""What customers said lately, at a glance."""

from __future__ import annotations

from fastapi import APIRouter

from api.desk import DeskDep
from api.overview_reading import Overview, read_overview
from api.schemas_overview import CoveragePointOut, HeldOut, LatelyOut, OverviewOut, PartOut, TopGapOut
from pipeline.gap_desk import GapCase

router = APIRouter(tags=["readings"])


@router.get("/overview")
def get_overview(desk: DeskDep) -> OverviewOut:
    """Return new and rising themes, the gaps that touch most, coverage with its trend, and what the sample lacks."""
    found = read_overview(desk, patient=True)
    return _out(found)


def _out(found: Overview) -> OverviewOut:
    # A patient reading leaves nothing open.
    assert found.lately is not None and found.gaps is not None
    return OverviewOut(
        held=HeldOut.of(found.held),
        lately=LatelyOut.of(found.lately),
        gaps=[_gap(case) for case in found.gaps.top],
        open_gaps=found.gaps.n_open,
        overdue_gaps=found.gaps.n_overdue,
        coverage=PartOut.of_part(found.gaps.coverage),
        trend=[CoveragePointOut.of(point) for point in found.gaps.trend],
    )


def _gap(case: GapCase) -> TopGapOut:
    return TopGapOut(
        theme=case.gap.theme,
        label=case.gap.label,
        status=case.gap.status,
        calls=PartOut.of_part(case.weight.calls),
        owner=case.work.owner if case.work else "",
        due=case.work.due if case.work else None,
        is_overdue=case.is_overdue,
    )
