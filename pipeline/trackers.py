"""Trackers made and corrected by people: what is refused, what is kept, and who said so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from models.few_shot import MIN_EXAMPLES
from pipeline.errors import BadInput, NotFound
from pipeline.records import ROLES
from pipeline.store.session import Store, Transaction
from pipeline.store.trackers import Tracker, TrackerExample

COUNTER_MARK = "-"
_MAX_NAME_CHARS = 80
_TURN_STRETCH = re.compile(r"(?P<call>.+):(?P<turn>\d+)(?::(?P<start>\d+)-(?P<end>\d+))?", re.DOTALL)


def read_examples(text: str) -> tuple[list[str], list[str]]:
    """Return the examples and the counter-examples of a text with one a line; those that begin with "-" are counter.

    Blank lines and those that begin with "#" are passed by.
    """
    lines = [line.strip() for line in text.splitlines()]
    lines = [line for line in lines if line and not line.startswith("#")]
    counter = [line.removeprefix(COUNTER_MARK).strip() for line in lines if line.startswith(COUNTER_MARK)]
    return [line for line in lines if not line.startswith(COUNTER_MARK)], [line for line in counter if line]


def new_tracker(
    name: str, *, who: str, role: str = "customer", description: str = "", threshold: float | None = None
) -> Tracker:
    """Return a tracker that is not held yet; BadInput for a name, role or threshold that cannot be."""
    name = name.strip()
    if not name or len(name) > _MAX_NAME_CHARS or "/" in name or not name.isprintable():
        raise BadInput(f"{name!r} is no name: 1 to {_MAX_NAME_CHARS} characters on one line, and no slash.")
    if role not in (*ROLES, "any"):
        raise BadInput(f"role {role!r} is none of {', '.join(ROLES)}, any.")
    if threshold is not None and not 0 <= threshold <= 1:
        raise BadInput(f"The threshold {threshold} is not between 0 and 1.")
    return Tracker(name, description.strip(), role, threshold, who, datetime.now(UTC))


def new_examples(meant: Iterable[str], counter: Iterable[str], *, who: str) -> list[TrackerExample]:
    """Return texts as examples of a new tracker, each once.

    Raises BadInput for too few of them, one without a word, and one that is also a counter-example.
    """
    given = {False: _distinct(meant), True: _distinct(counter)}
    if len(given[False]) < MIN_EXAMPLES:
        raise BadInput(
            f"{len(given[False])} different examples are too few: give 5 to 20, one a line, at least {MIN_EXAMPLES}. "
            f'Lines that begin with "{COUNTER_MARK}" are counter-examples; there are {len(given[True])}.'
        )
    both = sorted(set(given[False]) & set(given[True]))
    if both:
        raise BadInput(f"{both[0]!r} is an example and a counter-example. Leave one of them out.")
    now = datetime.now(UTC)
    return [TrackerExample(text, is_counter, None, who, now) for is_counter, texts in given.items() for text in texts]


def _distinct(texts: Iterable[str]) -> list[str]:
    found = list(dict.fromkeys(text.strip() for text in texts))
    for text in found:
        if not any(character.isalnum() for character in text):
            raise BadInput(f"The example {text!r} holds no word. Leave it out.")
    return found


def answer(store: Store, name: str, *, yes: Sequence[str], no: Sequence[str], who: str) -> list[TrackerExample]:
    """Keep which finds are meant and which are not, by the ids of their quotes, and return what was kept.

    They are examples from now on, and go with their call if it is forgotten. NotFound for a tracker or stretch that
    is not held, and BadInput for one that is answered both ways; then nothing is kept.
    """
    both = sorted(set(yes) & set(no))
    if both:
        raise BadInput(f"{both[0]!r} is answered yes and no. Decide for one.")
    now = datetime.now(UTC)
    with store.begin() as tx:
        tx.trackers.get(name)
        kept = [
            TrackerExample(text, is_counter, call, who, now)
            for is_counter, ids in ((False, yes), (True, no))
            for call, text in (_said(tx, quote_id) for quote_id in ids)
        ]
        tx.trackers.put_examples(name, kept)
    return kept


def _said(tx: Transaction, quote_id: str) -> tuple[str, str]:
    """Return the call and the words of a quote: a moment by its id, or CALL:TURN or CALL:TURN:START-END."""
    moment = tx.moments.by_ids([quote_id]).get(quote_id)
    if moment is not None:
        return moment.call, moment.quote
    place = _TURN_STRETCH.fullmatch(quote_id)
    turns = tx.talk.turns(place["call"]) if place else []
    texts = [turn.text for turn in turns if place and turn.turn == int(place["turn"])]
    said = texts[0][int(place["start"] or 0) : int(place["end"] or len(texts[0]))] if place and texts else ""
    if not place or not any(character.isalnum() for character in said):
        raise NotFound(
            f"No phrase {quote_id!r}. `buyerspeak tracker suggest` and `tracker run --json` give the ids that are held."
        )
    return place["call"], said
