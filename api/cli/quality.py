"""`buyerspeak quality`: how well moments are found in the calls that are held, from a sample that a person reads."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.shared import DataOption, JsonOption, OutOption, complain, open_toolkit, print_json, write_text

if TYPE_CHECKING:
    from pipeline.insights.quality import QualityReport
    from pipeline.insights.quality_estimates import Estimate

app = typer.Typer(help="Stated precision and recall: draw a sample, label it, report.", no_args_is_help=True)


@app.command()
def sample(
    n: Annotated[int, typer.Option("--n", min=1, help="Turns to draw.")] = 200,
    seed: Annotated[int | None, typer.Option(min=0, help="The same seed draws the same turns.")] = None,
    out: OutOption = None,
    data: DataOption = None,
) -> None:
    """Draw a stratified sample of turns, rejected ones included, and write the sheet to label."""
    from pipeline.insights.quality_sampling import draw_sample
    from pipeline.insights.quality_sheet import view_items, write_sheet

    toolkit = open_toolkit(data)
    with toolkit.store.begin() as tx:
        drawn = draw_sample(tx, n=n, seed=seed, min_role_score=toolkit.settings.min_role_score)
        items = tx.quality.items(drawn.id)
        sheet = write_sheet(drawn, view_items(tx, items))
    write_text(sheet, out)
    complain(f"Sample {drawn.id}: {len(items)} turns, seed {drawn.seed}. The head of the sheet says how to label it.")


@app.command()
def load(
    sheet: Annotated[Path, typer.Argument(metavar="FILE", help="The labelled sheet.", show_default=False)],
    data: DataOption = None,
) -> None:
    """Read a labelled sheet back; every fault is named by its line, and nothing is kept while there is one."""
    from pipeline.errors import BadInput
    from pipeline.insights.quality import load_sheet

    try:
        text = sheet.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{sheet} cannot be read: {error}") from error
    toolkit = open_toolkit(data)
    with toolkit.store.begin() as tx:
        sample_id, n = load_sheet(tx, text, name=sheet.name)
    typer.echo(f"Sample {sample_id}: {n} turns read. `buyerspeak quality report` says what follows.")


@app.command()
def report(
    sample_id: Annotated[
        str | None, typer.Option("--sample", help="A sample's id; else the one drawn last that was labelled.")
    ] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """State precision, recall and true counts per kind, with 95 % intervals."""
    from pipeline.insights.quality import report_quality

    toolkit = open_toolkit(data)
    with toolkit.store.read() as tx:
        found = report_quality(tx, sample_id)
    if as_json:
        print_json(asdict(found) | {"drawn_at": found.drawn_at.isoformat()})
    else:
        _print(found)


def _print(found: QualityReport) -> None:
    typer.echo(f"Sample {found.sample}: {found.read} of {found.turns} turns read, {found.calls} calls; 95 % intervals")
    if found.unread or found.changed:
        typer.echo(f"{found.unread} drawn turns are still unread, {found.changed} have changed and are left out.")
    typer.echo(f"{'kind':11}{'found':>7}  {'precision':20}{'recall':20}{'F1':20}truly there")
    for kind in found.kinds:
        shares = "".join(f"{_figure(share):20}" for share in (kind.precision, kind.recall, kind.f1))
        typer.echo(f"{kind.kind:11}{kind.found:7}  {shares}{_figure(kind.moments, digits=0)}")
    for kind in found.kinds:
        if kind.note:
            typer.echo(f"{kind.kind}: {kind.note}.")
    typer.echo(f"\n{'turns':32}{'held':>8}{'read':>6}{'with a moment':>15}")
    for stratum in found.strata:
        typer.echo(f"{stratum.stratum:32}{stratum.turns:8}{stratum.read:6}{stratum.with_moment:15}")


def _figure(figure: Estimate | None, *, digits: int = 2) -> str:
    if figure is None:
        return "not known"
    return f"{figure.value:.{digits}f} ({figure.low:.{digits}f} to {figure.high:.{digits}f})"
