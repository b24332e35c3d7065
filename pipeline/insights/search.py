"""A question in, customers' own phrases out: by meaning and by word, each with the reason it is there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import isnan
from typing import get_args

import numpy as np
import numpy.typing as npt

from models.protocols import Encoder
from pipeline.confidence import BANDS, least_score
from pipeline.errors import BadInput
from pipeline.insights.blend import Ranked, blend
from pipeline.insights.folding import SPREAD_RULE, Folded, fold, fold_alike, shown_first, spread
from pipeline.insights.held.facts import Place, Within
from pipeline.insights.held.phrases import HeldPhrases
from pipeline.insights.phrase_index import PhraseIndex
from pipeline.insights.question import Correction, Question, corrected, read_question, respelt, shared_words, stem
from pipeline.insights.question_vectors import QuestionVectors
from pipeline.insights.quotes import Quote, read_quotes
from pipeline.insights.spelling import Spelling
from pipeline.records import CATEGORIES, KINDS, ROLES, PhraseFilter, TrustState
from pipeline.store.session import Store, Transaction
from pipeline.store.shown import ShownCopy

__all__ = ["SPREAD_RULE", "Hit", "PhraseSearch", "SearchResult", "phrase_filter", "stem"]

STATES: tuple[TrustState, ...] = get_args(TrustState)

Slots = npt.NDArray[np.int64]
Vectors = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

_CANDIDATES = 200
"""Phrases that each half brings to the blend, and the best of it that are folded and shown."""
_MOST_COPIES = 50
"""Places of the same words that are named; all are counted."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase that answers, and why: words it shares with the question, its meaning score (cosine), equals folded."""

    quote: Quote
    score: float
    matched_words: tuple[str, ...]
    meaning: float | None
    copies: int
    """In how many places it is said, this one included."""
    elsewhere: tuple[ShownCopy, ...] = ()
    """The other places, the first of them."""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The hits of one question, and what was searched, so that an absence is a fact."""

    query: str
    hits: tuple[Hit, ...]
    n_matching: int
    """How many turns hold the words asked for, if the search was complete; else how many phrases were weighed."""
    n_matching_calls: int
    n_calls: int
    n_phrases: int
    verbatim: tuple[str, ...] = ()
    """The stretches that every hit holds word for word."""
    n_turns: int | None = None
    """How many turns were searched, if the search was complete: every one that the filter lets pass."""
    n_unread_calls: int = 0
    """Of the calls, those that hold nothing to search yet; counted if the search was complete."""
    corrections: tuple[Correction, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether the counts are of everything that is held."""
        return self.n_turns is not None


def phrase_filter(  # noqa: PLR0913  one per word from outside
    *,
    kinds: Sequence[str] = (),
    categories: Sequence[str] = (),
    role: str = "customer",
    where: Mapping[str, tuple[str, ...]] | None = None,
    since: str | None = None,
    until: str | None = None,
    confidence: str = "",
    states: Sequence[str] = (),
    themes: Sequence[str] = (),
    calls: Sequence[str] = (),
) -> PhraseFilter:
    """Return a filter made of words from outside; `role` "any" lets everyone speak.

    A `confidence` of likely or sure wants moments of that band or surer; possible, or none, leaves nothing out.
    Raises BadInput for a kind, category, role, confidence or state that does not exist, listing those that do.
    """
    _known("kind", kinds, KINDS)
    _known("category", categories, CATEGORIES)
    _known("role", [role], (*ROLES, "any"))
    _known("confidence", [confidence] if confidence else [], BANDS)
    _known("state", states, STATES)
    return PhraseFilter(
        kinds=tuple(kinds),
        categories=tuple(categories),
        roles=() if role == "any" else (role,),
        states=tuple(states),
        themes=tuple(themes),
        calls=tuple(calls),
        where=where or {},
        since=since,
        until=until,
        min_score=next((least_score(band) for band in BANDS if band == confidence), 0.0),
    )


def _known(name: str, values: Sequence[str], known: Sequence[str]) -> None:
    for value in values:
        if value not in known:
            raise BadInput(f"{name} {value!r} is none of {', '.join(known)}.")


