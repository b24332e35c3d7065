"""A question in, customers' own phrases out: by meaning and by word, each with the reason it is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import get_args

import numpy as np

from models.protocols import Encoder
from pipeline.confidence import BANDS, least_score
from pipeline.errors import BadInput
from pipeline.insights.blend import Ranked, blend
from pipeline.insights.folding import SPREAD_RULE, Folded, fold, fold_alike, spread
from pipeline.insights.phrase_index import PhraseIndex
from pipeline.insights.question import Correction, Question, corrected, read_question, respelt, shared_words, stem
from pipeline.insights.quotes import Quote, read_quotes
from pipeline.insights.spelling import Spelling
from pipeline.records import CATEGORIES, KINDS, ROLES, Phrase, PhraseFilter, TrustState
from pipeline.store.fulltext import Said
from pipeline.store.session import Store, Transaction

__all__ = ["SPREAD_RULE", "Copy", "Hit", "PhraseSearch", "SearchResult", "phrase_filter", "stem"]

STATES: tuple[TrustState, ...] = get_args(TrustState)

_CANDIDATES = 200
"""Phrases that each half brings to the blend, and the best of it that are folded and shown."""
_MOST_COPIES = 50
"""Places of the same words that are named; all are counted."""


@dataclass(frozen=True, slots=True)
class Copy:
    """Another place where the same was said."""

    call: str
    source: str
    account: str | None
    turn: int
    start_s: float | None
    text: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase that answers, and why: words it shares with the question, its meaning score (cosine), equals folded."""

    quote: Quote
    score: float
    matched_words: tuple[str, ...]
    meaning: float | None
    copies: int
    """In how many places it is said, this one included."""
    elsewhere: tuple[Copy, ...] = ()
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

    def __init__(self, store: Store, encoder: Encoder, index: PhraseIndex) -> None:
        """Take the parts; all state is theirs but the words that spelling goes by."""
        self._store = store
        self._encoder = encoder
        self._index = index
        self._spelling = Spelling()

    def search(self, query: str, within: PhraseFilter, *, limit: int = 20, exact: bool = False) -> SearchResult:
        """Return the phrases of `within` that best answer `query`, at most `limit`.

        Stretches of the query in quotation marks must be said word for word; `exact` wants all of it so. Then the
        counts are complete: over every turn that is held and passes. Raises BadInput for a question without a word.
        """
        question = read_question(query)
        if not question.terms:
            raise BadInput("The question holds no word to search for. Type some words.")
        with self._store.read() as tx:
            if exact:
                return self._exact(tx, query, question, within, limit)
            return self._weighed(tx, query, question, within, limit)

    def _exact(self, tx: Transaction, query: str, question: Question, within: PhraseFilter, limit: int) -> SearchResult:
        said = tx.words.verbatim([question.text], filter=within)
        folded = _fold_said(tx, said, limit)
        hits = _hits(tx, folded, question.terms, limit)
        return _counted(tx, SearchResult(query, hits, 0, 0, 0, 0, (question.text,)), said, within)

    def _weighed(
        self, tx: Transaction, query: str, question: Question, within: PhraseFilter, limit: int
    ) -> SearchResult:
        corrections = corrected(tx.words.unknown(question.spellable), partial(self._spelling.nearest, tx))
        said = tx.words.verbatim(question.verbatim, filter=within) if question.verbatim else None
        ids = tx.phrases.ids(within) if said is None and not within.is_open else None
        if said is not None:
            ids = np.unique(np.array([one.phrase for one in said], dtype=np.int64))
        ranked = self._blended(tx, question, corrections, within, ids)[: max(_CANDIDATES, limit)]
        phrases = tx.phrases.by_ids([found.phrase for found in ranked])
        calls = tx.calls.by_ids(phrase.call for phrase in phrases.values())
        folded = fold_alike(fold(ranked, phrases), lambda hashes: tx.vectors.of_hashes(self._encoder.name, hashes))
        best = spread(folded, {call: _account(held.metadata.get("account")) for call, held in calls.items()})
        misspelt = {correction.typed for correction in corrections}
        terms = [term for term in question.terms if term.lower() not in misspelt]
        terms += [correction.searched for correction in corrections]
        n_phrases = tx.phrases.count(within) if ids is None or said is not None else len(ids)
        weighed = SearchResult(
            query,
            _hits(tx, best, terms, limit),
            n_matching=len(phrases),
            n_matching_calls=len(calls),
            n_calls=tx.calls.count_within(within),
            n_phrases=n_phrases,
            verbatim=question.verbatim,
            corrections=tuple(corrections),
        )
        return weighed if said is None else _counted(tx, weighed, said, within)

    def _blended(
        self,
        tx: Transaction,
        question: Question,
        corrections: Sequence[Correction],
        within: PhraseFilter,
        allowed: np.ndarray[tuple[int], np.dtype[np.int64]] | None,
    ) -> list[Ranked]:
        """Rank the best of both halves; a phrase found by its words alone gets its cosine from its own vector."""
        words = (*question.content, *(correction.searched for correction in corrections))
        bm25 = dict(tx.words.match(words, mode="any", filter=within, limit=_CANDIDATES))
        if question.verbatim and allowed is not None:
            bm25 = {phrase: score for phrase, score in bm25.items() if phrase in set(allowed.tolist())}
        vector = self._vector(question, corrections)
        near, cosines = self._index.nearest(tx, vector, _CANDIDATES, allowed=allowed)
        cosine = dict(zip(near.tolist(), cosines.tolist(), strict=True))
        by_word_alone = [phrase for phrase in bm25 if phrase not in cosine]
        if by_word_alone:
            for ids, vectors in tx.vectors.of_phrases(self._encoder.name, ids=by_word_alone):
                cosine |= dict(zip(ids.tolist(), (vectors @ vector).tolist(), strict=True))
        return blend(bm25, cosine)

    def _vector(
        self, question: Question, corrections: Sequence[Correction]
    ) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
        """Return the unit vector of the question; a corrected one lies between what was typed and what is meant."""
        texts = [question.text, *([respelt(question.text, corrections)] if corrections else [])]
        mean = self._encoder.encode(texts).mean(axis=0)
        return np.asarray(mean / np.linalg.norm(mean), dtype=np.float32)


