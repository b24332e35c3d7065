"""A question in, customers' own phrases out: by meaning and by word, fused, each with the reason it is there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from models.protocols import Encoder
from pipeline.confidence import BANDS, least_score
from pipeline.errors import BadInput
from pipeline.insights.phrase_index import PhraseIndex
from pipeline.insights.quotes import Quote, read_quotes
from pipeline.insights.stop_words import STOP_WORDS
from pipeline.records import CATEGORIES, KINDS, ROLES, Phrase, PhraseFilter
from pipeline.store.session import Store, Transaction

_CANDIDATES = 200
"""Phrases that each half brings to the fusion."""
_RANK_OFFSET = 60
"""The k of reciprocal rank fusion (Cormack, Clarke, Büttcher 2009)."""
_MIN_COSINE = 0.25
"""A phrase further away that shares no word is no answer."""
_SAME_CALL_FACTOR = 0.9
"""What each further hit of a call is worth, so that one talker does not fill the page."""
_FAR_FACTOR = 0.5
"""What a phrase is worth that shares a word and means something else, as "two years is a long time" for "too long"."""
_PLAIN_FACTOR = 0.9
"""What a turn without a moment is worth: it is seldom what a marketer would quote."""
_WORD = re.compile(r"[\w][\w'’&+./-]*[\w]|\w")


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase that answers, and why: words it shares with the question, its meaning score (cosine), equals folded."""

    quote: Quote
    score: float
    matched_words: tuple[str, ...]
    meaning: float | None
    copies: int


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The hits of one question, and what was searched, so that an absence is a fact."""

    query: str
    hits: tuple[Hit, ...]
    n_matching: int
    """How many phrases matched; in exact mode the count is complete."""
    n_matching_calls: int
    n_calls: int
    n_phrases: int


def phrase_filter(
    *,
    kinds: Sequence[str] = (),
    categories: Sequence[str] = (),
    role: str = "customer",
    where: Mapping[str, tuple[str, ...]] | None = None,
    since: str | None = None,
    until: str | None = None,
    confidence: str = "",
) -> PhraseFilter:
    """Return a filter made of words from outside; `role` "any" lets everyone speak.

    A `confidence` of likely or sure wants moments of that band or surer; possible, or none, leaves nothing out.
    Raises BadInput for a kind, category, role or confidence that does not exist, listing those that do.
    """
    _known("kind", kinds, KINDS)
    _known("category", categories, CATEGORIES)
    _known("role", [role], (*ROLES, "any"))
    _known("confidence", [confidence] if confidence else [], BANDS)
    return PhraseFilter(
        kinds=tuple(kinds),
        categories=tuple(categories),
        roles=() if role == "any" else (role,),
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
        """Take the parts; all state is theirs."""
        self._store = store
        self._encoder = encoder
        self._index = index

    def search(self, query: str, within: PhraseFilter, *, limit: int = 20, exact: bool = False) -> SearchResult:
        """Return the phrases of `within` that best answer `query`, at most `limit`; `exact` wants its very words.

        Raises BadInput for a question without a word.
        """
        terms = tuple(_WORD.findall(query))
        if not terms:
            raise BadInput("The question holds no word to search for. Type some words.")
        with self._store.read() as tx:
            ranked = self._exact(tx, terms, within) if exact else self._fused(tx, query, terms, within)
            return self._result(tx, query, terms, ranked, within, limit)

    def _exact(self, tx: Transaction, terms: Sequence[str], within: PhraseFilter) -> list[_Ranked]:
        found = tx.words.match(terms, mode="phrase", filter=within, limit=1_000_000)
        return [_Ranked(phrase_id, 1.0, None) for phrase_id, _ in found]

    def _fused(self, tx: Transaction, query: str, terms: Sequence[str], within: PhraseFilter) -> list[_Ranked]:
        content = [term for term in terms if term.lower() not in STOP_WORDS] or list(terms)
        by_word = tx.words.match(content, mode="any", filter=within, limit=_CANDIDATES)
        allowed = None if within.is_open else tx.phrases.ids(within)
        vector = self._encoder.encode([query])[0]
        ids, cosines = self._index.nearest(tx, vector, _CANDIDATES, allowed=allowed)
        return _fuse(by_word, list(zip(ids.tolist(), cosines.tolist(), strict=True)))

    def _result(
        self,
        tx: Transaction,
        query: str,
        terms: Sequence[str],
        ranked: list[_Ranked],
        within: PhraseFilter,
        limit: int,
    ) -> SearchResult:
        phrases = tx.phrases.by_ids([found.phrase for found in ranked])
        folded = _fold(ranked, phrases)
        best = _spread(folded)[:limit]
        quotes = read_quotes(tx, [found.phrase for found in best], focus=terms)
        hits = tuple(
            Hit(quote, found.score, _shared_words(terms, quote.text), found.cosine, found.copies)
            for found in best
            for quote in [quotes[found.phrase.id]]
        )
        calls = {phrase.call for phrase in phrases.values()}
        return SearchResult(
            query, hits, len(folded), len(calls), len(tx.calls.ids(within.where)), tx.phrases.count(within)
        )


@dataclass(frozen=True, slots=True)
class _Ranked:
    phrase: int
    score: float
    cosine: float | None


@dataclass(frozen=True, slots=True)
class _Folded:
    phrase: Phrase
    score: float
    cosine: float | None
    copies: int


def _fuse(by_word: Sequence[tuple[int, float]], by_meaning: Sequence[tuple[int, float]]) -> list[_Ranked]:
    """Fuse two rankings by reciprocal rank; the score is 1 for a phrase that leads both."""
    cosine = dict(by_meaning)
    shares_word = {phrase for phrase, _ in by_word}
    scores: Counter[int] = Counter()
    for ranking in (by_word, [pair for pair in by_meaning if pair[1] >= _MIN_COSINE or pair[0] in shares_word]):
        for rank, (phrase, _) in enumerate(ranking, start=1):
            scores[phrase] += (_RANK_OFFSET + 1) / (_RANK_OFFSET + rank) / 2  # type: ignore[assignment]
    ranked = [
        _Ranked(
            phrase, float(score) * (1 if cosine.get(phrase, 0.0) >= _MIN_COSINE else _FAR_FACTOR), cosine.get(phrase)
        )
        for phrase, score in scores.items()
    ]
    return sorted(ranked, key=lambda found: (-found.score, found.phrase))


def _fold(ranked: Iterable[_Ranked], phrases: dict[int, Phrase]) -> list[_Folded]:
    """Show a stretch once: a moment stands for its turn, and equal words of several calls for each other."""
    ranked = [found for found in ranked if found.phrase in phrases]
    moments: dict[tuple[str, int], float] = {}
    for found in ranked:
        phrase = phrases[found.phrase]
        if phrase.moment is not None:
            moments.setdefault((phrase.call, phrase.turn), found.score)
    first: dict[str, int] = {}
    folded: list[_Folded] = []
    for found in ranked:
        phrase = phrases[found.phrase]
        score = found.score * (1 if phrase.moment else _PLAIN_FACTOR)
        if phrase.moment is None and moments.get((phrase.call, phrase.turn), 0.0) >= score:
            continue
        words = " ".join(_WORD.findall(phrase.text.lower()))
        if words in first:
            place = first[words]
            folded[place] = replace(folded[place], copies=folded[place].copies + 1)
        else:
            first[words] = len(folded)
            folded.append(_Folded(phrase, score, found.cosine, 1))
    return folded


def _spread(folded: Sequence[_Folded]) -> list[_Folded]:
    """Lower each further hit of a call a little."""
    seen: Counter[str] = Counter()
    scored = []
    for found in folded:
        scored.append((found.score * _SAME_CALL_FACTOR ** seen[found.phrase.call], found))
        seen[found.phrase.call] += 1
    scored.sort(key=lambda pair: (-pair[0], pair[1].phrase.id))
    return [found for _, found in scored]


def _shared_words(terms: Sequence[str], text: str) -> tuple[str, ...]:
    stems = {stem(word) for word in _WORD.findall(text.lower())}
    return tuple(
        dict.fromkeys(term.lower() for term in terms if term.lower() not in STOP_WORDS and stem(term.lower()) in stems)
    )


def stem(word: str) -> str:
    """Return a lower-case word without a usual ending, so that "sites" shows why it matched "site"."""
    for ending in ("ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word.removesuffix(ending)
    return word
