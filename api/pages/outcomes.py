"""How deals ended, by what customers raised and by how reps replied."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from api.desk import DeskDep
from api.outcome_words import ENDED_WORDS, points, scope_words, verdict, within_words
from api.pages.page import Page, answer
from api.paging import Part, PartDep
from pipeline.insights.outcomes import FALSE_SHARE, Association, Contrast, Outcomes
from pipeline.records import Call, Moment

router = APIRouter()
_SHOWN = 40
_DEALS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Line:
    """One outcome of a factor, in words."""

    contrast: Contrast
    ended: str
    points: str
    verdict: str
    within: list[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class OutcomesPage(Page):
    """Factors beside outcomes; None while answers are judged."""

    template: ClassVar[str] = "outcomes.html"
    room: ClassVar[str] = "themes"

    by: str
    found: Outcomes | None
    scope: str
    lines: list[tuple[Association, list[Line]]]
    """The one that was asked for, or those of which something may be said."""
    others: list[tuple[Association, list[Line]]]
    """Those that could be chance."""
    factor: str
    next: str | None
    """The cursor of the next page."""
    n_deals: int
    """How many deals of each are shown."""
    moments: dict[str, Moment]
    calls: dict[str, Call]
    ended: dict[str, str]
    false_share: float
    is_busy: bool


@router.get("/outcomes")
def show(desk: DeskDep, part: PartDep, by: Literal["theme", "answer"] = "theme", factor: str = "") -> HTMLResponse:
    """Show outcomes by theme or by answer: what may be said first, and what could be chance in a table."""
    with desk.toolkit.store.read() as tx:
        found = desk.outcomes.of(by).soon(tx)
        held = [one for one in (found.associations if found else ()) if factor in ("", one.factor)]
        held.sort(key=lambda one: not _is_told(one))
        page_of = Part(part.offset, _SHOWN)
        shown = page_of.of(held)
        told = [one for one in shown if factor or _is_told(one)]
        moments = tx.moments.by_ids(
            [name for one in told for deal in one.deals[:_DEALS_SHOWN] for name in deal.moments]
        )
        page = OutcomesPage(
            by=by,
            found=found,
            scope=scope_words(found) if found else "",
            lines=[_lines(one) for one in told],
            others=[] if factor else [_lines(one) for one in shown if not _is_told(one)],
            factor=factor,
            next=page_of.next(len(held)) if found else None,
            n_deals=_DEALS_SHOWN,
            moments=moments,
            calls=tx.calls.by_ids(moment.call for moment in moments.values()),
            ended=ENDED_WORDS,
            false_share=FALSE_SHARE,
            is_busy=found is None,
        )
    return answer(page)


def _is_told(one: Association) -> bool:
    return any(contrast.is_associated for contrast in one.contrasts)


def _lines(one: Association) -> tuple[Association, list[Line]]:
    return one, [_line(contrast) for contrast in one.contrasts]


def _line(contrast: Contrast) -> Line:
    ended = ENDED_WORDS[contrast.outcome]
    return Line(contrast, ended, points(contrast.difference), verdict(contrast), within_words(contrast))
