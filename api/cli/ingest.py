"""`buyerspeak ingest`: recordings and transcripts through every stage."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.shared import DataOption, JsonOption, clock, complain, open_toolkit, print_json

if TYPE_CHECKING:
    from pipeline.assemble import Toolkit
    from pipeline.records import Call


@dataclass
class _Outcome:
    """What became of a batch."""

    calls: list[dict[str, Any]] = field(default_factory=list)
    failures: list[dict[str, str]] = field(default_factory=list)
    audio_s: float = 0.0
    worked_s: float = 0.0
    n_fresh: int = 0


def ingest(
    paths: Annotated[
        list[Path], typer.Argument(help="Recordings, transcripts, or folders of them.", show_default=False)
    ],
    metadata: Annotated[Path | None, typer.Option(help="CSV of metadata; its column `file` names the files.")] = None,
    model: Annotated[str | None, typer.Option(help="Whisper model: a size or a folder.")] = None,
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Try again what failed before.")] = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take in calls and run every stage that is not fresh; what is done already is not done again."""
    toolkit = open_toolkit(data, model=model)
    outcome = _Outcome()
    started = time.monotonic()
    with _progress(quiet=as_json) as show:
        for call in _taken_in(toolkit, paths, metadata, outcome):
            _process(toolkit, call, outcome, retry_failed=retry_failed, show=show)
    if outcome.calls:
        _refresh(toolkit)
    outcome.worked_s = time.monotonic() - started
    _report(outcome, as_json=as_json)
    if outcome.failures:
        raise typer.Exit(1)


def _taken_in(toolkit: Toolkit, paths: list[Path], metadata: Path | None, outcome: _Outcome) -> Iterator[Call]:
    from pipeline.intake import Refused, find_files, read_metadata_table, take_in

    rows = read_metadata_table(metadata) if metadata else {}
    seen: set[str] = set()
    for source, result in take_in(find_files(paths, rows), toolkit.store, toolkit.media):
        if isinstance(result, Refused):
            outcome.failures.append({"source": source, "reason": result.reason})
            complain(f"failed: {result.reason}")
        elif result.id not in seen:
            seen.add(result.id)
            yield result


def _process(toolkit: Toolkit, call: Call, outcome: _Outcome, *, retry_failed: bool, show: Any) -> None:
    from pipeline.run import process_call

    ran = False
    for step in process_call(toolkit, call, retry_failed=retry_failed):
        show(call.source, step.stage, step.state)
        ran = ran or step.state == "done"
        if step.state == "failed":
            outcome.failures.append({"source": call.source, "call": call.id, "reason": str(step.error)})
            complain(f"failed: {call.source}, stage {step.stage}: {step.error}")
            return
    outcome.calls.append({"call": call.id, "source": call.source, "fresh": not ran})
    outcome.n_fresh += not ran
    if ran and call.form == "audio":
        outcome.audio_s += call.duration_s or 0.0


def _refresh(toolkit: Toolkit) -> None:
    from pipeline.insights.theme_reading import refresh_themes

    toolkit.index.save()
    refresh_themes(toolkit.store, toolkit.encoder)


def _report(outcome: _Outcome, *, as_json: bool) -> None:
    done = len(outcome.calls) - outcome.n_fresh
    speed = outcome.audio_s / outcome.worked_s if outcome.audio_s and outcome.worked_s else None
    if as_json:
        print_json(
            {
                "calls": outcome.calls,
                "failures": outcome.failures,
                "audio_s": round(outcome.audio_s, 1),
                "seconds": round(outcome.worked_s, 1),
                "times_real_time": None if speed is None else round(speed, 2),
            }
        )
        return
    line = f"{done} calls done, {outcome.n_fresh} already held, {len(outcome.failures)} failed"
    if speed is not None:
        line += f"; {clock(outcome.audio_s)} of audio in {clock(outcome.worked_s)}, {speed:.1f} times real time"
    typer.echo(line + ".")


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Any]:
    """Give a function that shows which stage of which call is running: a spinner on a terminal, nothing elsewhere."""
    if quiet:
        yield lambda *_: None
        return
    from rich.console import Console

    console = Console(stderr=True)
    with console.status("Looking for calls…") as status:

        def show(source: str, stage: str, state: str) -> None:
            if state == "started":
                status.update(f"{source}: {stage}")
            elif state == "done" and stage == "vectors":
                console.print(f"done: {source}", highlight=False)

        yield show


COMMANDS = (ingest,)
