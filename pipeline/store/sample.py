"""What the held calls are a sample of, and what they lack: counts that the database makes, so that they stay quick."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, get_args

from sqlalchemy import ColumnElement, Connection, func, select

from pipeline.records import Call, PhraseFilter
from pipeline.store import tables as t
from pipeline.store.calls import CALL_COLUMNS
from pipeline.store.filters import of_calls

Lacking = Literal["consent", "segment", "account", "outcome", "recorded_at", "customer"]
"""A metadata field that a call does not say, or a speaker who is known to be the customer."""
LACKING: Final[tuple[Lacking, ...]] = get_args(Lacking)
_DESCRIPTIVE: Final = 500
"""Values of a field beyond these are not listed: such a field tells calls apart, and groups none."""


@dataclass(frozen=True, slots=True)
class LastAdded:
    """The calls that came in on the last day on which any did (UTC)."""

    at: datetime
    """When the last of them came."""
    n: int


@dataclass(frozen=True, slots=True)
class ChosenCalls:
    """Which calls a list is of: metadata, dates, what they lack, and whether a stage of theirs failed."""

    where: Mapping[str, tuple[str, ...]]
    lacks: Lacking | Literal[""] = ""
    failed: bool = False
    since: str | None = None
    until: str | None = None
    """ISO dates, inclusive."""


class Sample:
    """Counts over all calls, and the calls behind each count."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def count(self, chosen: ChosenCalls) -> int:
        """Return how many calls are chosen."""
        query = select(func.count(t.calls.c.id)).where(*_conditions(chosen))
        return self._connection.execute(query).scalar_one()

    def latest(self, chosen: ChosenCalls, *, limit: int, offset: int = 0) -> list[Call]:
        """Return the chosen calls, the last recorded first; of those that say no date the last added."""
        order = (func.coalesce(t.calls.c.recorded_at, "").desc(), t.calls.c.added_at.desc(), t.calls.c.id)
        query = select(*CALL_COLUMNS).where(*_conditions(chosen)).order_by(*order).limit(limit).offset(offset)
        return [Call(**row) for row in self._connection.execute(query).mappings()]

    def added_last(self, *, limit: int, failed: bool = False) -> list[Call]:
        """Return the calls that came in last, the latest first."""
        conditions = _conditions(ChosenCalls({}, failed=failed))
        query = select(*CALL_COLUMNS).where(*conditions).order_by(t.calls.c.added_at.desc(), t.calls.c.id).limit(limit)
        return [Call(**row) for row in self._connection.execute(query).mappings()]

    def last_added(self) -> LastAdded | None:
        """Return when the last call came in, with how many that day; None where nothing is held."""
        at = self._connection.execute(
            select(t.calls.c.added_at).order_by(t.calls.c.added_at.desc()).limit(1)
        ).scalar_one_or_none()
        if at is None:
            return None
        midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
        n = self._connection.execute(select(func.count(t.calls.c.id)).where(t.calls.c.added_at >= midnight))
        return LastAdded(at, n.scalar_one())

    def n_accounts(self) -> int:
        """Return how many accounts the calls name."""
        return self._connection.execute(select(func.count(t.calls.c.account.distinct()))).scalar_one()

    def hours(self) -> float:
        """Return how long the recordings are together, in hours."""
        return float(self._connection.execute(select(func.sum(t.calls.c.duration_s))).scalar_one() or 0) / 3600

    def per_value(self, field: str) -> list[tuple[str, int]]:
        """Return how many calls say each value of a metadata field, the rarest first."""
        fields = t.call_fields.c
        n = func.count(fields.call.distinct())
        query = select(func.min(fields.value), n).where(fields.field == field).group_by(fields.folded)
        rows = self._connection.execute(query.order_by(n, fields.folded).limit(_DESCRIPTIVE))
        return [(value, int(count)) for value, count in rows]


def _conditions(chosen: ChosenCalls) -> list[ColumnElement[bool]]:
    found = of_calls(PhraseFilter(where=chosen.where, since=chosen.since, until=chosen.until))
    if chosen.lacks == "customer":
        found.append(~_speakers("customer"))
        found.append(select(t.turns.c.call).where(t.turns.c.call == t.calls.c.id).exists())
    elif chosen.lacks:
        fields = t.call_fields.c
        said = select(fields.call).where(fields.call == t.calls.c.id, fields.field == chosen.lacks, fields.value != "")
        found.append(~said.exists())
    if chosen.failed:
        stages = t.stages.c
        found.append(t.calls.c.id.in_(select(stages.call).where(stages.state == "failed")))
    return found


def _speakers(role: str) -> ColumnElement[bool]:
    speakers = t.speakers.c
    return select(speakers.call).where(speakers.call == t.calls.c.id, speakers.role == role).exists()
