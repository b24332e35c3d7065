"""The overview on the wire."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel

from api.schemas import MomentOut
from pipeline.insights.gap_weight import Part
from pipeline.insights.theme_trends import Share
from pipeline.overview import Held, Lately
from pipeline.review import CoveragePoint, Movement


class PartOut(BaseModel):
    """So much of so much."""

    n: float
    of: float

    @classmethod
    def of_part(cls, part: Part) -> PartOut:
        """Return a part."""
        return cls(n=part.n, of=part.of)

    @classmethod
    def of_share(cls, share: Share) -> PartOut:
        """Return a share."""
        return cls(n=share.n, of=share.out_of)


class MovementOut(BaseModel):
    """A theme lately and before: calls that speak of it, of all calls."""

    theme: str
    label: str
    is_new: bool
    direction: str | None
    now: PartOut
    before: PartOut
    quote: MomentOut | None

    @classmethod
    def of(cls, movement: Movement) -> MovementOut:
        """Return a movement."""
        return cls(
            theme=movement.theme,
            label=movement.label,
            is_new=movement.is_new,
            direction=movement.direction,
            now=PartOut.of_share(movement.now),
            before=PartOut.of_share(movement.before),
            quote=None if movement.quote is None else MomentOut.model_validate(movement.quote),
        )


class TopGapOut(BaseModel):
    """A gap that touches most, and who closes it by when."""

    theme: str
    label: str
    status: str
    calls: PartOut
    owner: str
    due: date | None
    is_overdue: bool


class CoveragePointOut(BaseModel):
    """Coverage at the end of a week or month."""

    label: str
    day: date
    coverage: PartOut

    @classmethod
    def of(cls, point: CoveragePoint) -> CoveragePointOut:
        """Return a point."""
        return cls(label=point.label, day=point.day, coverage=PartOut.of_part(point.coverage))


class LackOut(BaseModel):
    """How many calls lack a metadata field, or (`customer`) a speaker who is known to be the customer."""

    what: str
    calls: int


class SegmentOut(BaseModel):
    """A segment with few calls."""

    segment: str
    calls: int


class HeldOut(BaseModel):
    """What the sample is, and what it lacks."""

    calls: int
    accounts: int
    hours: float
    moments: int
    themes: int
    documents: int
    lacking: list[LackOut]
    failed: int
    thin_segments: list[SegmentOut]
    last_added_at: datetime | None
    last_added_calls: int

    @classmethod
    def of(cls, held: Held) -> HeldOut:
        """Return what is held."""
        last = held.last_added
        return cls(
            calls=held.n_calls,
            accounts=held.n_accounts,
            hours=round(held.hours, 4),
            moments=held.n_moments,
            themes=held.n_themes,
            documents=held.n_documents,
            lacking=[LackOut(what=what, calls=n) for what, n in held.lacking],
            failed=held.n_failed,
            thin_segments=[SegmentOut(segment=value, calls=n) for value, n in held.thin_segments],
            last_added_at=None if last is None else last.at,
            last_added_calls=0 if last is None else last.n,
        )


class LatelyOut(BaseModel):
    """What was said in the thirty days that end with the latest dated call."""

    since: date
    until: date
    calls: int
    accounts: int
    movements: list[MovementOut]
    quotes: list[MomentOut]
    uncovered_share: float

    @classmethod
    def of(cls, lately: Lately) -> LatelyOut:
        """Return what was said lately."""
        return cls(
            since=lately.period.since,
            until=lately.period.until,
            calls=lately.n_calls,
            accounts=lately.n_accounts,
            movements=[MovementOut.of(one) for one in lately.movements],
            quotes=[MomentOut.model_validate(one) for one in lately.quotes],
            uncovered_share=round(lately.uncovered_share, 4),
        )


class OverviewOut(BaseModel):
    """What customers said lately, the gaps that touch most, coverage with its trend, and what the sample lacks."""

    held: HeldOut
    lately: LatelyOut
    gaps: list[TopGapOut]
    open_gaps: int
    overdue_gaps: int
    coverage: PartOut
    trend: list[CoveragePointOut]
