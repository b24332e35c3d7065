"""The facts as files: calls, turns, moments and themes as JSON lines, CSV or Parquet."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

from api.kept_reading import read_handlings
from api.schemas import CallOut, MomentOut, ThemeOut, TurnOut
from api.schemas_answers import AnswerOut
from pipeline.assemble import Toolkit
from pipeline.confidence import Band, least_score
from pipeline.errors import MissingPart
from pipeline.records import PhraseFilter
from pipeline.run import STAGES
from pipeline.store.session import Transaction

Row = dict[str, Any]


def rows_of(tx: Transaction, what: str) -> Iterator[Row]:
    """Yield the rows of calls, turns, moments or themes, always in the same order."""
    yield from _ROWS[what](tx)


def _calls(tx: Transaction) -> Iterator[Row]:
    stages = tx.stages.all()
    for call in tx.calls.all():
        yield CallOut.of(call, stages.get(call.id, {}), STAGES[call.form]).model_dump(
            exclude={"stages": {"__all__": {"detail"}}}
        )


def _turns(tx: Transaction) -> Iterator[Row]:
    sources = {call.id: call.source for call in tx.calls.all()}
    for turn in tx.talk.all_turns():
        yield TurnOut.of(turn, sources[turn.call]).model_dump()


def moment_rows(tx: Transaction, band: Band = "possible") -> Iterator[Row]:
    """Yield the rows of the moments of a band or surer."""
    for moment in tx.moments.select(PhraseFilter(min_score=least_score(band))):
        yield MomentOut.model_validate(moment).model_dump()


def _themes(tx: Transaction) -> Iterator[Row]:
    themes = tx.themes.all()
    medoids = tx.moments.by_ids([theme.medoid for theme in themes])
    for theme in themes:
        yield ThemeOut.of(theme, medoids.get(theme.medoid)).model_dump()


def answer_rows(toolkit: Toolkit, tx: Transaction) -> Iterator[Row]:
    """Yield a row per objection with what became of it; unlike the others, this reading needs models."""
    for handling in read_handlings(toolkit, tx).values():
        yield AnswerOut.of(handling).model_dump()


_ROWS: Mapping[str, Callable[[Transaction], Iterator[Row]]] = {
    "calls": _calls,
    "turns": _turns,
    "moments": moment_rows,
    "themes": _themes,
}


FIELDS: Mapping[str, tuple[str, ...]] = {
    "calls": tuple(CallOut.model_fields),
    "turns": tuple(TurnOut.model_fields),
    "moments": (*MomentOut.model_fields, *MomentOut.model_computed_fields),
    "themes": tuple(ThemeOut.model_fields),
    "answers": tuple(AnswerOut.model_fields),
}
"""The columns of each kind of facts, which a file has even when it holds no row."""


def write_jsonl(rows: Iterable[Row], file: TextIO) -> None:
    """Write a JSON object a line."""
    for row in rows:
        file.write(json.dumps(row, ensure_ascii=False) + "\n")


def write_parquet(rows: Iterable[Row], path: Path, fields: Sequence[str]) -> None:
    """Write Parquet; nested values are written as JSON. MissingPart if pyarrow is not installed."""
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError as error:
        raise MissingPart("Parquet needs pyarrow. Run: pip install 'buyerspeak[parquet]'") from error
    columns: dict[str, list[Any]] = {name: [] for name in fields}
    for row in rows:
        for name in fields:
            value = row[name]
            columns[name].append(json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value)
    parquet.write_table(pyarrow.table(columns), path)
