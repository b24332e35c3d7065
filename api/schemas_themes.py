"""What goes over the wire about themes beside their counts: what became of them, trends and chosen quotes."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict

from api.schemas import MomentOut
from pipeline.insights.theme_quotes import RULE, ChosenQuote
from pipeline.insights.theme_trends import FALSE_SHARE, Trend


class _Read(BaseModel):
    model_config = ConfigDict(from_attributes=True, frozen=True)


class ThemeEventOut(_Read):
    """What became of a theme; a break (no theme) is a change of how themes are found."""

    at: datetime
    kind: str
    theme: str | None
    other: str | None
    n_moments: int | None


class ShareOut(_Read):
    """A count out of a number, with its 95 % interval (Wilson)."""

    n: int
    out_of: int
    value: float | None
    low: float
    high: float


class WeekOut(_Read):
    """One theme in the week that starts on this Monday; `uncovered` are moments of the week in no theme."""

    start: date
    calls: ShareOut
    accounts: ShareOut
    deals: ShareOut
    uncovered: ShareOut


class TrendOut(_Read):
    """One theme over the weeks; `direction` is told at the false-discovery rate given."""

    theme: str
    direction: str | None
    p_value: float | None
    n_undated: int
    weeks: list[WeekOut]
    false_discovery_rate: float = FALSE_SHARE


class ChosenQuoteOut(BaseModel):
    """A quote of a theme and what it was chosen as."""

    role: str
    moment: MomentOut


class ThemeStoryOut(BaseModel):
    """What is told of a theme beside its moments."""

    pinned: bool
    warning: str | None
    trend: TrendOut
    quotes: list[ChosenQuoteOut]
    rule: str = RULE
    events: list[ThemeEventOut]


def trend_out(trend: Trend) -> TrendOut:
    """Return a trend as it goes over the wire."""
    return TrendOut.model_validate(trend)


def quotes_out(chosen: list[ChosenQuote]) -> list[ChosenQuoteOut]:
    """Return chosen quotes as they go over the wire."""
    return [ChosenQuoteOut(role=quote.role, moment=MomentOut.model_validate(quote.moment)) for quote in chosen]


class NewLabel(BaseModel):
    """A name for a theme."""

    model_config = ConfigDict(extra="forbid")

    label: str
