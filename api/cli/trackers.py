"""`buyerspeak tracker`: detectors of one's own, from examples."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.shared import (
    ByOption,
    DataOption,
    JsonOption,
    WhereOption,
    clock,
    complain,
    open_toolkit,
    parse_where,
    print_json,
    said_by,
)

if TYPE_CHECKING:
    from api.schemas_trackers import FindOut, TrackerReadingOut
    from pipeline.assemble import Toolkit
    from pipeline.insights.trackers import TrackedHistory
    from pipeline.store.session import Transaction

app = typer.Typer(
    help="Detectors of your own, from 5 to 20 examples: add, list, run, suggest, answer, remove.", no_args_is_help=True
)

NameArgument = Annotated[str, typer.Argument(help="The tracker's name.", show_default=False)]
ThresholdOption = Annotated[float | None, typer.Option(min=0, max=1, help="Finds score this much.", show_default="0.5")]
IdsOption = list[str] | None
_SHOWN = 20


@app.command()
def add(
    name: NameArgument,
    examples: Annotated[
        Path,
        typer.Option(
            help='File with one example a line; those that begin with "-" are counter-examples, with "#" comments.',
            show_default=False,
        ),
    ],
    counter: Annotated[Path | None, typer.Option(help="File of counter-examples, one a line.")] = None,
    role: Annotated[str, typer.Option(help="Whose speech it reads: customer, rep, unknown or any.")] = "customer",
    description: Annotated[str, typer.Option(help="What it is for.")] = "",
    threshold: ThresholdOption = None,
    preview: Annotated[bool, typer.Option("--preview", "--dry-run", help="Show what it would find; keep nothing.")] = (
        False
    ),
    limit: Annotated[int, typer.Option(min=1, help="Finds to show.")] = 10,
    by: ByOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a tracker from examples and show what it finds; --preview only shows it."""
    from pipeline.errors import BadInput
    from pipeline.insights.trackers import track
    from pipeline.trackers import new_examples, new_tracker, read_examples

    who = said_by(by)
    meant, against = read_examples(_text_of(examples))
    more = [] if counter is None else [text for texts in read_examples(_text_of(counter)) for text in texts]
    tracker = new_tracker(name, who=who, role=role, description=description, threshold=threshold)
    try:
        given = new_examples(meant, [*against, *more], who=who)
    except BadInput as error:
        raise BadInput(f"{examples}: {error}") from error
    toolkit = open_toolkit(data)
    if not preview:
        with toolkit.store.begin() as tx:
            tx.trackers.add(tracker, given)
    with toolkit.store.read() as tx:
        history = track(tx, toolkit.encoder, tracker, given)
        _tell_preview(tx, history, limit, kept=not preview, as_json=as_json)


def _tell_preview(tx: Transaction, history: TrackedHistory, limit: int, *, kept: bool, as_json: bool) -> None:
    from api.schemas_trackers import FindOut, TrackerPreviewOut, TrackerReadingOut

    found = TrackerPreviewOut(
        reading=TrackerReadingOut.of(history.read(tx, limit=limit)),
        unsure=[FindOut.of(find) for find in history.suggestions(tx, limit)],
    )
    if as_json:
        print_json({"name": history.tracker.name, "kept": kept, **found.model_dump()})
        return
    typer.echo(f"Tracker {history.tracker.name!r} {'is kept and finds' if kept else 'would find'}")
    _print_reading(found.reading, history)
    if found.unsure:
        typer.echo("\nLeast sure of:")
        _print_finds(found.unsure)


@app.command("list")
def list_trackers(data: DataOption = None, as_json: JsonOption = False) -> None:
    """List the trackers that are held."""
    from api.schemas_trackers import TrackerOut

    toolkit = open_toolkit(data)
    with toolkit.store.read() as tx:
        held = [TrackerOut.of(tracker, tx.trackers.examples(tracker.name)) for tracker in tx.trackers.all()]
    if as_json:
        print_json([tracker.model_dump() for tracker in held])
        return
    if not held:
        typer.echo("No trackers are held. `buyerspeak tracker add NAME --examples FILE` makes one.")
    for tracker in held:
        counts = f"{len(tracker.examples):3} examples, {len(tracker.counter_examples):3} counter-examples"
        typer.echo(f"{tracker.name:24}  {tracker.role:8}  {counts}  {tracker.description}")


