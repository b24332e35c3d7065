"""`buyerspeak export`: the facts."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.shared import Confidence, ConfidenceOption, DataOption, OutOption, complain, open_toolkit

if TYPE_CHECKING:
    from api.exports import Row
    from pipeline.assemble import Toolkit
    from pipeline.store.session import Transaction


class Facts(StrEnum):
    """What can be exported."""

    CALLS = "calls"
    TURNS = "turns"
    MOMENTS = "moments"
    THEMES = "themes"
    ANSWERS = "answers"


class ExportForm(StrEnum):
    """How facts are written."""

    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"


def export(
    what: Annotated[Facts, typer.Argument(help="What to export.", show_default=False)],
    form: Annotated[ExportForm, typer.Option("--format", help="How it is written.")] = ExportForm.JSONL,
    confidence: ConfidenceOption = None,
    out: OutOption = None,
    data: DataOption = None,
) -> None:
    """Write calls, turns, moments, themes or answers as JSON lines, CSV or Parquet."""
    from api.exports import FIELDS, write_jsonl, write_parquet
    from api.sheets import write_csv

    if form is ExportForm.PARQUET and out is None:
        raise typer.BadParameter("Parquet is written to a file; give --out.")
    if confidence is not None and what is not Facts.MOMENTS:
        raise typer.BadParameter(f"--confidence is of moments; {what.value} have none.")
    toolkit = open_toolkit(data)
    with toolkit.store.read() as tx:
        rows = _rows(toolkit, tx, what, confidence)
        if form is ExportForm.PARQUET and out is not None:
            write_parquet(rows, out, FIELDS[what.value])
        else:
            fields = FIELDS[what.value]
            write = write_jsonl if form is ExportForm.JSONL else lambda rows, file: write_csv(rows, file, fields)
            if out is None:
                write(rows, sys.stdout)
                return
            out.parent.mkdir(parents=True, exist_ok=True)
            with out.open("w", encoding="utf-8", newline="") as file:
                write(rows, file)
    complain(f"Wrote {out}")


def _rows(toolkit: Toolkit, tx: Transaction, what: Facts, confidence: Confidence | None) -> Iterator[Row]:
    from api.exports import answer_rows, moment_rows, rows_of

    if what is Facts.ANSWERS:
        return answer_rows(toolkit, tx)
    return rows_of(tx, what.value) if confidence is None else moment_rows(tx, confidence.value)


COMMANDS = (export,)
