"""Stored words as people read them, and texts in pieces for templates to mark."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Protocol

from pipeline.confidence import Band
from pipeline.corrected import Stretch
from pipeline.insights.search import STATES, SearchResult, stem
from pipeline.records import CATEGORIES, KINDS, OUTCOMES, Moment

KIND_WORDS = {
    "objection": "Objection",
    "pain": "Pain",
    "goal": "Goal",
    "question": "Question",
    "signal": "Buying signal",
}
ROLE_WORDS = {"rep": "Rep", "customer": "Customer", "unknown": "Unknown"}
ROLE_SOURCE_WORDS = {"given": "given with the call", "inferred": "inferred", "corrected": "corrected by hand"}
STATE_WORDS = {
    "done": "Ready",
    "failed": "Failed",
    "unfinished": "Unfinished",
    "waiting": "Waiting",
    "running": "Working",
}
STAGE_WORDS = {
    "transcribe": "Transcript",
    "read": "Transcript",
    "speakers": "Speakers",
    "roles": "Roles",
    "moments": "Moments",
    "vectors": "Search",
}
FIELD_WORDS = {
    "account": "Account",
    "rep": "Rep",
    "segment": "Segment",
    "industry": "Industry",
    "product": "Product",
    "stage": "Stage",
    "outcome": "Outcome",
    "amount": "Amount",
    "deal": "Deal",
    "recorded_at": "Recorded",
    "language": "Language",
    "consent": "Consent",
    "channels": "Channels",
}
LACK_WORDS = {
    "consent": "say nothing of consent",
    "segment": "name no segment",
    "account": "name no account",
    "outcome": "say no outcome",
    "recorded_at": "say no date",
    "customer": "have no speaker known to be the customer",
}
CHANGE_WORDS = {"added": "added", "changed": "changed", "put_back": "put back", "unchanged": "unchanged"}
OUTCOME_WORDS = {outcome: outcome.replace("_", " ").capitalize() for outcome in OUTCOMES}
CATEGORY_WORDS = {name: name.capitalize() for name in CATEGORIES} | {"brushoff": "Brush-off"}
BAND_WORDS: dict[Band, str] = {"sure": "Sure", "likely": "Likely", "possible": "Possible"}
BAND_HELP: dict[Band, str] = {
    "sure": "of 10 such quotes, 8 or more should be what their label says",
    "likely": "of 10 such quotes, 5 to 8 should be what their label says",
    "possible": "of 10 such quotes, about half or fewer should be what their label says: read before you quote",
}
CHOSEN_WORDS: dict[Band, str] = {"likely": "Likely or surer", "possible": "All", "sure": "Sure only"}
TRUST_WORDS = {
    "machine": "Found, not checked",
    "heard": "Heard and confirmed",
    "cleared": "Cleared to quote",
    "withdrawn": "Withdrawn",
}
TRUST_CHOICES: list[tuple[str, str]] = [(state, TRUST_WORDS[state]) for state in STATES]
KIND_CHOICES: list[tuple[str, str]] = [(kind, KIND_WORDS[kind]) for kind in KINDS]

LABEL_CHOICES: list[tuple[str, str]] = [
    *((f"objection:{name}", f"Objection · {words}") for name, words in CATEGORY_WORDS.items()),
    *((kind, words) for kind, words in KIND_WORDS.items() if kind != "objection"),
]
"""What a moment can be, as a form asks for it."""

_WORD = re.compile(r"[\w'’-]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text, and the moments that it belongs to."""

    text: str
    is_marked: bool = False
    moments: tuple[Moment, ...] = ()
    is_cued: bool = False
    """Whether it is what the reader was sent to."""


def words_of(text: str) -> str:
    """Return a stored word for readers: no_decision becomes "No decision"."""
    return text.replace("_", " ").capitalize()


def field_words(field: str) -> str:
    """Return the name of a metadata field for readers."""
    return FIELD_WORDS.get(field) or words_of(field)


def tag_words(kind: str | None, category: str | None) -> str:
    """Return what a moment is, such as "Objection · Price"; of a phrase that is none, an empty text."""
    if kind is None:
        return ""
    name = KIND_WORDS.get(kind, words_of(kind))
    return f"{name} · {CATEGORY_WORDS.get(category, category)}" if category else name


def day(text: object) -> str:
    """Return an ISO time as 8 Sep 2026; other texts as they are, nothing as an empty text."""
    if text in (None, ""):
        return ""
    try:
        when = datetime.fromisoformat(str(text))
    except ValueError:
        return str(text)
    return f"{when.day} {when:%b %Y}"


