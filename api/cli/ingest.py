"""`buyerspeak ingest`: recordings and transcripts through every stage."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.shared import DataOption, JsonOption, clock, complain, open_toolkit, print_json

if TYPE_CHECKING:
    from pipeline.assemble import Toolkit
    from pipeline.records import Call
    from pipeline.run import Progress


class Executor(StrEnum):
    """Where calls are worked on."""

    LOCAL = "local"
    RAY = "ray"


@dataclass
class _Outcome:
    """What became of a batch."""

    held: dict[str, Call] = field(default_factory=dict)
    ran: set[str] = field(default_factory=set)
    heard: set[str] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)
    failures: list[dict[str, str]] = field(default_factory=list)
    calls: list[dict[str, Any]] = field(default_factory=list)
    audio_s: float = 0.0
    worked_s: float = 0.0

    def close(self) -> None:
        """List the calls that ended well, and add up the audio of those that were transcribed."""
        for call in self.held.values():
            if call.id in self.failed:
                continue
            self.calls.append({"call": call.id, "source": call.source, "fresh": call.id not in self.ran})
            if call.id in self.heard:
                self.audio_s += call.duration_s or 0.0


def ingest(
    paths: Annotated[
        list[Path], typer.Argument(help="Recordings, transcripts, or folders of them.", show_default=False)
    ],
    metadata: Annotated[Path | None, typer.Option(help="CSV of metadata; its column `file` names the files.")] = None,
    model: Annotated[str | None, typer.Option(help="Whisper model: a size or a folder.")] = None,
    workers: Annotated[int, typer.Option(min=1, help="Calls worked on at once, each in a process of its own.")] = 1,
    executor: Annotated[Executor, typer.Option(help="Where the workers run.")] = Executor.LOCAL,
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Try again what failed before.")] = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take in calls and run every stage that is not fresh; what is done already is not done again."""
    from pipeline.run_ray import process_calls_on_ray
    from pipeline.workers import process_calls, settle

    process = process_calls_on_ray if executor is Executor.RAY else process_calls
    toolkit = open_toolkit(data, model=model)
    outcome = _Outcome()
    started = time.monotonic()
    with _progress(quiet=as_json) as show:
        calls = _taken_in(toolkit, paths, metadata, outcome)
        for step in process(toolkit, calls, workers=workers, retry_failed=retry_failed):
            show(step.source, step.stage, step.state)
            _note(step, outcome)
    outcome.close()
    if outcome.calls:
        settle(toolkit)
    outcome.worked_s = time.monotonic() - started
    _report(outcome, as_json=as_json)
    if outcome.failures:
        raise typer.Exit(1)


def _taken_in(toolkit: Toolkit, paths: list[Path], metadata: Path | None, outcome: _Outcome) -> Iterator[Call]:
    from pipeline.intake import Refused, find_files, read_metadata_table, take_in

    rows = read_metadata_table(metadata) if metadata else {}
    for source, result in take_in(find_files(paths, rows), toolkit.store, toolkit.media):
        if isinstance(result, Refused):
            outcome.failures.append({"source": source, "reason": result.reason})
            complain(f"failed: {result.reason}")
        elif result.id not in outcome.held:
            outcome.held[result.id] = result
            yield result


def _note(step: Progress, outcome: _Outcome) -> None:
    if step.state == "done":
        outcome.ran.add(step.call)
        if step.stage == "transcribe":
            outcome.heard.add(step.call)
    elif step.state == "failed":
        outcome.failed.add(step.call)
        outcome.failures.append({"source": step.source, "call": step.call, "reason": str(step.error)})
        complain(f"failed: {step.source}, stage {step.stage}: {step.error}")


def _report(outcome: _Outcome, *, as_json: bool) -> None:
    n_fresh = sum(bool(call["fresh"]) for call in outcome.calls)
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
    line = f"{len(outcome.calls) - n_fresh} calls done, {n_fresh} already held, {len(outcome.failures)} failed"
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
