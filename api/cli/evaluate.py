"""`buyerspeak evaluate`: held calls beside labelled ones."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.shared import DataOption, JsonOption, complain, open_toolkit, print_json

if TYPE_CHECKING:
    from pipeline.insights.evaluation import Evaluation


def evaluate(
    gold: Annotated[list[Path], typer.Argument(help="Labelled calls in the transcript format.", show_default=False)],
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Score held transcripts and moments against labelled calls, by the labelling guide."""
    from pipeline.errors import BuyerspeakError
    from pipeline.insights.evaluation import evaluate as score
    from pipeline.insights.evaluation import held_call, read_labelled_file

    toolkit = open_toolkit(data)
    files, failed = [], False
    for path in gold:
        try:
            labelled = read_labelled_file(path)
            with toolkit.store.read() as tx:
                held_call(tx, path, labelled)
            files.append((path, labelled))
        except BuyerspeakError as error:
            complain(f"failed: {error}")
            failed = True
    if not files:
        raise typer.Exit(1)
    result = score(toolkit.store, files)
    if as_json:
        print_json(asdict(result))
    else:
        _print(result)
    if failed:
        raise typer.Exit(1)


def _print(result: Evaluation) -> None:
    moments = result.moments
    typer.echo(f"{moments.n_calls} calls; intervals of 95 % from resampling calls")
    typer.echo(f"{'kind':12}{'gold':>6}{'found':>7}{'precision':>11}{'recall':>8}{'F1':>7}  interval")
    for kind, f1 in moments.f1.items():
        typer.echo(
            f"{kind:12}{moments.n_gold[kind]:6}{moments.n_found[kind]:7}{moments.precision[kind]:11.2f}"
            f"{moments.recall[kind]:8.2f}{f1.value:7.2f}  {f1.low:.2f} to {f1.high:.2f}"
        )
    for name, figure in (("mean F1 of kinds", moments.mean_f1), ("macro-F1 of categories", moments.category_f1)):
        typer.echo(f"{name}: {figure.value:.2f} ({figure.low:.2f} to {figure.high:.2f})")
    typer.echo(f"precision of the top-scored half: {moments.top_half_precision:.2f}")
    typer.echo(f"roles right by words: {result.role_accuracy:.1%} of {result.n_words}")
    if result.word_error_rate is not None:
        typer.echo(f"word error rate: {result.word_error_rate:.1%}")


COMMANDS = (evaluate,)
