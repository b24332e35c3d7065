"""`buyerspeak voices`: the voice prints of reps that are held, and their erasure."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.shared import DataOption, JsonOption, complain, open_toolkit, print_json

app = typer.Typer(help="Voice prints of reps, held where BUYERSPEAK_KNOWN_VOICES is set.", no_args_is_help=True)


@app.command("list")
def list_voices(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Say of which reps prints are held, and of how many calls."""
    with open_toolkit(data).store.read() as tx:
        counts = tx.voices.counts()
    if as_json:
        print_json([{"rep": rep, "calls": n} for rep, n in counts.items()])
        return
    for rep, n in counts.items():
        typer.echo(f"{rep}\t{n}")


@app.command("forget")
def forget_voices(
    reps: Annotated[list[str], typer.Argument(metavar="REP…", help="Names as `voices list` gives them.")],
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Erase every voice print of these reps; their calls stay."""
    store = open_toolkit(data).store
    with store.begin() as tx:
        strangers = [rep for rep in reps if rep not in tx.voices.counts()]
        removed = tx.voices.forget(reps)
    store.settle()
    for rep in strangers:
        complain(f"No voice print of {rep!r} is held.")
    if as_json:
        print_json({"removed": removed})
    else:
        typer.echo(f"{removed} voice prints erased.")
    if strangers:
        raise typer.Exit(1)
