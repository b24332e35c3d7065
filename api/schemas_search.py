"""What a search answers over the wire."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

from pipeline.confidence import Band, band_of
from pipeline.insights.quotes import Quote
from pipeline.insights.search import Hit, SearchResult
from pipeline.store.shown import ShownCopy


class _Out(BaseModel):
    model_config = ConfigDict(from_attributes=True, frozen=True)


class CopyOut(_Out):
    """Another place where the same was said."""

    call: str
    source: str
    account: str | None
    turn: int
    start_s: float | None
    quote: str

    @classmethod
    def of(cls, copy: ShownCopy) -> CopyOut:
        """Return a place."""
        return cls(
            call=copy.call,
            source=copy.source,
            account=copy.account,
            turn=copy.turn,
            start_s=copy.start_s,
            quote=copy.text,
        )


class CorrectionOut(_Out):
    """A word that nobody says, and the held word that was searched beside it."""

    typed: str
    searched: str


class QuotedOut(_Out):
    """An exact stretch of a turn, `context[start_char:end_char]`, where it stands, and how well it fits, 0 to 1."""

    id: str
    call: str
    source: str
    account: str | None
    recorded_at: str | None
    turn: int
    speaker: str
    role: str
    start_s: float | None
    end_s: float | None
    kind: str | None
    category: str | None
    quote: str
    context: str
    start_char: int
    end_char: int
    score: float


class HitOut(QuotedOut):
    """A phrase that answers a question, the turns around it, and why it is here."""

    confidence: float | None
    state: str | None
    theme: str | None
    before: str | None
    after: str | None
    matched_words: list[str]
    meaning: float | None
    copies: int
    """In how many places it is said, this one included."""
    elsewhere: list[CopyOut]
    """The other places, at most 50."""
    band: Band | None
    """How sure the moment is; None for a turn without one."""

    @classmethod
    def of(cls, hit: Hit) -> HitOut:
        """Return a hit as one flat object."""
        quote: Quote = hit.quote
        return cls(
            **where_it_stands(quote),
            score=round(hit.score, 4),
            confidence=quote.score,
            state=quote.state,
            theme=quote.theme,
            before=None if quote.before is None else quote.before.text,
            after=None if quote.after is None else quote.after.text,
            matched_words=list(hit.matched_words),
            meaning=None if hit.meaning is None else round(hit.meaning, 4),
            copies=hit.copies,
            elsewhere=[CopyOut.of(copy) for copy in hit.elsewhere],
            band=None if quote.score is None else band_of(quote.score),
        )


def where_it_stands(quote: Quote) -> dict[str, Any]:
    """Return the fields of a `QuotedOut` but its score."""
    named = {name: getattr(quote, name) for name in QuotedOut.model_fields if name not in ("quote", "score")}
    return {**named, "quote": quote.text}


class SearchOut(BaseModel):
    """The hits of one question and what was searched."""

    query: str
    matching: int
    """If complete, the turns that hold the words asked for; else the phrases that were weighed, the best first."""
    matching_calls: int
    calls: int
    phrases: int
    complete: bool
    """Whether the counts are of everything that is held: so for an exact search, and for words in quotation marks."""
    turns: int | None
    """The turns that were searched, if complete."""
    unread_calls: int
    """Of the calls, those that hold nothing to search yet, if complete."""
    verbatim: list[str]
    """The stretches that every hit holds word for word."""
    also_searched: list[CorrectionOut]
    hits: list[HitOut]

    @classmethod
    def of(cls, result: SearchResult) -> SearchOut:
        """Return a result."""
        return cls(
            query=result.query,
            matching=result.n_matching,
            matching_calls=result.n_matching_calls,
            calls=result.n_calls,
            phrases=result.n_phrases,
            complete=result.is_complete,
            turns=result.n_turns,
            unread_calls=result.n_unread_calls,
            verbatim=list(result.verbatim),
            also_searched=[CorrectionOut.model_validate(correction) for correction in result.corrections],
            hits=[HitOut.of(hit) for hit in result.hits],
        )