def moment_words(when: datetime) -> str:
    """Return a point in time as 8 Sep 2026, 15:30 UTC; a script puts it into the reader's zone."""
    utc = when.astimezone(UTC)
    return f"{utc.day} {utc:%b %Y, %H:%M} UTC"


def size_words(n_bytes: int) -> str:
    """Return a size with its unit: 2.0 MB."""
    size, unit = float(n_bytes), "bytes"
    for larger in ("kB", "MB", "GB", "TB"):
        if size < 1000:
            break
        size, unit = size / 1000, larger
    return f"{size:,.0f} {unit}" if unit in ("bytes", "kB") else f"{size:,.1f} {unit}"


def percent(share: float | None) -> str:
    """Return a share of 1 as 62 %."""
    return "" if share is None else f"{share:.0%}"


def sureness(score: float) -> str:
    """Return a moment's score as 62 %, rounded down: 0.799 is not sure, and does not read 80 %."""
    return f"{math.floor(score * 100 + 1e-6)}%"


def counted(n: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun: 1 call, 4 calls."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def what_was_found(result: SearchResult) -> str:
    """Return how much was found of how much was searched: a full count where the search was complete."""
    if not result.is_complete:
        best = "The best" if len(result.hits) == 1 else f"The {len(result.hits)} best"
        places = [call for hit in result.hits for call in (hit.quote.call, *(copy.call for copy in hit.elsewhere))]
        calls = f"{len(set(places)):,} of {counted(result.n_calls, 'call')}"
        return f"{best} of {counted(result.n_phrases, 'phrase')}, in {calls}"
    words = " and ".join(f"“{stretch}”" for stretch in result.verbatim)
    found = f"{result.n_matching_calls:,} of {counted(result.n_calls, 'call')} say {words}"
    turns = f"{result.n_matching:,} of {counted(result.n_turns or 0, 'turn')}, counted completely"
    unread = f"; {counted(result.n_unread_calls, 'call')} of these hold nothing to search yet"
    return f"{found}: {turns}{unread if result.n_unread_calls else ''}"


def also_searched(result: SearchResult) -> list[str]:
    """Return a line for each word that was searched in another spelling."""
    return [f"Also searched: {one.searched} (for {one.typed}, which nobody says)" for one in result.corrections]


def marked(text: str, words: Collection[str]) -> Iterator[Piece]:
    """Yield the text in pieces, those that are one of `words` in any of its forms marked."""
    wanted = {stem(word.lower()) for word in words}
    end = 0
    for found in _WORD.finditer(text):
        if stem(found[0].lower()) in wanted:
            if found.start() > end:
                yield Piece(text[end : found.start()])
            yield Piece(found[0], is_marked=True)
            end = found.end()
    if end < len(text):
        yield Piece(text[end:])


def with_moments(text: str, moments: Sequence[Moment], cued: Stretch | None = None) -> Iterator[Piece]:
    """Yield the text in pieces, cut where any of its moments, or the `cued` stretch, starts or ends."""
    spans = [(moment.start_char, moment.end_char) for moment in moments]
    spans += [(cued.start_char, cued.end_char)] if cued else []
    for start, end in pairwise(sorted({0, len(text), *(at for span in spans for at in span)})):
        inside = tuple(moment for moment in moments if moment.start_char <= start and end <= moment.end_char)
        is_cued = cued is not None and cued.start_char <= start and end <= cued.end_char
        yield Piece(text[start:end], bool(inside) or is_cued, inside, is_cued)


class _Event(Protocol):
    @property
    def at(self) -> datetime: ...
    @property
    def kind(self) -> str: ...
    @property
    def theme(self) -> str | None: ...
    @property
    def other(self) -> str | None: ...


def event_line(event: _Event, labels: Mapping[str, str]) -> str:
    """Return what became of a theme in a line; `labels` are the names of the themes that are held, by id."""

    def name(theme: str | None) -> str:
        return f"“{labels[theme]}”" if theme is not None and theme in labels else f"a former theme ({theme})"

    said = {
        "born": f"{name(event.theme)} is new",
        "ended": f"{name(event.theme)} has ended",
        "split": f"{name(event.theme)} split off {name(event.other)}",
        "merged": f"{name(event.theme)} went into {name(event.other)}",
        "break": "how themes are found changed: what differs before and after may be due to that alone",
    }
    return f"{event.at:%Y-%m-%d}: {said[event.kind]}."
