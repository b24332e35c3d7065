"""The calls that are held, their metadata, and how far each has come through the stages."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, case, delete, func, or_, select, update

from pipeline.errors import Conflict
from pipeline.records import Call, PhraseFilter, StageRun
from pipeline.store import tables as t
from pipeline.store.corrections import corrections, placements
from pipeline.store.filters import calls_where, of_calls
from pipeline.store.guide_lines import guide_evidence
from pipeline.store.mends import mends, role_changes
from pipeline.store.quality import quality_items, quality_strata
from pipeline.store.removal import remove_moments, remove_phrases
from pipeline.store.rows import chunked, insert_rows, require_call, upsert_rows
from pipeline.store.trackers import tracker_examples
from pipeline.store.voices import voice_prints

CALL_COLUMNS = (
    t.calls.c.id,
    t.calls.c.source,
    t.calls.c.sha256,
    t.calls.c.form,
    t.calls.c.media_key,
    t.calls.c.duration_s,
    t.calls.c.n_channels,
    t.calls.c.metadata,
    t.calls.c.added_at,
)
_OF_ONE_CALL = (
    guide_evidence,
    tracker_examples,
    placements,
    corrections,
    mends,
    role_changes,
    t.verdicts,
    t.speakers,
    t.turns,
    t.segments,
    t.stages,
    t.call_fields,
    quality_items,
    quality_strata,
    voice_prints,
)


@dataclass(frozen=True, slots=True)
class CallFacts:
    """What search goes by of a call; `fields` are pairs of a metadata field and a value without case."""

    id: str
    account: str | None
    recorded_at: str | None
    fields: tuple[tuple[str, str], ...]
    has_sound: bool = False
    """Whether there is a recording to hear."""


class Calls:
    """One row per call, and one per value of its metadata."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, call: Call) -> None:
        """Hold a new call; Conflict if its id or its content is held already."""
        calls = t.calls.c
        taken = self._connection.execute(
            select(calls.id, calls.source).where(or_(calls.id == call.id, calls.sha256 == call.sha256))
        ).first()
        if taken:
            what = "The id" if taken.id == call.id else "The content of"
            raise Conflict(
                f"{what} {call.id!r} ({call.source}) is held already, as call {taken.id!r} ({taken.source}). "
                f"`buyerspeak forget {taken.id}` makes room."
            )
        row = {column.name: getattr(call, column.name) for column in CALL_COLUMNS} | _read_from_metadata(call.metadata)
        insert_rows(self._connection, t.calls, [row])
        insert_rows(self._connection, t.call_fields, list(_fields(call.id, call.metadata)))

    def get(self, call_id: str) -> Call:
        """Return the call; NotFound if it is not held."""
        require_call(self._connection, call_id)
        return Call(**self._connection.execute(select(*CALL_COLUMNS).where(t.calls.c.id == call_id)).mappings().one())

    def by_ids(self, ids: Iterable[str]) -> dict[str, Call]:
        """Return those of the calls that are held, by id."""
        return {
            row["id"]: Call(**row)
            for chunk in chunked(sorted(set(ids)))
            for row in self._connection.execute(select(*CALL_COLUMNS).where(t.calls.c.id.in_(chunk))).mappings()
        }

    def find_sha256(self, sha256: str) -> Call | None:
        """Return the call made from a file of this digest, if any."""
        row = self._connection.execute(select(*CALL_COLUMNS).where(t.calls.c.sha256 == sha256)).mappings().first()
        return Call(**row) if row else None

    def all(self, filter_where: Mapping[str, tuple[str, ...]] | None = None) -> list[Call]:
        """Return the calls whose metadata fields have an accepted value, the earliest added first."""
        return [
            Call(**row) for row in self._connection.execute(_in_order(select(*CALL_COLUMNS), filter_where)).mappings()
        ]

    def ids(self, filter_where: Mapping[str, tuple[str, ...]] | None = None) -> list[str]:
        """Return the ids of `all`, in the same order."""
        return list(self._connection.scalars(_in_order(select(t.calls.c.id), filter_where)))

    def facts(self, ids: Iterable[str] | None = None) -> Iterator[CallFacts]:
        """Yield what search goes by of every call, or of those of the calls that are held."""
        calls, fields = t.calls.c, t.call_fields.c
        has_sound = and_(calls.form == "audio", calls.media_key.is_not(None))
        head = select(calls.id, calls.account, calls.recorded_at, has_sound)
        values = select(fields.call, fields.field, fields.folded)
        for chunk in [None] if ids is None else chunked(sorted(set(ids))):
            of_call: dict[str, list[tuple[str, str]]] = {}
            for call, field, value in self._connection.execute(
                values if chunk is None else values.where(fields.call.in_(chunk))
            ):
                of_call.setdefault(call, []).append((field, value))
            for row in self._connection.execute(head if chunk is None else head.where(calls.id.in_(chunk))):
                yield CallFacts(row[0], row[1], row[2], tuple(of_call.get(row[0], ())), bool(row[3]))

    def count(self) -> int:
        """Return how many calls are held."""
        return self._connection.execute(select(func.count()).select_from(t.calls)).scalar_one()

    def count_within(self, wanted: PhraseFilter) -> int:
        """Return how many calls are of the filter's calls, metadata and dates."""
        return self._connection.execute(select(func.count(t.calls.c.id)).where(*of_calls(wanted))).scalar_one()

    def count_unread(self, wanted: PhraseFilter) -> int:
        """Return how many of these calls have nothing to search yet: their stages did not run, or failed."""
        phrases = select(t.phrases.c.id).where(t.phrases.c.call == t.calls.c.id)
        query = select(func.count(t.calls.c.id)).where(*of_calls(wanted), ~phrases.exists())
        return self._connection.execute(query).scalar_one()

    def field_values(self, *, most: int) -> dict[str, list[str]]:
        """Return the values of each metadata field that has at most `most`, by field; case does not matter."""
        fields = t.call_fields.c
        few = select(fields.field).group_by(fields.field).having(func.count(fields.folded.distinct()) <= most)
        query = select(fields.field, func.min(fields.value)).where(fields.field.in_(few))
        values: dict[str, list[str]] = {}
        grouped = query.group_by(fields.field, fields.folded).order_by(fields.field, fields.folded)
        for field, value in self._connection.execute(grouped):
            values.setdefault(field, []).append(value)
        return values

    def set_metadata(self, call_id: str, metadata: Mapping[str, Any]) -> None:
        """Put these fields in place of all that were there."""
        require_call(self._connection, call_id)
        row = {"metadata": dict(metadata)} | _read_from_metadata(metadata)
        self._connection.execute(update(t.calls).where(t.calls.c.id == call_id).values(row))
        self._connection.execute(delete(t.call_fields).where(t.call_fields.c.call == call_id))
        insert_rows(self._connection, t.call_fields, list(_fields(call_id, metadata)))

    def forget(self, call_id: str) -> dict[str, int]:
        """Delete every row of the call, and vectors that nothing uses any more; return the rows deleted per table.

        Themes that lose all their moments go too; those that lose some are counted anew. Passages stay.
        """
        require_call(self._connection, call_id)
        deleted = remove_phrases(self._connection, t.phrases.c.call == call_id)
        deleted |= remove_moments(self._connection, t.moments.c.call == call_id)
        for table in _OF_ONE_CALL:
            deleted[table.name] = self._connection.execute(delete(table).where(table.c.call == call_id)).rowcount
        deleted["calls"] = self._connection.execute(delete(t.calls).where(t.calls.c.id == call_id)).rowcount
        return deleted


