"""Before a report is written: every quote is what the transcript says."""

from __future__ import annotations

from collections.abc import Iterable

from api.report.document import Quote, Report, walk
from pipeline.errors import Conflict
from pipeline.store.session import Transaction

_SHOWN_CHARS = 60


def require_true_quotes(tx: Transaction, report: Report) -> None:
    """Raise Conflict, naming the place, if a quote is not what its transcript says at its place."""
    placed = [block for block in walk(report.blocks) if isinstance(block, Quote) and block.place is not None]
    turns = tx.talk.turns_at(_places(placed))
    for quote in placed:
        place = quote.place
        assert place is not None
        turn = turns.get((place.call, place.turn))
        if turn is None or turn.text[place.start_char : place.end_char] != quote.text:
            raise Conflict(
                f"The quote “{_short(quote.text)}” is not what call {place.call}, turn {place.turn} says any more; "
                "nothing was written. `buyerspeak ingest` reads calls again whose transcript has changed."
            )


def _places(quotes: Iterable[Quote]) -> Iterable[tuple[str, int]]:
    return {(quote.place.call, quote.place.turn) for quote in quotes if quote.place is not None}


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN_CHARS else text[:_SHOWN_CHARS].rstrip() + "…"
