"""Readings of all calls: themes."""

from __future__ import annotations

from fastapi import APIRouter

from api.desk import DeskDep
from api.envelopes import MomentPage, RefreshedOut, ThemeDetailOut, ThemePage
from api.filters import Confidence, WhereDep
from api.narrowing import ranked_themes, read_themes
from api.paging import PartDep
from api.schemas import MomentOut, ThemeOut
from pipeline.confidence import at_least
from pipeline.insights.theme_reading import refresh_themes, theme_moments, uncovered_share

router = APIRouter(tags=["readings"])


@router.get("/themes")
def list_themes(desk: DeskDep, where: WhereDep, part: PartDep) -> ThemePage:
    """List what customers keep saying, the themes of most calls first."""
    with desk.toolkit.store.read() as tx:
        ranked = ranked_themes(tx, where)
        ids, cursor = part.page(list(ranked), str)
        chosen = read_themes(tx, ranked, ids)
        medoids = tx.moments.by_ids([theme.medoid for theme in chosen])
    items = [ThemeOut.of(theme, medoids.get(theme.medoid)) for theme in chosen]
    return ThemePage(items=items, total=len(ranked), next=cursor)


@router.post("/themes/refresh")
def refresh(desk: DeskDep) -> RefreshedOut:
    """Find the themes anew; a theme that is found again keeps its id and its name."""
    refresh_themes(desk.toolkit.store, desk.toolkit.encoder, desk.toolkit.matter_encoder, force=True)
    with desk.toolkit.store.read() as tx:
        return RefreshedOut(themes=tx.themes.count(), uncovered_share=round(uncovered_share(tx), 4))


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
    chosen, cursor = part.page(moments, lambda moment: moment.id)
    items = [MomentOut.model_validate(moment) for moment in chosen]
    return MomentPage(items=items, total=len(moments), next=cursor)