def _fold_said(tx: Transaction, said: Sequence[Said], limit: int) -> list[Folded]:
    """Return the stretches with the words asked for, a moment instead of its turn, equal words once."""
    moments = {(one.call, one.turn) for one in said if one.is_moment}
    groups: dict[str, list[int]] = {}
    for one in said:
        if one.is_moment or (one.call, one.turn) not in moments:
            groups.setdefault(one.words, []).append(one.phrase)
    shown = list(groups.values())[:limit]
    phrases = tx.phrases.by_ids([phrase for group in shown for phrase in group])
    return [
        Folded(held[0], 1.0, None, tuple(held[1:])) for group in shown for held in [[phrases[one] for one in group]]
    ]


def _counted(tx: Transaction, result: SearchResult, said: Sequence[Said], within: PhraseFilter) -> SearchResult:
    """Return the result with counts of all that is held in place of those of its candidates."""
    return replace(
        result,
        n_matching=len({(one.call, one.turn) for one in said}),
        n_matching_calls=len({one.call for one in said}),
        n_calls=tx.calls.count_within(within),
        n_phrases=tx.phrases.count(within),
        n_turns=tx.phrases.count_turns(within),
        n_unread_calls=tx.calls.count_unread(within),
    )


def _hits(tx: Transaction, best: Sequence[Folded], terms: Sequence[str], limit: int) -> tuple[Hit, ...]:
    shown = best[:limit]
    quotes = read_quotes(tx, [found.phrase for found in shown], focus=terms)
    copies = {found.phrase.id: _other_places(found) for found in shown}
    elsewhere = _copies(tx, [phrase for places in copies.values() for phrase in places[:_MOST_COPIES]])
    return tuple(
        Hit(
            quotes[found.phrase.id],
            found.score,
            shared_words(terms, quotes[found.phrase.id].text),
            found.cosine,
            copies=1 + len(copies[found.phrase.id]),
            elsewhere=tuple(elsewhere[phrase.id] for phrase in copies[found.phrase.id][:_MOST_COPIES]),
        )
        for found in shown
    )


def _other_places(found: Folded) -> list[Phrase]:
    own = (found.phrase.call, found.phrase.turn)
    places = {(phrase.call, phrase.turn): phrase for phrase in reversed(found.others)}
    return [phrase for place, phrase in reversed(places.items()) if place != own]


def _copies(tx: Transaction, phrases: Sequence[Phrase]) -> dict[int, Copy]:
    calls = tx.calls.by_ids(phrase.call for phrase in phrases)
    turns = tx.talk.turns_at((phrase.call, phrase.turn) for phrase in phrases)
    return {
        phrase.id: Copy(
            phrase.call,
            calls[phrase.call].source,
            _account(calls[phrase.call].metadata.get("account")),
            phrase.turn,
            turns[phrase.call, phrase.turn].start_s,
            phrase.text,
        )
        for phrase in phrases
    }


def _account(given: object) -> str | None:
    return None if given in (None, "") else str(given)
