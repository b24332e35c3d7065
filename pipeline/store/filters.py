"""A `PhraseFilter` as SQL conditions, written once for phrases and for moments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from pipeline.records import NO_THEME, THEMED_KINDS, PhraseFilter
from pipeline.store import tables as t
from pipeline.store.corrections import placements

Condition = ColumnElement[bool]

_SET_BY_A_PERSON = select(placements.c.moment).where(placements.c.moment == t.moments.c.id).correlate(t.moments)
STATE = func.coalesce(t.verdicts.c.state, case((_SET_BY_A_PERSON.exists(), "heard"), else_="machine"))
"""The trust state of a moment, where `verdicts` is outer-joined to it: a verdict, else whether a person set it."""

_SAID: Final[frozenset[str]] = frozenset({"cleared", "withdrawn"})
"""States that a verdict alone gives."""


def calls_where(where: Mapping[str, tuple[str, ...]]) -> list[Condition]:
    """Return conditions on `calls`: each field has one of its accepted values, whatever their case."""
    fields = t.call_fields.c
    return [
        t.calls.c.id.in_(
            select(fields.call).where(fields.field == field, fields.folded.in_([value.casefold() for value in values]))
        )
        for field, values in where.items()
        if values
    ]


def of_phrases(wanted: PhraseFilter) -> list[Condition]:
    """Return the conditions on `phrases`; those on moments let no phrase without a moment pass."""
    phrases = t.phrases.c
    conditions = _on_call(phrases.call, wanted)
    if wanted.roles:
        conditions.append(phrases.role.in_(wanted.roles))
    on_moment = _on_moment(wanted)
    if on_moment:
        conditions.append(phrases.moment.in_(_moment_ids(on_moment)))
    elif wanted.moments_only:
        conditions.append(phrases.moment.is_not(None))
    return conditions


def of_moments(wanted: PhraseFilter) -> list[Condition]:
    """Return the conditions on `moments` joined to `turns`, with `verdicts` outer-joined."""
    conditions = _on_call(t.moments.c.call, wanted) + _on_moment(wanted)
    if wanted.roles:
        conditions.append(t.turns.c.role.in_(wanted.roles))
    return conditions


def _on_call(call: ColumnElement[str], wanted: PhraseFilter) -> list[Condition]:
    conditions: list[Condition] = [call.in_(wanted.calls)] if wanted.calls else []
    on_calls = calls_where(wanted.where)
    if wanted.since:
        on_calls.append(t.calls.c.recorded_at >= wanted.since)
    if wanted.until:
        # "~" sorts after every character of an ISO time, so that a day takes in all of its hours.
        on_calls.append(t.calls.c.recorded_at <= wanted.until + "~")
    if on_calls:
        conditions.append(call.in_(select(t.calls.c.id).where(*on_calls)))
    return conditions


def of_calls(wanted: PhraseFilter) -> list[Condition]:
    """Return the conditions on `calls` alone: those of the filter that are not about phrases."""
    return _on_call(t.calls.c.id, wanted)


def _on_moment(wanted: PhraseFilter) -> list[Condition]:
    moments = t.moments.c
    conditions: list[Condition] = []
    if wanted.kinds:
        conditions.append(moments.kind.in_(wanted.kinds))
    if wanted.categories:
        conditions.append(moments.category.in_(wanted.categories))
    if wanted.states:
        conditions.append(_in_state(wanted.states))
    if wanted.themes:
        members = t.theme_members.c
        inside = moments.id.in_(select(members.moment).where(members.theme.in_(wanted.themes)))
        # Signals are never gathered into themes: that they are in none says nothing.
        loose = and_(moments.id.not_in(select(members.moment)), moments.kind.in_(THEMED_KINDS))
        conditions.append(or_(inside, loose) if NO_THEME in wanted.themes else inside)
    if wanted.min_score > 0:
        conditions.append(moments.score >= wanted.min_score)
    return conditions


def _in_state(states: Sequence[str]) -> Condition:
    verdicts = t.verdicts.c
    if _SAID.issuperset(states):
        # What few moments are in is found from there; to ask each moment for its state takes all of them.
        return t.moments.c.id.in_(select(verdicts.moment).where(verdicts.state.in_(states)))
    return STATE.in_(states)


def _moment_ids(conditions: list[Condition]) -> Select[tuple[str]]:
    judged = t.moments.outerjoin(t.verdicts, t.verdicts.c.moment == t.moments.c.id)
    return select(t.moments.c.id).select_from(judged).where(*conditions)
