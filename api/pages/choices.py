"""The filters above a list: what is chosen now, and what the held calls offer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from api.filters import WHERE, Where
from api.wording import OUTCOME_WORDS
from pipeline.records import Call

_FIELDS = ("account", "segment", "stage", "outcome")
_NO_CHOICES = ("recorded_at", "channels", "id", "source")
"""Fields that another control is for, or that tell a call's file and not its matter."""


@dataclass(frozen=True, slots=True)
class FieldChoice:
    """A metadata field to filter by: its name in the address, the value chosen now ("" for any), and those on offer."""

    name: str
    field: str
    chosen: str
    values: tuple[tuple[str, str], ...]
    """Pairs of stored value and the word for it."""


@dataclass(frozen=True, slots=True)
class OtherChoice:
    """A filter that the address names and the form has no control for; it stays while the form is used."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class CallChoices:
    """Filters by metadata."""

    fields: tuple[FieldChoice, ...]
    others: tuple[OtherChoice, ...]
    is_active: bool
    more: tuple[FieldChoice, ...] = ()
    """The other metadata fields that tell calls apart, where a page offers them."""


def call_choices(
    calls: Iterable[Call], where: Where, *, also: Mapping[str, Sequence[str]] | None = None
) -> CallChoices:
    """Return the filters by metadata over the held calls; a field that no call has is left out unless it is chosen.

    `also` are the values of further fields; of these a field with one value for all is left out.
    """
    offered: dict[str, set[str]] = defaultdict(set)
    for call in calls:
        for field in _FIELDS:
            if call.metadata.get(field) not in (None, ""):
                offered[field].add(str(call.metadata[field]))
    fields = tuple(_choice(field, where, offered[field]) for field in _FIELDS if offered[field] or where.get(field))
    more = tuple(
        _choice(field, where, set(values))
        for field, values in (also or {}).items()
        if field not in (*_FIELDS, *_NO_CHOICES) and (len(values) > 1 or where.get(field))
    )
    shown = {choice.field for choice in more} | set(_FIELDS)
    others = tuple(
        OtherChoice(WHERE + field, value)
        for field, values in where.items()
        for value in (values if field not in shown else values[1:])
    )
    return CallChoices(fields, others, bool(where), more)


def _choice(field: str, where: Where, offered: set[str]) -> FieldChoice:
    chosen = where.get(field, ("",))[0]
    same = next((value for value in sorted(offered) if value.casefold() == chosen.casefold()), chosen)
    values = sorted(offered | ({same} if same else set()), key=str.casefold)
    return FieldChoice(WHERE + field, field, same, tuple((value, _word(field, value)) for value in values))


def _word(field: str, value: str) -> str:
    words: Mapping[str, str] = OUTCOME_WORDS if field == "outcome" else {}
    return words.get(value) or (value if field == "account" else value[:1].upper() + value[1:])
