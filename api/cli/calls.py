"""`buyerspeak calls`, `transcript`, `roles` and `forget`: what is held, call by call."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from api.cli.shared import (
    DataOption,
    JsonOption,
    OutOption,
    clock,
    complain,
    open_toolkit,
    print_json,
    work_on,
    write_text,
)

CallArgument = Annotated[str, typer.Argument(help="The call's id, as `buyerspeak calls` lists it.", show_default=False)]


class TranscriptForm(StrEnum):
    """How a transcript is written."""

    TXT = "txt"
    JSON = "json"
    VTT = "vtt"
    SRT = "srt"
    VCON = "vcon"


def calls(data: DataOption = None, as_json: JsonOption = False) -> None:
    """List the calls that are held, with the state of every stage."""
    from api.schemas import CallOut
    from pipeline.run import STAGES

    toolkit = open_toolkit(data)
    with toolkit.store.read() as tx:
        stages = tx.stages.all()
        held = [CallOut.of(call, stages.get(call.id, {}), STAGES[call.form]) for call in tx.calls.all()]
    if as_json:
        print_json([call.model_dump() for call in held])
        return
    if not held:
        typer.echo("No calls are held. `buyerspeak ingest PATH` takes some in.")
    for call in held:
        account = call.metadata.get("account", "–")
        typer.echo(f"{call.id}  {call.state:10}  {clock(call.duration_s):>8}  {account}  {call.source}")
        for stage in call.stages:
            if stage.error:
                complain(f"    {stage.stage}: {stage.error}")


def transcript(
    call: CallArgument,
    form: Annotated[TranscriptForm, typer.Option("--format", help="How it is written.")] = TranscriptForm.TXT,
    out: OutOption = None,
    data: DataOption = None,
) -> None:
    """Write the transcript of one call."""
    from api.transcripts import write_transcript

    toolkit = open_toolkit(data)
    with toolkit.store.read() as tx:
        held = tx.calls.get(call)
        text = write_transcript(held, tx.talk.turns(call), form.value)
    write_text(text, out)


def roles(
    call: CallArgument,
    swap: Annotated[
        bool, typer.Option("--swap", help="Exchange rep and customer, and redo what depends on it.")
    ] = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show who is taken for the rep and who for the customer; --swap corrects it."""

    from pipeline.role_swap import swap_roles

    toolkit = open_toolkit(data)
    with toolkit.store.read() as tx:
        held = tx.calls.get(call)
    if swap:
        swap_roles(toolkit, held)
        work_on(toolkit, held)
    with toolkit.store.read() as tx:
        speakers = tx.talk.speakers(call)
    if as_json:
        print_json([{"speaker": s.speaker, "role": s.role, "score": s.score, "source": s.source} for s in speakers])
        return
    for speaker in speakers:
        typer.echo(f"{speaker.speaker}: {speaker.role} ({speaker.source}, {speaker.score:.0%} sure)")


def forget(
    ids: Annotated[list[str], typer.Argument(metavar="CALL…", help="Ids of calls.", show_default=False)],
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Erase calls everywhere and print the receipt."""
    from pipeline.erasure import forget_call
    from pipeline.errors import NotFound

    toolkit = open_toolkit(data)
    receipts, missing = [], False
    for call in ids:
        try:
            receipts.append(forget_call(toolkit, call))
        except NotFound as error:
            complain(f"failed: {error}")
            missing = True
    if as_json:
        print_json([{"call": r.call, "source": r.source, "removed": dict(r.removed)} for r in receipts])
    else:
        for receipt in receipts:
            parts = ", ".join(f"{n} {name}" for name, n in receipt.removed.items() if n)
            typer.echo(f"Erased {receipt.call} ({receipt.source}): {parts}.")
    if missing:
        raise typer.Exit(1)


COMMANDS = (calls, transcript, roles, forget)
