"""Readings of all calls: themes and gaps."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter

from api.desk import DeskDep
from api.envelopes import GapPage, MomentPage, RefreshedOut, ThemeDetailOut, ThemePage
from api.filters import Confidence, WhereDep
from api.narrowing import gaps_within, themes_within
from api.paging import PartDep
from api.schemas import GapOut, MomentOut, ThemeOut
from api.schemas_coverage import MomentCoverageOut, MomentCoveragePage
from pipeline.collateral.records import GapStatus
from pipeline.confidence import at_least
from pipeline.insights.objection_coverage import cover_objections
from pipeline.insights.theme_reading import refresh_themes, theme_moments, uncovered_share

router = APIRouter(tags=["readings"])


@router.get("/themes")
def list_themes(desk: DeskDep, where: WhereDep, part: PartDep) -> ThemePage:
    """List what customers keep saying, the themes of most calls first."""
    with desk.toolkit.store.read() as tx:
        themes = themes_within(tx, where)
        chosen, cursor = part.page(themes, lambda theme: theme.id)
        medoids = tx.moments.by_ids([theme.medoid for theme in chosen])
    items = [ThemeOut.of(theme, medoids.get(theme.medoid)) for theme in chosen]
    return ThemePage(items=items, total=len(themes), next=cursor)


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
    chosen, cursor = part.page(moments, lambda moment: moment.id)
    items = [MomentOut.model_validate(moment) for moment in chosen]
    return MomentPage(items=items, total=len(moments), next=cursor)


@router.get("/gaps")
def list_gaps(desk: DeskDep, where: WhereDep, part: PartDep, status: GapStatus | Literal[""] = "") -> GapPage:
    """List what collateral does not answer, the most urgent first, and at the end what it does."""
    with desk.toolkit.store.read() as tx:
        gaps = gaps_within(tx, desk.gaps.now(tx), where)
    chosen = [gap for gap in gaps if status in ("", gap.status)]
    items, cursor = part.page(chosen, lambda gap: gap.theme)
    return GapPage(items=[GapOut.of(gap) for gap in items], total=len(chosen), next=cursor)


@router.get("/gaps/objections")
def list_objections(desk: DeskDep, part: PartDep, status: GapStatus | Literal[""] = "") -> MomentCoveragePage:
    """List each objection beside collateral by itself, the least answered first."""
    with desk.toolkit.store.read() as tx:
        covered = cover_objections(tx, desk.toolkit.answer_judge)
    chosen = [one for one in covered if status in ("", one.status)]
    items, cursor = part.page(chosen, lambda one: one.moment.id)
    return MomentCoveragePage(items=[MomentCoverageOut.of(one) for one in items], total=len(chosen), next=cursor)
