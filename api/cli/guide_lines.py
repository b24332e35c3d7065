"""`buyerspeak guide-line`: lines that people write into guides."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import typer

from api.cli.shared import ByOption, DataOption, JsonOption, open_toolkit, print_json, said_by

app = typer.Typer(help="Lines of your own in guides: they stay through every refresh.", no_args_is_help=True)
NumberArgument = Annotated[int, typer.Argument(help="The line's number, as `guide-line list` shows it.")]


class PartName(StrEnum):
    """Where in a guide a line stands."""

    LISTEN = "listen"
    ACKNOWLEDGE = "acknowledge"
    EXPLORE = "explore"
    RESPOND = "respond"
    AVOID = "avoid"


@app.command()
def add(
    text: Annotated[str, typer.Argument(help="What the line says.")],
    part: Annotated[PartName, typer.Option("--part", help="Where in the guide it stands.")],
    theme: Annotated[str | None, typer.Option(help="The theme that it is on, by its id.")] = None,
    category: Annotated[str | None, typer.Option(help="The objection category that it is on.")] = None,
    evidence: Annotated[
        list[str] | None, typer.Option("--evidence", help="A moment that it rests on, by its id; may be repeated.")
    ] = None,
    by: ByOption = None,
    data: DataOption = None,
) -> None:
    """Write a line into the guide to a theme or a category."""
    from pipeline.guide_lines import add_line, subject_of

    with open_toolkit(data).store.begin() as tx:
        subject = subject_of(theme, category)
        line = add_line(tx, subject, part.value, text, who=said_by(by), evidence=evidence or ())
    typer.echo(f"Line {line.number} is held, on {line.subject}.")


@app.command("list")
def list_lines(data: DataOption = None, as_json: JsonOption = False) -> None:
    """List the lines that people wrote, and which of them to look at again."""
    from api.schemas_guide import GuideLineOut
    from pipeline.guide_lines import read_lines

    with open_toolkit(data).store.read() as tx:
        lines = [GuideLineOut.of(one) for one in read_lines(tx, datetime.now(UTC).date())]
    if as_json:
        print_json({"lines": [line.model_dump(mode="json") for line in lines]})
        return
    for line in lines:
        amber = f"  LOOK AGAIN: {line.amber}" if line.amber else ""
        typer.echo(f"{line.number}  {line.subject}  {line.part}: {line.text}  ({line.who}){amber}")


@app.command()
def change(
    number: NumberArgument,
    text: Annotated[str, typer.Argument(help="What it says instead.")],
    by: ByOption = None,
    data: DataOption = None,
) -> None:
    """Put another text in place of a line's; what it rests on stays."""
    from pipeline.guide_lines import change_line

    with open_toolkit(data).store.begin() as tx:
        change_line(tx, number, text, who=said_by(by))
    typer.echo(f"Line {number} is changed.")


@app.command()
def remove(number: NumberArgument, data: DataOption = None) -> None:
    """Delete a line."""
    with open_toolkit(data).store.begin() as tx:
        tx.guide_lines.remove(number)
    typer.echo(f"Line {number} is removed.")
