"""The overview put together: readings that are kept, and counts that are quick."""

from __future__ import annotations

from dataclasses import dataclass

from api.desk import Desk
from pipeline.gap_desk import GapCase
from pipeline.gap_reading import GapReading
from pipeline.insights.gap_weight import Part
from pipeline.overview import Held, Lately
from pipeline.review import CoveragePoint, coverage_trend
from pipeline.store.session import Transaction

TOP_GAPS = 5


@dataclass(frozen=True, slots=True)
class GapsNow:
    """How gaps stand: those that touch most, the work that is open, and how coverage went."""

    top: tuple[GapCase, ...]
    n_open: int
    n_overdue: int
    coverage: Part
    trend: tuple[CoveragePoint, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything of the overview; what is still being computed is None."""

    held: Held
    lately: Lately | None
    gaps: GapsNow | None


def read_overview(desk: Desk, *, patient: bool = False) -> Overview:
    """Return the overview; with `patient` it waits for everything, however long that takes."""
    reading = _noted(desk, patient=patient)
    with desk.toolkit.store.read() as tx:
        return Overview(
            held=desk.held.now(tx),
            lately=desk.lately.now(tx) if patient else desk.lately.soon(tx),
            gaps=None if reading is None else _gaps(desk, tx, patient=patient),
        )


def _noted(desk: Desk, *, patient: bool) -> GapReading | None:
    with desk.toolkit.store.read() as tx:
        if not patient:
            reading = desk.gaps.reading_soon(tx)
            return reading if reading is not None and desk.gaps.history_soon(tx) else None
        reading = desk.gaps.reading(tx)
    desk.gaps.keep_history(reading)
    return reading


def _gaps(desk: Desk, tx: Transaction, *, patient: bool) -> GapsNow | None:
    found = desk.gaps.desk(tx) if patient else desk.gaps.desk_soon(tx)
    if found is None:
        return None
    return GapsNow(
        top=tuple(found.gaps[:TOP_GAPS]),
        n_open=len(found.gaps),
        n_overdue=len(found.overdue),
        coverage=found.coverage,
        trend=tuple(coverage_trend(tx.gap_work.snapshots())),
    )
