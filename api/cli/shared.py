"""What every command has in common: the data folder, JSON on standard output, and errors in words."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from getpass import getuser
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

if TYPE_CHECKING:
    from pipeline.assemble import Toolkit
    from pipeline.corrected import Correction
    from pipeline.mended import Mend
    from pipeline.records import Call

Edit = TypeVar("Edit", "Correction", "Mend")
DataOption = Annotated[
    Path | None,
    typer.Option(
        "--data", help="Folder that holds everything.", envvar="BUYERSPEAK_DATA", show_default="buyerspeak-data"
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
OutOption = Annotated[Path | None, typer.Option("--out", help="Write to a file instead of standard output.")]
ByOption = Annotated[str | None, typer.Option("--by", help="Who says it.", show_default="the user's name")]
WhereOption = Annotated[
    list[str] | None, typer.Option("--where", help="Only calls whose metadata says FIELD=VALUE; may be repeated.")
]


class Confidence(StrEnum):
    """How sure moments are at least."""

    SURE = "sure"
    LIKELY = "likely"
    POSSIBLE = "possible"


ConfidenceOption = Annotated[
    Confidence | None, typer.Option("--confidence", help="Only moments this sure or surer.", show_default="everything")
]


def open_toolkit(data: Path | None, **changes: Any) -> Toolkit:
    """Return the toolkit that the environment and the command's options mean."""
    from pydantic import ValidationError

    from pipeline.assemble import Toolkit
    from pipeline.settings import Settings

    given = {name: value for name, value in changes.items() if value is not None}
    if data is not None:
        given["data"] = data
    try:
        return Toolkit(Settings(**given))
    except ValidationError as error:
        wrong = "; ".join(f"BUYERSPEAK_{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors())
        raise typer.BadParameter(f"a setting cannot be: {wrong}") from error


def print_json(document: Any) -> None:
    """Print one JSON document on standard output."""
    typer.echo(json.dumps(document, ensure_ascii=False, indent=1))


def complain(message: str) -> None:
    """Print a message for a person on standard error."""
    typer.echo(message, err=True)


def said_by(by: str | None) -> str:
    """Return who says something: the name given, or that of the user."""
    try:
        return getuser() if by is None else by
    except (KeyError, OSError) as error:
        raise typer.BadParameter("this user has no name; say who with --by NAME.") from error


def work_on(toolkit: Toolkit, call: Call, *, before: str = "") -> None:
    """Run what is stale of a call and bring index and themes up to date; a failure is told, and ends the command."""
    from pipeline.run import process_call
    from pipeline.workers import settle

    for step in process_call(toolkit, call):
        if step.state == "failed":
            complain(f"{before}failed: {call.source}, stage {step.stage}: {step.error}")
            raise typer.Exit(1)
    settle(toolkit)


def keep_edit(data: Path | None, change: Callable[[Toolkit], Edit], *, what: str) -> tuple[Toolkit, Edit]:
    """Keep a person's edit of a call and run what it makes stale; what cannot be meant is wrong usage.

    `what` is what a failed stage calls the edit, which is kept all the same.
    """
    from pipeline.errors import BadInput

    toolkit = open_toolkit(data)
    try:
        made = change(toolkit)
    except BadInput as error:
        raise typer.BadParameter(str(error)) from error
    with toolkit.store.read() as tx:
        call = tx.calls.get(made.call)
    work_on(toolkit, call, before=f"{what} {made.id} is kept; but ")
    return toolkit, made


def parse_where(pairs: Sequence[str] | None) -> Mapping[str, tuple[str, ...]]:
    """Return FIELD=VALUE pairs by field; a pair without "=" is wrong usage."""
    where: dict[str, tuple[str, ...]] = {}
    for pair in pairs or ():
        field, equals, value = pair.partition("=")
        if not equals or not field.strip():
            raise typer.BadParameter(f"--where {pair!r} is not FIELD=VALUE, such as segment=enterprise.")
        where[field.strip()] = (*where.get(field.strip(), ()), value.strip())
    return where


def write_text(text: str, out: Path | None) -> None:
    """Write text to a file, or to standard output."""
    if out is None:
        sys.stdout.write(text if text.endswith("\n") else text + "\n")
        return
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(text, encoding="utf-8")
    complain(f"Wrote {out}")


def write_bytes(content: bytes, out: Path | None, *, is_text: bool) -> None:
    """Write a file, or to standard output; what is no text goes to no terminal."""
    if out is not None:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(content)
        complain(f"Wrote {out}")
        return
    if not is_text and sys.stdout.isatty():
        raise typer.BadParameter("this form is no text; give --out FILE.")
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def clock(seconds: float | None) -> str:
    """Return seconds as 1:02:03 or 2:03; an unknown time as a dash."""
    if seconds is None:
        return "–"
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