@app.command()
def run(
    name: NameArgument,
    where: WhereOption = None,
    threshold: ThresholdOption = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Finds to show.", show_default="20, with --json all")] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what a tracker finds in all that is held, the surest first; --threshold 0 ranks every turn."""
    from api.schemas_trackers import TrackerReadingOut

    toolkit = open_toolkit(data)
    with toolkit.store.read() as tx:
        history = _history(toolkit, tx, name, where=where, threshold=threshold)
        shown = limit if as_json else limit or _SHOWN
        reading = TrackerReadingOut.of(history.read(tx, limit=shown))
    if as_json:
        print_json({"name": name, **reading.model_dump()})
        return
    _print_reading(reading, history)


@app.command()
def suggest(
    name: NameArgument,
    n: Annotated[int, typer.Option("--n", "--limit", min=1, max=100, help="How many.")] = 10,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what a tracker is least sure of, to be answered by yes or no."""
    from api.schemas_trackers import FindOut

    toolkit = open_toolkit(data)
    with toolkit.store.read() as tx:
        found = [FindOut.of(find) for find in _history(toolkit, tx, name).suggestions(tx, n)]
    if as_json:
        print_json([find.model_dump() for find in found])
        return
    _print_finds(found)
    if found:
        typer.echo(f"\nbuyerspeak tracker answer {name!r} --yes ID --no ID")


@app.command()
def answer(
    name: NameArgument,
    yes: Annotated[IdsOption, typer.Option(help="Id of a find that is meant; may be repeated.")] = None,
    no: Annotated[IdsOption, typer.Option(help="Id of a find that is not meant; may be repeated.")] = None,
    by: ByOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say which finds or suggestions are meant; they are examples and counter-examples from now on."""
    from api.schemas_trackers import TrackerReadingOut
    from pipeline.trackers import answer as keep

    if not yes and not no:
        raise typer.BadParameter("say what is meant with --yes ID, and what is not with --no ID.")
    toolkit = open_toolkit(data)
    kept = keep(toolkit.store, name, yes=yes or (), no=no or (), who=said_by(by))
    with toolkit.store.read() as tx:
        reading = TrackerReadingOut.of(_history(toolkit, tx, name).read(tx, limit=0))
    if as_json:
        print_json({"name": name, "kept": len(kept), **reading.model_dump(exclude={"finds"})})
        return
    typer.echo(f"Kept {len(kept)} answers. {_counted(reading)}")


@app.command()
def remove(
    names: Annotated[list[str], typer.Argument(help="Names of trackers.", show_default=False)],
    data: DataOption = None,
) -> None:
    """Remove trackers with their examples."""
    toolkit = open_toolkit(data)
    for name in names:
        with toolkit.store.begin() as tx:
            tx.trackers.remove(name)
        typer.echo(f"Removed {name}")


def _text_of(path: Path) -> str:
    from pipeline.errors import BadInput

    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(f"{path} is no UTF-8 text: {error.reason} at byte {error.start}. Save it as UTF-8.") from error
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}.") from error


def _history(
    toolkit: Toolkit,
    tx: Transaction,
    name: str,
    *,
    where: Sequence[str] | None = None,
    threshold: float | None = None,
) -> TrackedHistory:
    from dataclasses import replace

    from pipeline.insights.trackers import track

    tracker = tx.trackers.get(name)
    if threshold is not None:
        tracker = replace(tracker, threshold=threshold)
    return track(tx, toolkit.encoder, tracker, tx.trackers.examples(name), parse_where(where))


def _print_reading(reading: TrackerReadingOut, history: TrackedHistory) -> None:
    n_examples = sum(not example.is_counter for example in history.examples)
    typer.echo(
        f"{_counted(reading)} {reading.examples_found_again} of {n_examples} examples would be found by the others."
    )
    for note in reading.notes:
        complain(note)
    _print_finds(reading.finds)
    if len(reading.finds) < reading.turns:
        typer.echo(f"\nand {reading.turns - len(reading.finds)} more (--limit)")


def _counted(reading: TrackerReadingOut) -> str:
    return (
        f"{reading.turns} of {reading.turns_read} turns, in {reading.calls} of {reading.calls_held} calls "
        f"({reading.accounts} accounts, {reading.deals} deals)."
    )


def _print_finds(finds: Sequence[FindOut]) -> None:
    for find in finds:
        typer.echo(f"\n{find.score:.2f}  “{find.quote}”")
        typer.echo(f"      {find.account or find.source} · {find.call} at {clock(find.start_s)} · {find.id}")
