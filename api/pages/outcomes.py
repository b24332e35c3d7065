"""How deals ended, by what customers raised and by how reps replied."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from api.desk import DeskDep
from api.outcome_words import ENDED_WORDS, points, scope_words, verdict, within_words
from api.pages.page import Page, answer
from pipeline.insights.outcomes import FALSE_SHARE, Association, Contrast, Outcomes, read_outcomes
from pipeline.records import Call, Moment

router = APIRouter()


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
    moments: dict[str, Moment]
    calls: dict[str, Call]
    ended: dict[str, str]
    false_share: float
    is_busy: bool


@router.get("/outcomes")
def show(desk: DeskDep, by: Literal["theme", "answer"] = "theme", factor: str = "") -> HTMLResponse:
    """Show outcomes by theme or by answer: what may be said first, and what could be chance in a table."""
    with desk.toolkit.store.read() as tx:
        handlings = desk.handlings.soon(tx) if by == "answer" else None
        is_busy = by == "answer" and handlings is None
        found = None if is_busy else read_outcomes(tx, handlings)
        held = found.associations if found else ()
        told = [one for one in held if (one.factor == factor if factor else _is_told(one))]
        page = OutcomesPage(
            by=by,
            found=found,
            scope=scope_words(found) if found else "",
            lines=[_lines(one) for one in told],
            others=[] if factor else [_lines(one) for one in held if not _is_told(one)],
            factor=factor,
            moments=tx.moments.by_ids([name for one in told for deal in one.deals for name in deal.moments]),
            calls={call.id: call for call in tx.calls.all()},
            ended=ENDED_WORDS,
            false_share=FALSE_SHARE,
            is_busy=is_busy,
        )
    return answer(page)


def _is_told(one: Association) -> bool:
    return any(contrast.is_associated for contrast in one.contrasts)


def _lines(one: Association) -> tuple[Association, list[Line]]:
    return one, [_line(contrast) for contrast in one.contrasts]


def _line(contrast: Contrast) -> Line:
    ended = ENDED_WORDS[contrast.outcome]
    return Line(contrast, ended, points(contrast.difference), verdict(contrast), within_words(contrast))
