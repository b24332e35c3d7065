"""`buyerspeak moment`: a person's word on moments, kept with who and when."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.shared import ByOption, DataOption, JsonOption, keep_edit, open_toolkit, print_json, said_by

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.assemble import Toolkit
    from pipeline.corrected import Correction

app = typer.Typer(help="A person's word on moments: confirm, reject, relabel, move, add, undo.", no_args_is_help=True)

MomentArgument = Annotated[
    str, typer.Argument(help="The moment's id, as `buyerspeak export moments` gives it.", show_default=False)
]
NoteOption = Annotated[str | None, typer.Option(help="Why, for those who read the history.")]
_KINDS = "objection, pain, goal, question or signal."
KindOption = Annotated[str | None, typer.Option(help=_KINDS)]
CategoryOption = Annotated[str | None, typer.Option(help="Of an objection, such as price.")]
QuoteOption = Annotated[str | None, typer.Option(help="The words meant, as they stand in the turn.")]
StartOption = Annotated[int | None, typer.Option(help="Instead of --quote: where it starts in the turn's text.")]
EndOption = Annotated[int | None, typer.Option(help="Instead of --quote: where it ends, exclusive.")]


@app.command()
def confirm(
    moment: MomentArgument,
    by: ByOption = None,
    note: NoteOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say that a moment is right as it stands."""
    from pipeline.corrections import confirm

    _correct(data, as_json, lambda toolkit: confirm(toolkit, moment, who=said_by(by), note=note))


@app.command()
def reject(
    moment: MomentArgument,
    by: ByOption = None,
    note: NoteOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say that a moment is none."""
    from pipeline.corrections import reject

    _correct(data, as_json, lambda toolkit: reject(toolkit, moment, who=said_by(by), note=note))


@app.command()
def relabel(
    moment: MomentArgument,
    kind: KindOption = None,
    category: CategoryOption = None,
    by: ByOption = None,
    note: NoteOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say that a moment is of another kind or category."""
    from pipeline.correction_words import Label
    from pipeline.corrections import relabel

    label = Label(kind, category)
    _correct(data, as_json, lambda toolkit: relabel(toolkit, moment, label, who=said_by(by), note=note))


@app.command()
def move(
    moment: MomentArgument,
    quote: QuoteOption = None,
    start_char: StartOption = None,
    end_char: EndOption = None,
    by: ByOption = None,
    note: NoteOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say that a moment starts or ends elsewhere in its turn."""
    from pipeline.correction_words import Edges
    from pipeline.corrections import move_edges

    edges = Edges(quote, start_char, end_char)
    _correct(data, as_json, lambda toolkit: move_edges(toolkit, moment, edges, who=said_by(by), note=note))


@app.command()
def add(
    call: Annotated[str, typer.Argument(help="The call's id, as `buyerspeak calls` lists it.", show_default=False)],
    turn: Annotated[int, typer.Argument(help="The turn's number, the first being 0.", show_default=False)],
    kind: Annotated[str, typer.Option(help=_KINDS, show_default=False)],
    category: CategoryOption = None,
    quote: QuoteOption = None,
    start_char: StartOption = None,
    end_char: EndOption = None,
    by: ByOption = None,
    note: NoteOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Add a moment that was missed."""
    from pipeline.correction_words import Edges, Label
    from pipeline.corrections import add

    edges, label = Edges(quote, start_char, end_char), Label(kind, category)
    _correct(data, as_json, lambda toolkit: add(toolkit, call, turn, edges, label, who=said_by(by), note=note))


@app.command()
def undo(
    correction: Annotated[str, typer.Argument(help="Its id, as `moment history` gives it.", show_default=False)],
    by: ByOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take a correction back; it stays in the history."""
    from pipeline.corrections import undo

    _correct(data, as_json, lambda toolkit: undo(toolkit, correction, who=said_by(by)))


@app.command()
def history(
    call: Annotated[str | None, typer.Argument(help="Of one call only.", show_default=False)] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """List what people said of moments, in the order said."""
    from api.schemas_corrections import CorrectionOut

    toolkit = open_toolkit(data)
    with toolkit.store.read() as tx:
        made = tx.corrections.all() if call is None else tx.corrections.of_call(tx.calls.get(call).id)
        placements = tx.corrections.placements()
    told = [CorrectionOut.of(said, placements.get(said.id)) for said in made]
    if as_json:
        print_json([said.model_dump() for said in told])
        return
    if not told:
        typer.echo("Nobody has corrected anything yet.")
    for said in told:
        what = said.machine if said.kind is None and said.machine else said
        label = " · ".join(part for part in (what.kind, what.category) if part)
        typer.echo(f"{said.id}  {said.at[:16]}  {said.action:9}  {said.who}  {label or '–'}  {said.call}:{said.turn}")
        typer.echo(f"    “{said.quote}”" + (f"  ({said.note})" if said.note else ""))
        if said.undone_by is not None:
            typer.echo(f"    undone by {said.undone_by}, {str(said.undone_at)[:16]}")
        elif not said.live:
            typer.echo("    followed by a later one")
        elif not said.placed:
            typer.echo(f"    stands nowhere: {said.reason}")


def _correct(data: Path | None, as_json: bool, correct: Callable[[Toolkit], Correction]) -> None:
    from api.schemas_corrections import CorrectionOut

    toolkit, said = keep_edit(data, correct, what="Correction")
    with toolkit.store.read() as tx:
        told = CorrectionOut.of(said, tx.corrections.placements(said.call).get(said.id))
    if as_json:
        print_json(told.model_dump())
        return
    what = "undone" if told.undone_by is not None else told.action
    typer.echo(f"{told.id}  {what}: “{told.quote}”" + (f", now moment {told.moment}" if told.moment else ""))
