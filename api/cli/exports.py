"""`buyerspeak export`: the facts."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

import typer

from api.cli.shared import DataOption, OutOption, complain, open_toolkit


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
    out: OutOption = None,
    data: DataOption = None,
) -> None:
    """Write calls, turns, moments, themes or answers as JSON lines, CSV or Parquet."""
    from api.exports import FIELDS, answer_rows, rows_of, write_csv, write_jsonl, write_parquet

    if form is ExportForm.PARQUET and out is None:
        raise typer.BadParameter("Parquet is written to a file; give --out.")
    toolkit = open_toolkit(data)
    with toolkit.store.read() as tx:
        rows = answer_rows(toolkit, tx) if what is Facts.ANSWERS else rows_of(tx, what.value)
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


COMMANDS = (export,)
