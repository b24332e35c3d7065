"""Lines that people write into guides: they stay through every refresh, and turn amber when what they rest on goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final, Literal, get_args

from pipeline.errors import BadInput
from pipeline.records import CATEGORIES, Call, Moment, PhraseFilter, text_hash
from pipeline.store.guide_lines import EvidencePlace, GuideLine
from pipeline.store.session import Transaction

Part = Literal["listen", "acknowledge", "explore", "respond", "avoid"]
PARTS: Final[tuple[Part, ...]] = get_args(Part)
AGED_DAYS: Final = 180
"""Evidence older than this is a reason to look again."""
_MAX_CHARS: Final = 600


@dataclass(frozen=True, slots=True)
class Standing:
    """A person's line as it stands: the date of its last evidence, and why it is amber, if it is."""

    line: GuideLine
    last_evidence: str | None
    """An ISO date."""
    amber: str | None
    quotes: tuple[tuple[EvidencePlace, str], ...]
    """The places that still say what they said, with their words."""


def subject_of(theme: str | None, category: str | None) -> str:
    """Return what a line is about: a theme, or a category; BadInput unless it is one of the two."""
    if bool(theme) == bool(category):
        raise BadInput("A line is of one theme or of one category: give --theme or --category.")
    if category and category not in CATEGORIES:
        raise BadInput(f"There is no category {category!r}; there are: {', '.join(CATEGORIES)}.")
    return f"theme:{theme}" if theme else f"category:{category}"


def add_line(
    tx: Transaction, subject: str, part: str, text: str, *, who: str, evidence: Sequence[str] = ()
) -> GuideLine:
    """Hold a line of a person. `evidence` are ids of moments that it rests on; NotFound for one that is not held."""
    if not who.strip():
        raise BadInput("A line says who wrote it: the name is empty.")
    if part not in PARTS:
        raise BadInput(f"There is no part {part!r} of a guide; there are: {', '.join(PARTS)}.")
    kind, _, name = subject.partition(":")
    subject_of(name if kind == "theme" else None, name if kind == "category" else None)
    if kind == "theme":
        tx.themes.get(name)
    places = tuple(_place(tx.moments.get(name)) for name in dict.fromkeys(evidence))
    return tx.guide_lines.add(
        GuideLine(0, subject, part, _checked(text), who, datetime.now(UTC), len(places), evidence=places)
    )


def change_line(tx: Transaction, number: int, text: str, *, who: str) -> None:
    """Put another text in place of a line's; NotFound if it is not held."""
    if not who.strip():
        raise BadInput("A line says who wrote it: the name is empty.")
    tx.guide_lines.change(number, _checked(text), who=who, at=datetime.now(UTC))


def _checked(text: str) -> str:
    said = " ".join(text.split())
    if not said:
        raise BadInput("A line says something: its text is empty.")
    if len(said) > _MAX_CHARS:
        raise BadInput(f"A line is read at a glance: {len(said)} characters are more than {_MAX_CHARS}.")
    return said


def _place(moment: Moment) -> EvidencePlace:
    return EvidencePlace(moment.call, moment.turn, moment.start_char, moment.end_char, text_hash(moment.quote))


def read_lines(tx: Transaction, today: date, subjects: Sequence[str] | None = None) -> list[Standing]:
    """Return people's lines as they stand on a day, in the order they were written."""
    lines = tx.guide_lines.all(subjects)
    turns = tx.talk.turns_at({(place.call, place.turn) for line in lines for place in line.evidence})
    calls = tx.calls.by_ids({place.call for line in lines for place in line.evidence})
    withdrawn = {
        (moment.call, moment.turn, moment.start_char): moment
        for moment in (tx.moments.select(PhraseFilter(states=("withdrawn",))) if lines else ())
    }
    found = []
    for line in lines:
        quotes = []
        for place in line.evidence:
            turn = turns.get((place.call, place.turn))
            said = turn.text[place.start_char : place.end_char] if turn else ""
            if text_hash(said) == place.text_hash and (place.call, place.turn, place.start_char) not in withdrawn:
                quotes.append((place, said))
        last = _last(quotes, calls)
        found.append(Standing(line, last, _amber(line, len(quotes), last, today), tuple(quotes)))
    return found


def _last(quotes: Sequence[tuple[EvidencePlace, str]], calls: Mapping[str, Call]) -> str | None:
    days = [day_of(calls[place.call]) for place, _ in quotes]
    return max((day for day in days if day), default=None)


def day_of(call: Call) -> str | None:
    """Return the day of a call as an ISO date; None if its metadata give no such time."""
    try:
        return datetime.fromisoformat(str(call.metadata.get("recorded_at"))).date().isoformat()
    except ValueError:
        return None


def _amber(line: GuideLine, n_held: int, last: str | None, today: date) -> str | None:
    if n_held < line.n_evidence:
        return f"{line.n_evidence - n_held} of its {line.n_evidence} quotes withdrawn, changed or erased"
    return aged(last, today)


def aged(last: str | None, today: date) -> str | None:
    """Return why a line of this last evidence is to be looked at again, if it is."""
    if last is None or (today - date.fromisoformat(last)).days <= AGED_DAYS:
        return None
    return f"last heard {last}, more than {AGED_DAYS} days ago"