class PhraseSearch:
    """Searches what customers said."""

    def __init__(self, store: Store, encoder: Encoder, index: PhraseIndex, *, least_said: int = 1) -> None:
        """Take the parts; `encoder` is for questions. Spellings are offered that at least `least_said` phrases hold."""
        self._store = store
        self._index = index
        self._spelling = Spelling(least_said)
        self._vectors = QuestionVectors(encoder)

    def search(self, query: str, within: PhraseFilter, *, limit: int = 20, exact: bool = False) -> SearchResult:
        """Return the phrases of `within` that best answer `query`, at most `limit`.

        Stretches of the query in quotation marks must be said word for word; `exact` wants all of it so. Then the
        counts are complete: over every turn that is held and passes. Raises BadInput for a question without a word.
        """
        question = read_question(query)
        if not question.terms:
            raise BadInput("The question holds no word to search for. Type some words.")
        result = SearchResult(query, (), 0, 0, 0, 0)
        vector = None if exact else self._vectors.begin(question.text)
        with self._store.read() as tx:
            held, passing = self._index.ask(tx, within)
            if vector is None:
                return _exact(tx, held, passing, question, result, limit)
            return self._weighed(tx, held, passing, question, vector, result, limit)

    def _weighed(
        self,
        tx: Transaction,
        held: HeldPhrases,
        passing: Within,
        question: Question,
        vector: Callable[[], Vectors],
        result: SearchResult,
        limit: int,
    ) -> SearchResult:
        corrections = tuple(corrected(held.unknown(question.spellable), partial(self._spelling.nearest, held)))
        said, mask = None, passing.slots
        if question.verbatim:
            said, _ = held.verbatim(question.verbatim, mask)
            mask = np.zeros(len(mask), np.bool_)
            mask[said] = True
        ranked, places = self._blended(held, question, corrections, vector, mask, max(_CANDIDATES, limit))
        calls = {place.call for place in places.values()}
        heard = held.calls.with_sound(calls)
        folded = fold_alike(
            fold(ranked, places, heard),
            lambda near: held.vectors(np.array([place.slot for place in near], np.int64)),
            tx.shown.texts,
            heard,
        )
        best = spread(folded, held.accounts(calls))
        misspelt = {correction.typed for correction in corrections}
        terms = [term for term in question.terms if term.lower() not in misspelt]
        terms += [correction.searched for correction in corrections]
        weighed = replace(
            result,
            hits=_hits(tx, best, terms, limit),
            n_matching=len(places),
            n_matching_calls=len(calls),
            n_calls=passing.n_calls,
            n_phrases=passing.n_phrases,
            verbatim=question.verbatim,
            corrections=corrections,
        )
        return weighed if said is None else _counted(held, weighed, said, passing)

    def _blended(
        self,
        held: HeldPhrases,
        question: Question,
        corrections: tuple[Correction, ...],
        typed: Callable[[], Vectors],
        mask: Mask,
        n: int,
    ) -> tuple[list[Ranked], dict[int, Place]]:
        """Rank the best of both halves; a phrase found by its words alone gets its cosine from its own vector."""
        words = (*question.content, *(correction.searched for correction in corrections))
        said, said_bm25 = held.ranked(words, _CANDIDATES, mask)
        vector = self._vectors.between(typed(), respelt(question.text, corrections) if corrections else None)
        near, near_cosines = held.nearest(vector, _CANDIDATES, mask)
        said_alone = ~np.isin(said, near)
        slots = np.concatenate([near, said[said_alone]])
        cosines = np.concatenate([near_cosines, _cosines(held.vectors(said[said_alone]), vector)])
        order = np.argsort(slots)
        bm25 = np.zeros(len(slots))
        bm25[order[np.searchsorted(slots, said, sorter=order)]] = said_bm25
        best, scores = blend(held.ids(slots), bm25, cosines)
        best = best[:n]
        places = held.places(slots[best])
        of_best = zip(places, scores[best].tolist(), cosines[best].tolist(), strict=True)
        ranked = [Ranked(place.id, score, None if isnan(cosine) else cosine) for place, score, cosine in of_best]
        return ranked, {place.id: place for place in places}


def _cosines(rows: Vectors, vector: Vectors) -> Vectors:
    """Return the cosine of each row to a unit vector, NaN for a phrase that has no vector yet."""
    return np.where(rows.any(axis=1), rows @ vector, np.float32(np.nan))


def _exact(
    tx: Transaction, held: HeldPhrases, passing: Within, question: Question, result: SearchResult, limit: int
) -> SearchResult:
    said, _ = held.verbatim([question.text], passing.slots)
    hits = _hits(tx, _fold_said(held, said, limit), question.terms, limit)
    return _counted(held, replace(result, hits=hits, verbatim=(question.text,)), said, passing)


def _fold_said(held: HeldPhrases, said: Slots, limit: int) -> list[Folded]:
    """Return the stretches with the words asked for, a moment instead of its turn, equal words once."""
    turns, is_moment = held.turn_of(said), held.is_moment(said)
    shown = said[is_moment | ~np.isin(turns, turns[is_moment])]
    keys = held.keys(shown)
    first = np.sort(np.unique(keys, return_index=True)[1])[:limit]
    groups: dict[int, list[Place]] = {}
    for place in held.places(shown[np.isin(keys, keys[first])]):
        groups.setdefault(place.key, []).append(place)
    heard = held.calls.with_sound({place.call for places in groups.values() for place in places})
    firsts = [(places, shown_first(places, heard)) for places in groups.values()]
    return [Folded(places[n], 1.0, None, (*places[:n], *places[n + 1 :])) for places, n in firsts]


def _counted(held: HeldPhrases, result: SearchResult, said: Slots, passing: Within) -> SearchResult:
    """Return the result with counts of all that is held in place of those of its candidates."""
    n_turns, n_calls = held.turns(said)
    return replace(
        result,
        n_matching=n_turns,
        n_matching_calls=n_calls,
        n_calls=passing.n_calls,
        n_phrases=passing.n_phrases,
        n_turns=held.n_turns(passing),
        n_unread_calls=held.n_calls_without_phrases(passing.calls),
    )


def _hits(tx: Transaction, best: Sequence[Folded], terms: Sequence[str], limit: int) -> tuple[Hit, ...]:
    places = {found.phrase.id: _other_places(found) for found in best[:limit]}
    quotes = read_quotes(tx, places, focus=terms)
    copies = tx.shown.copies(place.id for others in places.values() for place in others[:_MOST_COPIES])
    return tuple(
        Hit(
            quotes[found.phrase.id],
            found.score,
            shared_words(terms, quotes[found.phrase.id].text),
            found.cosine,
            copies=1 + len(places[found.phrase.id]),
            elsewhere=tuple(copies[place.id] for place in places[found.phrase.id][:_MOST_COPIES] if place.id in copies),
        )
        for found in best[:limit]
        # What another thread has just taken in, this transaction does not see yet.
        if found.phrase.id in quotes
    )


def _other_places(found: Folded) -> list[Place]:
    own = (found.phrase.call, found.phrase.turn)
    places = {(phrase.call, phrase.turn): phrase for phrase in reversed(found.others)}
    return [phrase for place, phrase in reversed(places.items()) if place != own]
