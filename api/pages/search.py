"""Search what customers said; without a question, what they said lately."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, ClassVar, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.desk import DeskDep
from api.filters import Confidence, SearchFilter
from api.narrowing import themes_within
from api.pages.choices import CallChoices, held_choices, theme_choices
from api.pages.page import Page, answer
from api.wording import CATEGORY_WORDS, CHOSEN_WORDS, KIND_CHOICES, TRUST_CHOICES, also_searched, what_was_found
from pipeline.confidence import Band, at_least, worth_showing
from pipeline.errors import BadInput
from pipeline.insights.phrase_index import PhraseIndex
from pipeline.insights.search import SPREAD_RULE, SearchResult
from pipeline.records import NO_THEME, Call, Moment, PhraseFilter, Theme
from pipeline.store.sample import ChosenCalls
from pipeline.store.session import Transaction

router = APIRouter()
_STEP = 20
_MAX_SHOWN = 400
_LATELY_CALLS = 6
_LATELY_MOMENTS = 8
_LATELY_THEMES = 6


@dataclass(frozen=True, slots=True)
class Lately:
    """What is shown before anything is asked."""

    themes: tuple[Theme, ...]
    objections: tuple[Moment, ...]
    n_chosen: int
    """The moments that those shown are of."""
    n_left_out: int
    """The moments beside them that are less sure."""
    n_recent: int
    """The calls that both are of."""
    n_calls: int
    n_moments: int
    """Of all calls and whatever their confidence."""


@dataclass(frozen=True, kw_only=True)
class SearchPage(Page):
    """A question with its filters, and either its result or what customers said lately."""

    template: ClassVar[str] = "search.html"
    room: ClassVar[str] = "search"

    query: str
    exact: bool
    within: PhraseFilter
    role: str
    confidence: str
    """As set by hand; empty where it is what the page does unasked."""
    confidences: list[tuple[str, str]]
    unasked_words: str
    chosen_words: str
    choices: CallChoices
    kinds: list[tuple[str, str]]
    categories: list[tuple[str, str]]
    states: list[tuple[str, str]]
    themes: list[tuple[str, str]]
    result: SearchResult | None
    found: str
    also: list[str]
    order: str
    lately: Lately | None
    calls: dict[str, Call]
    """The calls of what is shown, by id."""
    more: list[tuple[str, str]] | None
    """The address's pairs with more results; None if all are shown."""
    everything: list[tuple[str, str]]
    """The address's pairs that leave nothing out as less sure."""
    complaint: str | None


@router.get("/search")
def show(
    request: Request,
    desk: DeskDep,
    within: SearchFilter,
    q: Annotated[str, Query(max_length=1000)] = "",
    exact: bool = False,
    confidence: Confidence = "",
    limit: Annotated[int, Query(ge=1, le=_MAX_SHOWN)] = _STEP,
) -> HTMLResponse:
    """Show the search."""
    result, complaint = None, None
    if q.strip():
        try:
            result = desk.toolkit.search.search(q, within, limit=limit, exact=exact)
        except BadInput as error:
            complaint = str(error)
    with desk.toolkit.store.read() as tx:
        choices = held_choices(tx, within.where, more=True)
        themes = theme_choices(tx, within.themes)
        lately = None if q.strip() else _lately(tx, desk.toolkit.index, within, confidence)
        calls = tx.calls.by_ids(_calls_shown(result, lately))
    unasked: Band = "possible" if q.strip() else "likely"
    page = SearchPage(
        query=q,
        exact=exact,
        within=within,
        role=within.roles[0] if within.roles else "any",
        confidence="" if confidence == unasked else confidence,
        confidences=[(band, words) for band, words in CHOSEN_WORDS.items() if band != unasked],
        unasked_words=CHOSEN_WORDS[unasked],
        chosen_words=CHOSEN_WORDS[confidence or unasked],
        choices=choices,
        kinds=KIND_CHOICES,
        categories=list(CATEGORY_WORDS.items()),
        states=TRUST_CHOICES,
        themes=[*themes, (NO_THEME, "In no theme")],
        result=result,
        found=what_was_found(result) if result else "",
        also=also_searched(result) if result else [],
        order=SPREAD_RULE,
        lately=lately,
        calls=calls,
        more=_with(request, "limit", str(min(_MAX_SHOWN, limit + _STEP)))
        if result and len(result.hits) == limit < _MAX_SHOWN
        else None,
        everything=_with(request, "confidence", "possible"),
        complaint=complaint,
    )
    return answer(page, 422 if complaint else 200)


def _with(request: Request, word: str, value: str) -> list[tuple[str, str]]:
    """Return the address's pairs with another value of one word."""
    kept = [(name, given) for name, given in request.query_params.multi_items() if name != word]
    return [*kept, (word, value)]


def _lately(tx: Transaction, index: PhraseIndex, within: PhraseFilter, confidence: Band | Literal[""]) -> Lately:
    chosen_calls = ChosenCalls(within.where)
    recent = tuple(call.id for call in tx.sample.latest(chosen_calls, limit=_LATELY_CALLS))
    held = replace(within, min_score=0.0, moments_only=True)
    wanted = replace(held, kinds=within.kinds or ("objection",), calls=recent)
    found = tx.moments.select(wanted, order="score") if recent else []
    chosen = at_least(found, confidence) if confidence else worth_showing(found)
    return Lately(
        themes=tuple(themes_within(tx, within.where, most=_LATELY_THEMES)[0]),
        objections=tuple(_in_turn(chosen.shown, recent)[: _MAX_SHOWN if confidence else _LATELY_MOMENTS]),
        n_chosen=len(chosen.shown),
        n_left_out=len(chosen.left_out),
        n_recent=len(recent),
        n_calls=tx.sample.count(chosen_calls),
        n_moments=index.ask(tx, held)[1].n_phrases,
    )


def _calls_shown(result: SearchResult | None, lately: Lately | None) -> list[str]:
    return [hit.quote.call for hit in (result.hits if result else ())] + [
        moment.call for moment in (lately.objections if lately else ())
    ]


def _in_turn(moments: Sequence[Moment], calls: Sequence[str]) -> list[Moment]:
    """Return one moment of each call in turn, the newest call first, so that no call fills the list."""
    said: Counter[str] = Counter()
    places = []
    for moment in moments:
        places.append((said[moment.call], calls.index(moment.call)))
        said[moment.call] += 1
    return [moment for _, moment in sorted(zip(places, moments, strict=True), key=lambda pair: pair[0])]
