"""The objection guide: how customers put each objection, what was answered, and what marketing has to say to it.

Every line is a stored quote, turn or passage, or a count over the calls that are held; nothing is written anew.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import zip_longest
from typing import Any, Final

from pipeline.collateral.records import Gap, GapStatus
from pipeline.confidence import worth_showing
from pipeline.errors import BadInput
from pipeline.insights.answers_given import Exchange, exchanges_after, questions_asked
from pipeline.insights.guide_practice import read_practice
from pipeline.insights.guide_records import Advice, Guide, Section, Share, Tally, ThemeWithin
from pipeline.insights.handling import Handling, best_first, count_outcomes
from pipeline.records import CATEGORIES, Moment, PhraseFilter, Theme
from pipeline.store.session import Transaction

MAX_SHOWN: Final = 6
"""Verbatims, answers and questions per section; the counts and the evidence cover all."""
_SHOWN_STATES: Final = ("machine", "heard", "cleared")
_CUSTOMER_ROLES: Final = ("customer", "unknown")
_FIELDS: Final = ("stage", "segment", "industry", "outcome")
_ANSWERED: Final[tuple[GapStatus, ...]] = ("covered", "other_words", "unused")


def build_guide(
    tx: Transaction,
    *,
    theme: str | None = None,
    category: str | None = None,
    gaps: Sequence[Gap] = (),
    handlings: Mapping[str, Handling] | None = None,
) -> Guide:
    """Return the guide to all objections, or to those of one theme or category.

    `handlings` are of all objections that are held, by moment; without them nothing is said of how answers were taken.
    Withdrawn quotes are left out. Raises NotFound for an unknown theme and BadInput for an unknown category.
    """
    if category is not None and category not in CATEGORIES:
        raise BadInput(f"There is no category {category!r}; there are: {', '.join(CATEGORIES)}.")
    themes = tx.themes.all() if theme is None else [tx.themes.get(theme)]
    objections = tx.moments.select(PhraseFilter(kinds=("objection",), roles=_CUSTOMER_ROLES, states=_SHOWN_STATES))
    chosen = [moment for moment in objections if theme in (None, moment.theme) and category in (None, moment.category)]
    corpus = _Corpus(tx, len(objections), handlings)
    answers = exchanges_after(tx, chosen)
    advice = {gap.theme: _advice(gap) for gap in gaps}
    if category and theme is None:
        whole = _whole_category(corpus, category, chosen, themes, answers, advice, tx)
        return corpus.guide(_title(None, category, ()), whole)
    sections = [
        corpus.section(held.label, members, answers, theme=held.id, advice=advice.get(held.id))
        for held in themes
        if (members := _typical_first(chosen, held.id, tx.themes.members(held.id)))
    ]
    sections.sort(key=lambda section: (-section.calls.n, -section.moments.n, section.label, section.theme or ""))
    loose = [
        corpus.section(_category_label(name), members, answers, category=name)
        for name, members in _without_theme(chosen)
    ]
    return corpus.guide(_title(theme, category, sections), [*sections, *loose])


def _whole_category(
    corpus: _Corpus,
    category: str,
    chosen: Sequence[Moment],
    themes: Sequence[Theme],
    answers: Mapping[str, Exchange],
    advice: Mapping[str, Advice],
    tx: Transaction,
) -> list[Section]:
    """Return the one section of a category: the most typical quotes of its themes in turn, then those in no theme."""
    of_theme = {one.id: _typical_first(chosen, one.id, tx.themes.members(one.id)) for one in themes}
    held = sorted((one for one in themes if of_theme[one.id]), key=lambda one: (-len(of_theme[one.id]), one.id))
    in_turn = [moment for row in zip_longest(*(of_theme[one.id] for one in held)) for moment in row if moment]
    loose = [moment for _, members in _without_theme(chosen) for moment in members]
    if not chosen:
        return []
    within = [corpus.within(one, of_theme[one.id], advice.get(one.id)) for one in held]
    section = corpus.section(category.capitalize(), [*in_turn, *loose], answers, category=category)
    return [replace(section, within=tuple(sorted(within, key=lambda one: (-one.calls.n, one.label, one.theme))))]


def _typical_first(moments: Sequence[Moment], theme: str, order: Sequence[str]) -> list[Moment]:
    places = {moment: place for place, moment in enumerate(order)}
    return sorted((moment for moment in moments if moment.theme == theme), key=lambda moment: places[moment.id])


def _without_theme(moments: Sequence[Moment]) -> Iterator[tuple[str | None, list[Moment]]]:
    """Yield the moments in no theme by category, the surest first, in the order of the labelling guide."""
    of_category: dict[str | None, list[Moment]] = defaultdict(list)
    for moment in moments:
        if moment.theme is None:
            of_category[moment.category].append(moment)
    for name in (*CATEGORIES, None):
        if name in of_category:
            yield name, sorted(of_category[name], key=lambda moment: (-moment.score, moment.id))


def _category_label(category: str | None) -> str:
    return f"{category.capitalize()}: single objections" if category else "Single objections"


def _title(theme: str | None, category: str | None, sections: Sequence[Section]) -> str:
    names = [name for name in (sections[0].label if theme and sections else None, category) if name]
    return f"Objection guide: {', '.join(names)}" if names else "Objection guide"


def _advice(gap: Gap) -> Advice:
    best = gap.passages[0] if gap.passages else None
    answers = gap.status in _ANSWERED
    return Advice(gap.status, use=best if answers else None, nearest=None if answers else best, why=gap.why)


class _Corpus:
    """The held calls, for the denominators."""

    def __init__(self, tx: Transaction, n_objections: int, handlings: Mapping[str, Handling] | None) -> None:
        self._calls = {call.id: call for call in tx.calls.all()}
        self._n_turns = tx.talk.turn_counts()
        self._passages = [passage.text for passage in tx.collateral.passages()]
        self._n_objections = n_objections
        self._handlings = handlings

    def guide(self, title: str, sections: Sequence[Section]) -> Guide:
        dates = _dates(call.metadata.get("recorded_at") for call in self._calls.values())
        return Guide(
            title=title,
            n_objections=self._n_objections,
            n_calls=len(self._calls),
            n_accounts=len(self._values("account", self._calls)),
            n_deals=len(self._values("deal", self._calls)),
            first_call=dates[0] if dates else None,
            last_call=dates[-1] if dates else None,
            sections=tuple(sections),
            days={
                call.id: days[0]
                for call in self._calls.values()
                if (days := _dates([call.metadata.get("recorded_at")]))
            },
        )

    def section(
        self,
        label: str,
        moments: Sequence[Moment],
        answers: Mapping[str, Exchange],
        *,
        theme: str | None = None,
        category: str | None = None,
        advice: Advice | None = None,
    ) -> Section:
        calls = {moment.call for moment in moments}
        chosen = worth_showing(moments)
        shown = spread(chosen.shown)
        # The answers to the quotes that are shown come first, so that a reader can follow them.
        ordered = [moment for moment in (*shown, *spread(chosen.shown, len(moments))) if moment.id in answers]
        handled = None
        if self._handlings is not None:
            ordered = [one.objection for one in best_first([self._handlings[moment.id] for moment in ordered])]
            handled = count_outcomes([self._handlings[moment.id] for moment in moments])
        exchanges = [answers[moment.id] for moment in ordered]
        dates = _dates(moment.recorded_at for moment in moments)
        return Section(
            label=label,
            theme=theme,
            category=category,
            moments=Share(len(moments), self._n_objections),
            calls=Share(len(calls), len(self._calls)),
            accounts=self._share("account", calls),
            deals=self._share("deal", calls),
            last_heard=dates[-1] if dates else None,
            verbatims=tuple(shown),
            less_sure=chosen.left_out,
            raised_by=tuple(self._tallies(calls)),
            replied=Share(sum(moment.id in answers for moment in moments), len(moments)),
            handled=handled,
            exchanges=tuple(_distinct_turns(exchanges)[:MAX_SHOWN]),
            questions=tuple(questions_asked(exchanges)[:MAX_SHOWN]),
            practice=read_practice(moments, exchanges, self._handlings, self._passages, self._n_turns),
            advice=advice,
            evidence=tuple(moment.id for moment in moments),
        )

    def within(self, theme: Theme, moments: Sequence[Moment], advice: Advice | None) -> ThemeWithin:
        n_calls = len({moment.call for moment in moments})
        return ThemeWithin(theme.id, theme.label, Share(n_calls, len(self._calls)), advice)

    def _share(self, field: str, calls: Iterable[str]) -> Share:
        return Share(len(self._values(field, calls)), len(self._values(field, self._calls)))

    def _values(self, field: str, calls: Iterable[str]) -> dict[str, list[str]]:
        """Return the calls by each value of the field that one of them has."""
        calls_of: dict[str, list[str]] = defaultdict(list)
        for call in calls:
            given: Any = self._calls[call].metadata.get(field)
            if given not in (None, "", []):
                calls_of[str(given)].append(call)
        return calls_of

    def _tallies(self, calls: Iterable[str]) -> Iterator[Tally]:
        calls = sorted(calls)
        for field in _FIELDS:
            raising, held = self._values(field, calls), self._values(field, self._calls)
            for value in sorted(raising, key=lambda value: (-len(raising[value]), value)):
                yield Tally(field, value, Share(len(raising[value]), len(held[value])))


def spread(moments: Sequence[Moment], n: int = MAX_SHOWN) -> list[Moment]:
    """Return up to `n` moments in their order, but first one of each account, then one of each call, then the rest.

    The same words twice are one quote.
    """
    accounts: set[str] = set()
    calls: set[str] = set()
    words: set[str] = set()
    rounds: tuple[list[Moment], list[Moment], list[Moment]] = ([], [], [])
    for moment in moments:
        said = moment.quote.casefold()
        if said in words:
            continue
        words.add(said)
        is_new_account = (moment.account or moment.call) not in accounts
        rounds[0 if is_new_account else 1 if moment.call not in calls else 2].append(moment)
        accounts.add(moment.account or moment.call)
        calls.add(moment.call)
    return [moment for group in rounds for moment in group][:n]


def _distinct_turns(exchanges: Sequence[Exchange]) -> list[Exchange]:
    """Leave out what follows a turn a second time: one turn may hold two objections."""
    by_place: dict[tuple[str, int], Exchange] = {}
    for exchange in exchanges:
        by_place.setdefault((exchange.answers[0].call, exchange.answers[0].turn), exchange)
    return list(by_place.values())


def _dates(given: Iterable[Any]) -> list[str]:
    """Return the days of what are ISO times, in order; a date in any other form cannot be put in order."""
    days = []
    for value in given:
        try:
            days.append(datetime.fromisoformat(str(value)).date().isoformat())
        except ValueError:
            continue
    return sorted(days)
