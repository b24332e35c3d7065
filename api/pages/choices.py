"""The filters above a list: what is chosen now, and what the held calls offer."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from api.filters import WHERE, Where
from api.wording import OUTCOME_WORDS
from pipeline.store.session import Transaction

_MOST_OFFERED, _MOST_OF_OTHERS = 300, 100
"""A metadata field with more values is no list to choose from; the address filters by it all the same."""
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


def held_choices(tx: Transaction, where: Where, *, more: bool = False) -> CallChoices:
    """Return the filters by metadata over all held calls, with `more` also those by fields of one's own.

    Fields with more values than a list can offer are left out, unless one is chosen.
    """
    values = tx.calls.field_values(most=_MOST_OFFERED)
    offered = {field: set(values.get(field, ())) for field in _FIELDS}
    fields = tuple(_choice(field, where, offered[field]) for field in _FIELDS if offered[field] or where.get(field))
    own = tuple(
        _choice(field, where, set(found))
        for field, found in (values.items() if more else ())
        if field not in (*_FIELDS, *_NO_CHOICES) and (1 < len(found) <= _MOST_OF_OTHERS or where.get(field))
    )
    return CallChoices(fields, _others(where, {choice.field for choice in own}), bool(where), own)


def theme_choices(tx: Transaction, chosen: Collection[str]) -> list[tuple[str, str]]:
    """Return the ids and labels of the themes to choose from, by label: those of most calls, and those chosen now."""
    offered = tx.themes.labels(most=_MOST_OFFERED)
    offered |= {name: theme.label for name, theme in tx.themes.by_ids(set(chosen).difference(offered)).items()}
    return sorted(offered.items(), key=lambda theme: theme[1].casefold())


def _others(where: Where, shown: Collection[str]) -> tuple[OtherChoice, ...]:
    return tuple(
        OtherChoice(WHERE + field, value)
        for field, values in where.items()
        for value in (values[1:] if field in shown or field in _FIELDS else values)
    )


def _choice(field: str, where: Where, offered: set[str]) -> FieldChoice:
    chosen = where.get(field, ("",))[0]
    same = next((value for value in sorted(offered) if value.casefold() == chosen.casefold()), chosen)
    values = sorted(offered | ({same} if same else set()), key=str.casefold)
    return FieldChoice(WHERE + field, field, same, tuple((value, _word(field, value)) for value in values))


def _word(field: str, value: str) -> str:
    words: Mapping[str, str] = OUTCOME_WORDS if field == "outcome" else {}
    return words.get(value) or (value if field == "account" else value[:1].upper() + value[1:])
