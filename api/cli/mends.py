"""`buyerspeak mend`: words of transcripts put right by people, the original kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.corrections import EndOption, NoteOption, QuoteOption, StartOption
from api.cli.shared import ByOption, DataOption, JsonOption, keep_edit, open_toolkit, print_json, said_by

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.assemble import Toolkit
    from pipeline.mended import Mend

app = typer.Typer(help="Words that were heard wrongly, put right: add, undo, list.", no_args_is_help=True)

CallArgument = Annotated[str, typer.Argument(help="The call's id, as `buyerspeak calls` lists it.", show_default=False)]


@app.command()
def add(
    call: CallArgument,
    turn: Annotated[int, typer.Argument(help="The turn's number, the first being 0.", show_default=False)],
    text: Annotated[str, typer.Option(help='What was said; "" takes out words that nobody said.', show_default=False)],
    quote: QuoteOption = None,
    start_char: StartOption = None,
    end_char: EndOption = None,
    by: ByOption = None,
    note: NoteOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put what was said in place of what was heard."""
    from pipeline.correction_words import Edges
    from pipeline.mending import mend

    edges = Edges(quote, start_char, end_char)
    _keep(data, as_json, lambda toolkit: mend(toolkit, call, turn, edges, text, who=said_by(by), note=note))


@app.command()
def undo(
    mend: Annotated[str, typer.Argument(help="Its id, as `mend list` gives it.", show_default=False)],
    by: ByOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put back the words that were there before; both edits stay in the list."""
    from pipeline.mending import undo_mend

    _keep(data, as_json, lambda toolkit: undo_mend(toolkit, mend, who=said_by(by)))


@app.command("list")
def list_mends(call: CallArgument, data: DataOption = None, as_json: JsonOption = False) -> None:
    """List what people put right in a call, in the order made."""
    from api.schemas_listening import MendOut

    toolkit = open_toolkit(data)
    with toolkit.store.read() as tx:
        made = [MendOut.of(one) for one in tx.mends.of_call(tx.calls.get(call).id)]
    if as_json:
        print_json([one.model_dump() for one in made])
        return
    if not made:
        typer.echo("Nobody has mended a word of it yet.")
    undone_by = {one.undoes: one for one in made}
    for one in made:
        typer.echo(f"{one.id}  {one.at[:16]}  {one.who}  {one.call}:{one.turn}  {_told(one.before, one.after)}")
        if one.note:
            typer.echo(f"    ({one.note})")
        if one.undoes:
            typer.echo(f"    takes back {one.undoes}")
        if back := undone_by.get(one.id):
            typer.echo(f"    undone by {back.who}, {back.at[:16]}")


def _keep(data: Path | None, as_json: bool, change: Callable[[Toolkit], Mend]) -> None:
    from api.schemas_listening import MendOut

    _, made = keep_edit(data, change, what="Mended word")
    if as_json:
        print_json(MendOut.of(made).model_dump())
        return
    typer.echo(f"{made.id}  {made.call}:{made.turn}  {_told(made.before, made.after)}")


def _told(before: str, after: str) -> str:
    return f"“{before.strip()}” is now “{after.strip()}”" if after.strip() else f"“{before.strip()}” is taken out"
