"""The objection guide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from api.desk import DeskDep
from api.pages.page import Page, answer
from api.wording import CATEGORY_WORDS
from pipeline.insights.guides import Guide, build_guide
from pipeline.records import Call, Theme

router = APIRouter()


@dataclass(frozen=True, kw_only=True)
class GuidePage(Page):
    """The guide to all objections, or to those of one theme or category."""

    template: ClassVar[str] = "guide.html"
    room: ClassVar[str] = "guide"

    guide: Guide
    theme: Theme | None
    category: str
    categories: list[tuple[str, str]]
    calls: dict[str, Call]
    is_busy: bool
    """Whether collateral is still compared, or answers judged; the advice, or how answers were taken, is missing."""


@router.get("/guide")
def show(desk: DeskDep, theme: str = "", category: str = "") -> HTMLResponse:
    """Show the guide."""
    with desk.toolkit.store.read() as tx:
        gaps, handlings = desk.gaps.soon(tx), desk.handlings.soon(tx)
        page = GuidePage(
            guide=build_guide(tx, theme=theme or None, category=category or None, gaps=gaps or (), handlings=handlings),
            is_busy=gaps is None or handlings is None,
            theme=tx.themes.get(theme) if theme else None,
            category=category,
            categories=list(CATEGORY_WORDS.items()),
            calls={call.id: call for call in tx.calls.all()},
        )
    return answer(page)
