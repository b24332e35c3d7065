"""Readings of all calls: themes and the objection guide."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Response

from api.desk import DeskDep
from api.envelopes import MomentPage, RefreshedOut, ThemeDetailOut, ThemePage
from api.filters import Confidence, WhereDep
from api.narrowing import themes_within
from api.paging import PartDep
from api.schemas import MomentOut, ThemeOut
from pipeline.confidence import at_least
from pipeline.insights.guide_text import render_guide
from pipeline.insights.guides import build_guide
from pipeline.insights.theme_reading import refresh_themes, theme_moments, uncovered_share

router = APIRouter(tags=["readings"])
_GUIDE_TYPES = {"md": "text/markdown", "html": "text/html", "json": "application/json"}
_GUIDE_CONTENT: dict[str, dict[str, str]] = {name: {} for name in _GUIDE_TYPES.values()}


@router.get("/themes")
def list_themes(desk: DeskDep, where: WhereDep, part: PartDep) -> ThemePage:
    """List what customers keep saying, the themes of most calls first."""
    with desk.toolkit.store.read() as tx:
        themes = themes_within(tx, where)
        medoids = tx.moments.by_ids([theme.medoid for theme in part.of(themes)])
    items = [ThemeOut.of(theme, medoids.get(theme.medoid)) for theme in part.of(themes)]
    return ThemePage(items=items, total=len(themes), next=part.next(len(themes)))


@router.post("/themes/refresh")
def refresh(desk: DeskDep) -> RefreshedOut:
    """Find the themes anew; a theme that is found again keeps its id and its name."""
    refresh_themes(desk.toolkit.store, desk.toolkit.encoder, force=True)
    with desk.toolkit.store.read() as tx:
        return RefreshedOut(themes=len(tx.themes.all()), uncovered_share=round(uncovered_share(tx), 4))


@router.get("/themes/{theme}")
def get_theme(desk: DeskDep, theme: str) -> ThemeDetailOut:
    """Return a theme with its moments, the most typical first."""
    with desk.toolkit.store.read() as tx:
        held, moments = tx.themes.get(theme), theme_moments(tx, theme)
        medoid = tx.moments.by_ids([held.medoid]).get(held.medoid)
    return ThemeDetailOut(
        theme=ThemeOut.of(held, medoid), moments=[MomentOut.model_validate(moment) for moment in moments]
    )


@router.get("/themes/{theme}/moments")
def list_moments_of_theme(desk: DeskDep, theme: str, part: PartDep, confidence: Confidence = "") -> MomentPage:
    """List the moments of a theme, the most typical first."""
    with desk.toolkit.store.read() as tx:
        moments = at_least(theme_moments(tx, theme), confidence or "possible").shown
    items = [MomentOut.model_validate(moment) for moment in part.of(moments)]
    return MomentPage(items=items, total=len(moments), next=part.next(len(moments)))


@router.get("/guide", response_class=Response, responses={200: {"content": _GUIDE_CONTENT}})
def get_guide(
    desk: DeskDep,
    theme: str = "",
    category: str = "",
    format: Literal["json", "md", "html"] = "json",  # noqa: A002  the word of the contract
) -> Response:
    """Return the objection guide; Markdown and HTML come as files to keep."""
    with desk.toolkit.store.read() as tx:
        gaps, handlings = desk.gaps.now(tx), desk.handlings.now(tx)
        guide = build_guide(tx, theme=theme or None, category=category or None, gaps=gaps, handlings=handlings)
    headers = {} if format == "json" else {"Content-Disposition": f'attachment; filename="objection-guide.{format}"'}
    return Response(render_guide(guide, format), headers=headers, media_type=_GUIDE_TYPES[format])