class Stages:
    """The last run of each stage of each call."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def record(self, run: StageRun) -> None:
        """Keep a run in place of the last one of the same stage and call."""
        require_call(self._connection, run.call)
        row = {column.name: getattr(run, column.name) for column in t.stages.columns}
        upsert_rows(self._connection, t.stages, [row | {"detail": dict(run.detail)}])

    def of_call(self, call_id: str) -> dict[str, StageRun]:
        """Return the runs of a call by stage."""
        return self.of_calls([call_id]).get(call_id, {})

    def of_calls(self, ids: Iterable[str]) -> dict[str, dict[str, StageRun]]:
        """Return the runs of those of the calls that have any, by call and stage."""
        runs: dict[str, dict[str, StageRun]] = {}
        for chunk in chunked(ids):
            runs |= self._read(t.stages.c.call.in_(chunk))
        return runs

    def all(self) -> dict[str, dict[str, StageRun]]:
        """Return the runs of every call that has any, by call and stage."""
        return self._read()

    def _read(self, *conditions: ColumnElement[bool]) -> dict[str, dict[str, StageRun]]:
        query = select(t.stages).where(*conditions).order_by(t.stages.c.call, t.stages.c.stage)
        runs: dict[str, dict[str, StageRun]] = {}
        for row in self._connection.execute(query).mappings():
            runs.setdefault(row["call"], {})[row["stage"]] = StageRun(**row)
        return runs

    def stamp(self) -> tuple[int, datetime | None, int]:
        """Return what changes whenever a stage begins, ends or fails: how many ran, the last end, how many failed."""
        stages = t.stages.c
        failed = func.sum(case((stages.state == "failed", 1), else_=0))
        n, last, n_failed = self._connection.execute(select(func.count(), func.max(stages.finished_at), failed)).one()
        return int(n), last, int(n_failed or 0)

    def drop(self, call_id: str, stage: str) -> None:
        """Forget that the stage ever ran."""
        self._connection.execute(delete(t.stages).where(t.stages.c.call == call_id, t.stages.c.stage == stage))


def _in_order(query: Select[Any], where: Mapping[str, tuple[str, ...]] | None) -> Select[Any]:
    return query.where(*calls_where(where or {})).order_by(t.calls.c.added_at, t.calls.c.id)


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _read_from_metadata(metadata: Mapping[str, Any]) -> dict[str, str | None]:
    given = {name: metadata.get(name) for name in ("account", "deal", "recorded_at")}
    return {name: None if value in (None, "") else _as_text(value) for name, value in given.items()}


def _fields(call_id: str, metadata: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield one row per value of a field; objects and absent values give none."""
    for field, given in metadata.items():
        for position, value in enumerate(given if isinstance(given, list | tuple) else [given]):
            if value is not None and not isinstance(value, Mapping | list | tuple):
                text = _as_text(value)
                yield {"call": call_id, "field": field, "position": position, "value": text, "folded": text.casefold()}
