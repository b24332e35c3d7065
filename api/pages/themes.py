"""What customers keep saying: the list, and one theme with its quotes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse

from api import urls
from api.desk import DeskDep
from api.filters import Confidence, WhereDep
from api.narrowing import themes_within
from api.pages.choices import CallChoices, call_choices
from api.pages.page import Page, answer
from api.wording import CHOSEN_WORDS
from pipeline.confidence import Band, at_least, band_of, worth_showing
from pipeline.insights.theme_reading import refresh_themes, theme_moments, uncovered_share
from pipeline.records import Call, Gap, Moment, Theme
from pipeline.store.session import Transaction

router = APIRouter()


@dataclass(frozen=True, kw_only=True)
class ThemesPage(Page):
    """The themes, those of most calls first."""

    template: ClassVar[str] = "themes.html"
    room: ClassVar[str] = "themes"

    themes: list[Theme]
    quotes: dict[str, Moment]
    """The most typical moment of each theme, by the theme's id; a possible one only where none is likely."""
    n_calls: int
    uncovered_share: float
    choices: CallChoices


@router.get("/themes")
def list_themes(desk: DeskDep, where: WhereDep) -> HTMLResponse:
    """Show the themes."""
    with desk.toolkit.store.read() as tx:
        calls, themes = tx.calls.all(), themes_within(tx, where)
        page = ThemesPage(
            themes=themes,
            quotes=_quotes(tx, themes),
            n_calls=len(tx.calls.ids(where)),
            uncovered_share=uncovered_share(tx),
            choices=call_choices(calls, where),
        )
    return answer(page)


def _quotes(tx: Transaction, themes: Sequence[Theme]) -> dict[str, Moment]:
    typical = tx.moments.by_ids([theme.medoid for theme in themes])
    quotes = {theme.id: typical[theme.medoid] for theme in themes if theme.medoid in typical}
    for theme, moment in quotes.items():
        if band_of(moment.score) == "possible":
            quotes[theme] = worth_showing(theme_moments(tx, theme)).shown[0]
    return quotes


@router.post("/themes/refresh")
def refresh(desk: DeskDep) -> RedirectResponse:
    """Find the themes anew and go back to them."""
    refresh_themes(desk.toolkit.store, desk.toolkit.encoder, force=True)
    return RedirectResponse(urls.themes(), 303)


@dataclass(frozen=True, kw_only=True)
class ThemePage(Page):
    """One theme: its quotes by account, and what collateral says to it."""

    template: ClassVar[str] = "theme.html"
    room: ClassVar[str] = "themes"

    theme: Theme
    confidence: Band
    """Quotes are this sure or surer."""
    by_account: list[tuple[str | None, list[Moment]]]
    confidences: list[tuple[str, str]]
    n_shown: int
    n_left_out: int
    """The quotes that are less sure; the counts above hold them."""
    n_calls: int
    calls: dict[str, Call]
    gap: Gap | None
    is_busy: bool
    """Whether the comparison with collateral is still going on."""
    kinds: list[tuple[str, int]]
    has_objections: bool


@router.get("/themes/{theme}")
def show_theme(desk: DeskDep, theme: str, confidence: Confidence = "") -> HTMLResponse:
    """Show one theme, with its likely quotes or surer unless others are asked for; all, where none is likely."""
    with desk.toolkit.store.read() as tx:
        held, moments = tx.themes.get(theme), theme_moments(tx, theme)
        calls = {call.id: call for call in tx.calls.all()}
        gaps = desk.gaps.soon(tx)
    accounts: dict[str | None, list[Moment]] = defaultdict(list)
    kinds: dict[str, int] = defaultdict(int)
    chosen = at_least(moments, confidence) if confidence else worth_showing(moments)
    for moment in chosen.shown:
        accounts[moment.account].append(moment)
    for moment in moments:
        kinds[moment.kind] += 1
    page = ThemePage(
        theme=held,
        confidence=confidence or ("likely" if at_least(chosen.shown, "likely").shown else "possible"),
        confidences=list(CHOSEN_WORDS.items()),
        n_shown=len(chosen.shown),
        n_left_out=len(chosen.left_out),
        by_account=sorted(accounts.items(), key=lambda pair: (pair[0] is None, -len(pair[1]), pair[0] or "")),
        n_calls=len(calls),
        calls=calls,
        gap=next((gap for gap in gaps or () if gap.theme == theme), None),
        is_busy=gaps is None,
        kinds=sorted(kinds.items(), key=lambda pair: -pair[1]),
        has_objections="objection" in kinds,
    )
    return answer(page)
