"""From phrases to quotes that a reader can check: exact slices of stored turns, with what was said around them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.records import Call, Moment, Phrase, Turn
from pipeline.store.session import Transaction

_SENTENCE = re.compile(r"[^.!?…]+[.!?…]*")
_LONG_CHARS = 240


@dataclass(frozen=True, slots=True)
class Quote:
    """An exact stretch of a call, `context[start_char:end_char]`; `kind` is None where no moment was found there."""

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
    text: str
    context: str
    start_char: int
    end_char: int
    score: float | None
    state: str | None
    theme: str | None
    before: Turn | None
    after: Turn | None


def read_quotes(tx: Transaction, phrases: Sequence[Phrase], *, focus: Sequence[str] = ()) -> dict[int, Quote]:
    """Return the quote of each phrase by its id; a long turn is cut to the sentence with most words of `focus`."""
    moments = tx.moments.by_ids([phrase.moment for phrase in phrases if phrase.moment])
    turns = tx.talk.turns_at(
        (phrase.call, turn) for phrase in phrases for turn in (phrase.turn - 1, phrase.turn, phrase.turn + 1)
    )
    calls = tx.calls.by_ids(phrase.call for phrase in phrases if not phrase.moment)
    quotes = {}
    for phrase in phrases:
        around = (turns.get((phrase.call, phrase.turn - 1)), turns.get((phrase.call, phrase.turn + 1)))
        if phrase.moment:
            quotes[phrase.id] = quote_of_moment(moments[phrase.moment], *around)
        else:
            turn = turns[phrase.call, phrase.turn]
            quotes[phrase.id] = _quote_of_turn(calls[phrase.call], turn, *around, focus=focus)
    return quotes


def quote_of_moment(moment: Moment, before: Turn | None, after: Turn | None) -> Quote:
    """Return a moment as a quote between its neighbouring turns."""
    return Quote(
        id=moment.id,
        call=moment.call,
        source=moment.source,
        account=moment.account,
        recorded_at=moment.recorded_at,
        turn=moment.turn,
        speaker=moment.speaker,
        role=moment.role,
        start_s=moment.start_s,
        end_s=moment.end_s,
        kind=moment.kind,
        category=moment.category,
        text=moment.quote,
        context=moment.context,
        start_char=moment.start_char,
        end_char=moment.end_char,
        score=moment.score,
        state=moment.state,
        theme=moment.theme,
        before=before,
        after=after,
    )


def _quote_of_turn(call: Call, turn: Turn, before: Turn | None, after: Turn | None, *, focus: Sequence[str]) -> Quote:
    start, end = best_sentence(turn.text, focus)
    account = call.metadata.get("account")
    recorded_at = call.metadata.get("recorded_at")
    return Quote(
        id=f"{turn.call}:{turn.turn}",
        call=turn.call,
        source=call.source,
        account=None if account is None else str(account),
        recorded_at=None if recorded_at is None else str(recorded_at),
        turn=turn.turn,
        speaker=turn.speaker,
        role=turn.role,
        start_s=turn.start_s,
        end_s=turn.end_s,
        kind=None,
        category=None,
        text=turn.text[start:end],
        context=turn.text,
        start_char=start,
        end_char=end,
        score=None,
        state=None,
        theme=None,
        before=before,
        after=after,
    )


def best_sentence(text: str, focus: Sequence[str]) -> tuple[int, int]:
    """Return the span of the sentence with most words of `focus`; a short text is one quote as it stands."""
    if len(text) <= _LONG_CHARS:
        return 0, len(text)
    wanted = {word.lower() for word in focus}
    best = max(
        _SENTENCE.finditer(text),
        key=lambda found: (len(wanted & set(re.findall(r"[\w']+", found[0].lower()))), -found.start()),
        default=None,
    )
    if best is None:
        return 0, len(text)
    start = best.start() + len(best[0]) - len(best[0].lstrip())
    return start, start + len(best[0].strip())
