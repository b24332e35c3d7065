"""`buyerspeak train`: what people corrected is learnt, and held calls are read again."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.shared import DataOption, JsonOption, complain, open_toolkit, print_json


def train(
    reread: Annotated[bool, typer.Option(help="Read the held calls again with what was learnt.")] = True,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Learn from corrections: some minutes; a result that does worse on calls nobody corrected is not kept."""
    from dataclasses import asdict

    from pipeline.learning import learn
    from pipeline.workers import process_calls, settle

    toolkit = open_toolkit(data)
    refined = learn(toolkit)
    read, failed = 0, []
    if refined.kept and reread:
        toolkit = open_toolkit(data)
        with toolkit.store.read() as tx:
            calls = tx.calls.all()
        steps = list(process_calls(toolkit, calls))
        read = sum(step.stage == "moments" and step.state == "done" for step in steps)
        failed = [step for step in steps if step.state == "failed"]
        settle(toolkit)
    if as_json:
        print_json({**asdict(refined), "reread_calls": read})
    else:
        typer.echo(
            f"{refined.n_corrections} corrections: {refined.followed_before:.0%} were followed, "
            f"now {refined.followed_after:.0%} are."
        )
        typer.echo(
            f"Mean F1 on labelled trades that it never saw: {refined.mean_f1_before:.3f}, "
            f"now {refined.mean_f1_after:.3f}."
        )
        typer.echo(f"Read {read} calls again." if refined.kept else "It was not kept: it became worse there.")
    if not refined.kept:
        complain("buyerspeak: what was learnt did harm on other calls. Look through the corrections: moment history.")
        raise typer.Exit(1)
    for step in failed:
        complain(f"failed: {step.source}, stage {step.stage}: {step.error}")
    if failed:
        complain("buyerspeak: what was learnt is kept. Read these again: `buyerspeak ingest FILE… --retry-failed`.")
        raise typer.Exit(1)


COMMANDS = (train,)
