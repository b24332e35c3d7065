"""From phrases to quotes that a reader can check: exact slices of stored turns, with what was said around them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.store.session import Transaction
from pipeline.store.shown import Around, ShownPhrase

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
    before: Around | None
    after: Around | None


def read_quotes(tx: Transaction, ids: Iterable[int], *, focus: Sequence[str] = ()) -> dict[int, Quote]:
    """Return the quotes of those of the phrases that are held, by id.

    A long turn is cut to the sentence with most words of `focus`.
    """
    return {phrase: _quote(shown, focus) for phrase, shown in tx.shown.phrases(ids).items()}


def _quote(shown: ShownPhrase, focus: Sequence[str]) -> Quote:
    moment = shown.moment
    start, end = (moment.start_char, moment.end_char) if moment else best_sentence(shown.context, focus)
    return Quote(
        id=moment.id if moment else f"{shown.call}:{shown.turn}",
        call=shown.call,
        source=shown.source,
        account=shown.account,
        recorded_at=shown.recorded_at,
        turn=shown.turn,
        speaker=shown.speaker,
        role=shown.role,
        start_s=moment.start_s if moment else shown.start_s,
        end_s=moment.end_s if moment else shown.end_s,
        kind=moment.kind if moment else None,
        category=moment.category if moment else None,
        text=moment.quote if moment else shown.context[start:end],
        context=shown.context,
        start_char=start,
        end_char=end,
        score=moment.score if moment else None,
        state=moment.state if moment else None,
        theme=moment.theme if moment else None,
        before=shown.before,
        after=shown.after,
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
