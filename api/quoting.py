"""Quotes by their place in a call: what was chosen on a page, read back from the transcript as it is now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from api import urls
from api.wording import ROLE_WORDS, day
from pipeline.errors import BadInput, NotFound
from pipeline.insights.answers_given import Utterance
from pipeline.insights.guide_text import clock
from pipeline.insights.quotes import Quote
from pipeline.records import Call, Moment, PhraseFilter, Turn
from pipeline.store.moments import time_span
from pipeline.store.session import Transaction

MOST_QUOTES = 400

Said = Moment | Quote
"""Somebody's words as pages show them: a moment, or what search found."""


@dataclass(frozen=True, slots=True)
class PlacedQuote:
    """An exact stretch of a held turn, and the moment that it is, if it is one."""

    call: Call
    turn: Turn
    start_char: int
    end_char: int
    start_s: float | None
    end_s: float | None
    moment: Moment | None

    @property
    def text(self) -> str:
        """Its words."""
        return self.turn.text[self.start_char : self.end_char]

    @property
    def place(self) -> str:
        """What names it in addresses and forms."""
        return place_of(self.call.id, self.turn.turn, self.start_char, self.end_char)

    @property
    def account(self) -> str | None:
        """Whose call it is."""
        account = self.call.metadata.get("account")
        return None if account is None else str(account)

    @property
    def link(self) -> str:
        """Where it stands in its call."""
        return urls.quote_in_call(self.call.id, self.turn.turn, self.start_char, self.end_char)


def place_of(call: str, turn: int, start_char: int, end_char: int) -> str:
    """Return the place of a quote in one word."""
    return f"{call}:{turn}:{start_char}:{end_char}"


def read_quotes(tx: Transaction, places: Sequence[str]) -> list[PlacedQuote]:
    """Return the quotes at these places, in the order given, each once.

    Raises BadInput for what is no place or too many, and NotFound for a place whose words are not held or, to
    viewers, not shown.
    """
    if len(places) > MOST_QUOTES:
        raise BadInput(f"At most {MOST_QUOTES} quotes go into one file; these are {len(places)}.")
    asked = {place: _parts(place) for place in dict.fromkeys(places)}
    calls = tx.calls.by_ids(call for call, *_ in asked.values())
    turns: dict[tuple[str, int], Turn] = {}
    moments: dict[tuple[str, int, int, int], Moment] = {}
    for call in calls:
        turns |= {(call, turn.turn): turn for turn in tx.talk.turns(call)}
        held = tx.moments.select(PhraseFilter(calls=(call,)))
        moments |= {(call, moment.turn, moment.start_char, moment.end_char): moment for moment in held}
    return [_quote(place, parts, calls, turns, moments.get(parts)) for place, parts in asked.items()]


def _quote(
    place: str,
    parts: tuple[str, int, int, int],
    calls: dict[str, Call],
    turns: dict[tuple[str, int], Turn],
    moment: Moment | None,
) -> PlacedQuote:
    call, number, start, end = parts
    turn = turns.get((call, number))
    if turn is None or not 0 <= start < end <= len(turn.text):
        raise NotFound(f"No words are held at {place}. Reload the page that it was chosen on.")
    return PlacedQuote(calls[call], turn, start, end, *time_span(turn, start, end), moment)


def _parts(place: str) -> tuple[str, int, int, int]:
    call, *numbers = place.rsplit(":", 3)
    if len(numbers) != 3 or not all(number.isdecimal() and len(number) <= 9 for number in numbers):
        raise BadInput(f"{place!r} is no place of a quote; write CALL:TURN:START:END.")
    turn, start, end = (int(number) for number in numbers)
    return call, turn, start, end


def source_line(
    *, role: str, speaker: str, account: str | None, source: str, recorded_at: object, start_s: float | None
) -> str:
    """Return whose words a quote is, as it stands under it."""
    who = ROLE_WORDS.get(role, role)
    named = f"{who} ({speaker})" if speaker and speaker.lower() != role else who
    return ", ".join(part for part in (named, account or source, day(recorded_at), clock(start_s)) if part)


def place_said(said: Said | Utterance) -> str:
    """Return the place of a moment, of a quote that search found, or of words that guides and language quote."""
    return place_of(said.call, said.turn, said.start_char, said.end_char)


def cited(said: Said) -> str:
    """Return words as they are quoted elsewhere: in quotation marks, and whose they are below."""
    line = source_line(
        role=said.role,
        speaker=said.speaker,
        account=said.account,
        source=said.source,
        recorded_at=said.recorded_at,
        start_s=said.start_s,
    )
    return f"“{said.context[said.start_char : said.end_char]}”\n— {line}"


def sourced(said: Utterance, recorded_at: object) -> str:
    """Return `source_line` of words that guides and language quote, from a call of that day."""
    return source_line(
        role=said.role,
        speaker=said.speaker,
        account=said.account,
        source=said.source,
        recorded_at=recorded_at,
        start_s=said.start_s,
    )


def source_of(quote: PlacedQuote) -> str:
    """Return `source_line` of a quote."""
    return source_line(
        role=quote.turn.role,
        speaker=quote.turn.speaker,
        account=quote.account,
        source=quote.call.source,
        recorded_at=quote.call.metadata.get("recorded_at"),
        start_s=quote.start_s,
    )
