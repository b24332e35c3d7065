"""What is told of a theme beside its moments, and what people decide about it."""

from __future__ import annotations

from fastapi import APIRouter

from api.desk import DeskDep
from api.schemas import ThemeOut
from api.schemas_themes import NewLabel, ThemeEventOut, ThemeStoryOut, TrendOut, quotes_out, trend_out
from pipeline.insights.theme_quotes import choose_quotes
from pipeline.insights.theme_reading import theme_moments
from pipeline.insights.theme_trends import concentration, read_trends
from pipeline.theme_edits import rename_theme

router = APIRouter(tags=["readings"])


@router.get("/theme-trends")
def list_trends(desk: DeskDep) -> list[TrendOut]:
    """List the share of calls, accounts and deals of every theme per week, and which themes rise or fall."""
    with desk.toolkit.store.read() as tx:
        return [trend_out(trend) for trend in read_trends(tx).values()]


@router.get("/theme-events")
def list_events(desk: DeskDep) -> list[ThemeEventOut]:
    """List which themes were born, ended, split off or merged, and when how they are found changed; latest first."""
    with desk.toolkit.store.read() as tx:
        return [ThemeEventOut.model_validate(event) for event in tx.themes.events()]


@router.get("/themes/{theme}/story")
def get_story(desk: DeskDep, theme: str) -> ThemeStoryOut:
    """Return a theme's trend, what became of it, the quotes that stand for it, and who makes much of it."""
    with desk.toolkit.store.read() as tx:
        tx.themes.get(theme)
        moments = theme_moments(tx, theme)
        account = concentration(moments)
        return ThemeStoryOut(
            pinned=theme in tx.themes.pinned(),
            warning=account.warning if account else None,
            trend=trend_out(read_trends(tx)[theme]),
            quotes=quotes_out(choose_quotes(theme, moments)),
            events=[ThemeEventOut.model_validate(event) for event in tx.themes.events(theme)],
        )


@router.put("/themes/{theme}/label")
def rename(desk: DeskDep, theme: str, new: NewLabel) -> ThemeOut:
    """Give a theme a name that stays."""
    with desk.toolkit.store.begin() as tx:
        rename_theme(tx, theme, new.label)
        return ThemeOut.of(tx.themes.get(theme))


@router.put("/themes/{theme}/pin")
def pin(desk: DeskDep, theme: str) -> ThemeOut:
    """Let a theme stay when themes are found anew."""
    with desk.toolkit.store.begin() as tx:
        tx.themes.set_pinned(theme, True)
        return ThemeOut.of(tx.themes.get(theme))


@router.delete("/themes/{theme}/pin")
def unpin(desk: DeskDep, theme: str) -> ThemeOut:
    """Let a theme change again when themes are found anew."""
    with desk.toolkit.store.begin() as tx:
        tx.themes.set_pinned(theme, False)
        return ThemeOut.of(tx.themes.get(theme))
