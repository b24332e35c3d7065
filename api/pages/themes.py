"""What customers keep saying: the list, and one theme with its quotes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Annotated, ClassVar

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from api import urls
from api.desk import DeskDep
from api.filters import Confidence, WhereDep
from api.narrowing import themes_within
from api.outcome_words import theme_line
from api.pages.choices import CallChoices, held_choices
from api.pages.page import Page, answer
from api.paging import Part, PartDep
from api.theme_charts import (
    CHART_HEIGHT,
    CHART_WIDTH,
    MAP_HEIGHT,
    MAP_WIDTH,
    Spot,
    TrendChart,
    theme_map,
    trend_chart,
)
from api.wording import CHOSEN_WORDS
from pipeline.collateral.records import Gap
from pipeline.confidence import Band, at_least, band_of, worth_showing
from pipeline.insights.theme_quotes import RULE, ChosenQuote, choose_quotes
from pipeline.insights.theme_reading import refresh_themes, theme_moments
from pipeline.insights.theme_trends import NO_TREND, Trend, Week, concentration
from pipeline.records import Call, Moment, Theme
from pipeline.store.sample import ChosenCalls
from pipeline.store.session import Transaction
from pipeline.theme_edits import rename_theme
from pipeline.theme_events import ThemeEvent

router = APIRouter()
_NEWS_SHOWN = 8
_SHOWN = 48
_ON_MAP = 120
"""Of more themes than these the largest are on the map."""
_WEEKS_SHOWN = 13
_QUOTES_SHOWN = 40


@dataclass(frozen=True, kw_only=True)
class ThemesPage(Page):
    """The themes, those of most calls first."""

    template: ClassVar[str] = "themes.html"
    room: ClassVar[str] = "themes"

    themes: list[Theme]
    quotes: dict[str, Moment]
    """The most typical moment of each theme, by the theme's id; a possible one only where none is likely."""
    broad: list[tuple[str, list[Theme]]]
    """The themes by the label of their broad theme, in the order of their first."""
    trends: dict[str, Trend]
    news: list[ThemeEvent]
    labels: dict[str, str]
    n_calls: int
    uncovered_share: float | None
    n_themes: int
    next: list[tuple[str, str]] | None
    """The address's pairs of the next page."""
    is_busy: bool
    """Whether trends are still computed."""
    choices: CallChoices
    spots: list[Spot]
    """The themes on the map; it is drawn from three on."""
    map_size: tuple[int, int] = (MAP_WIDTH, MAP_HEIGHT)


@router.get("/themes")
def list_themes(request: Request, desk: DeskDep, where: WhereDep, part: PartDep) -> HTMLResponse:
    """Show the themes."""
    with desk.toolkit.store.read() as tx:
        shown = Part(part.offset, _SHOWN)
        # The map is on the first page alone.
        largest, n_themes = themes_within(tx, where, start=shown.offset, most=_SHOWN if shown.offset else _ON_MAP)
        themes = largest[:_SHOWN]
        trends, news = desk.trends.soon(tx), tx.themes.events(most=_NEWS_SHOWN)
        cursor = shown.next(n_themes)
        kept = [(name, value) for name, value in request.query_params.multi_items() if name not in ("cursor", "limit")]
        page = ThemesPage(
            themes=themes,
            quotes=_quotes(tx, themes),
            broad=_by_broad(themes),
            n_themes=n_themes,
            trends=trends or {theme.id: NO_TREND for theme in largest},
            is_busy=trends is None,
            next=None if cursor is None else [*kept, ("cursor", cursor)],
            news=news,
            labels=_labels(tx, news),
            n_calls=tx.sample.count(ChosenCalls(where)),
            uncovered_share=desk.uncovered.soon(tx),
            choices=held_choices(tx, where),
            spots=[] if shown.offset else theme_map(largest),
        )
    return answer(page)


def _by_broad(themes: Sequence[Theme]) -> list[tuple[str, list[Theme]]]:
    """Gather themes of one broad theme; those that are alone in theirs come last, under no name."""
    gathered: dict[str, list[Theme]] = defaultdict(list)
    for theme in themes:
        gathered[theme.broad or theme.id].append(theme)
    named = {theme.id: theme.label for theme in themes}
    several = [(named.get(key, own[0].broad_label or ""), own) for key, own in gathered.items() if len(own) > 1]
    alone = [own[0] for own in gathered.values() if len(own) == 1]
    return [*several, ("", alone)] if alone else several


def _labels(tx: Transaction, events: Sequence[ThemeEvent], *others: str | None) -> dict[str, str]:
    """Return the labels of the themes that events name, as far as they are held, and of others."""
    named = {one for event in events for one in (event.theme, event.other)} | set(others)
    held = tx.themes.by_ids(name for name in named if name)
    return {name: theme.label for name, theme in held.items()}


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
    refresh_themes(desk.toolkit.store, desk.toolkit.encoder, desk.toolkit.matter_encoder, force=True)
    return RedirectResponse(urls.themes(), 303)


@dataclass(frozen=True, kw_only=True)
class ThemePage(Page):
    """One theme: its quotes by account, and what collateral says to it."""

    template: ClassVar[str] = "theme.html"
    room: ClassVar[str] = "themes"

    theme: Theme
    confidence: Band
    """Quotes are this sure or surer."""
    by_account: list[tuple[str | None, int, list[Moment]]]
    """An account, how many quotes it has, and those on this page."""
    next: list[tuple[str, str]] | None
    """The address's pairs of the next page of quotes."""
    n_before: int
    """Quotes on the pages before."""
    n_on_page: int
    confidences: list[tuple[str, str]]
    n_shown: int
    n_left_out: int
    """The quotes that are less sure; the counts above hold them."""
    n_calls: int
    calls: dict[str, Call]
    gap: Gap | None
    is_busy: bool
    """Whether the comparison with collateral is still going on."""
    is_counting: bool
    """Whether the weeks are still counted."""
    kinds: Sequence[tuple[str, int]]
    has_objections: bool
    trend: Trend
    weeks: list[Week]
    """The latest weeks with a call."""
    chart: TrendChart | None
    chart_size: tuple[int, int] = (CHART_WIDTH, CHART_HEIGHT)
    warning: str | None
    chosen: list[ChosenQuote]
    rule: str
    events: list[ThemeEvent]
    labels: dict[str, str]
    is_pinned: bool
    ended: str
    """How the deals that raised it ended, in a line."""


@router.get("/themes/{theme}")
def show_theme(desk: DeskDep, theme: str, part: PartDep, confidence: Confidence = "") -> HTMLResponse:
    """Show one theme, with its likely quotes or surer unless others are asked for; all, where none is likely."""
    with desk.toolkit.store.read() as tx:
        held, moments = tx.themes.get(theme), theme_moments(tx, theme)
        likely = at_least(moments, confidence) if confidence else worth_showing(moments)
        quotes = Part(part.offset, _QUOTES_SHOWN)
        by_account, chosen = _by_account(likely.shown, quotes), choose_quotes(theme, likely.shown)
        shown = [moment for *_, own in by_account for moment in own] + [quote.moment for quote in chosen]
        calls = tx.calls.by_ids({moment.call for moment in shown})
        n_calls = tx.calls.count()
        gaps = desk.gaps.soon(tx)
        trends, account = desk.trends.soon(tx), concentration(moments)
        trend, outcomes = (trends or {}).get(theme, NO_TREND), desk.outcomes.of("theme").soon(tx)
        events = tx.themes.events(theme)
        labels = _labels(tx, events, held.broad)
        is_pinned, ended = theme in tx.themes.pinned(), theme_line(outcomes, theme) if outcomes else ""
    kinds = Counter(moment.kind for moment in moments)
    cursor = quotes.next(len(likely.shown))
    page = ThemePage(
        theme=held,
        confidence=confidence or ("likely" if at_least(likely.shown, "likely").shown else "possible"),
        confidences=list(CHOSEN_WORDS.items()),
        n_shown=len(likely.shown),
        n_left_out=len(likely.left_out),
        by_account=by_account,
        next=None if cursor is None else [("confidence", confidence), ("cursor", cursor)],
        n_before=quotes.offset,
        n_on_page=sum(len(own) for *_, own in by_account),
        n_calls=n_calls,
        calls=calls,
        gap=next((gap for gap in gaps or () if gap.theme == theme), None),
        is_busy=gaps is None or trends is None or outcomes is None,
        is_counting=trends is None,
        kinds=kinds.most_common(),
        has_objections="objection" in kinds,
        trend=trend,
        weeks=[week for week in trend.weeks if week.calls.out_of][-_WEEKS_SHOWN:],
        chart=trend_chart(trend.weeks, events),
        warning=account.warning if account else None,
        chosen=chosen,
        rule=RULE,
        events=events,
        labels=labels,
        is_pinned=is_pinned,
        ended=ended,
    )
    return answer(page)


def _by_account(moments: Sequence[Moment], part: Part) -> list[tuple[str | None, int, list[Moment]]]:
    """Gather one page of moments by account, those that say most first, and calls without an account last."""
    counts = Counter(moment.account for moment in moments)
    ordered = sorted(moments, key=lambda one: (one.account is None, -counts[one.account], one.account or ""))
    return [(name, counts[name], list(own)) for name, own in groupby(part.of(ordered), key=lambda one: one.account)]


@router.post("/themes/{theme}/label")
def rename(desk: DeskDep, theme: str, label: Annotated[str, Form()] = "") -> RedirectResponse:
    """Give the theme a name and go back to it."""
    with desk.toolkit.store.begin() as tx:
        rename_theme(tx, theme, label)
    return RedirectResponse(urls.theme(theme), 303)


@router.post("/themes/{theme}/pin")
def pin(desk: DeskDep, theme: str, stays: Annotated[str, Form()] = "") -> RedirectResponse:
    """Let the theme stay, or change again where `stays` is empty, and go back to it."""
    with desk.toolkit.store.begin() as tx:
        tx.themes.set_pinned(theme, bool(stays))
    return RedirectResponse(urls.theme(theme), 303)
