"""`buyerspeak gaps`: what collateral does not answer; `buyerspeak gap`: the work on it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.shared import (
    ByOption,
    DataOption,
    JsonOption,
    OutOption,
    complain,
    open_toolkit,
    print_json,
    said_by,
    write_bytes,
)

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.assemble import Toolkit
    from pipeline.gap_work import GapEvent
    from pipeline.store.session import Transaction

app = typer.Typer(help="The work on one gap: owner, date, status, a person's word, history.", no_args_is_help=True)
ThemeArgument = Annotated[str, typer.Argument(help="The theme's id, as `buyerspeak gaps` shows it.")]
NoteOption = Annotated[str, typer.Option("--note", help="Why, for those who read the history.")]
AsOfOption = Annotated[
    datetime | None,
    typer.Option("--as-of", formats=["%Y-%m-%d"], help="The day that “overdue” is reckoned for.", show_default="today"),
]
ServerOption = Annotated[
    str | None, typer.Option("--server", help="Where links to calls lead.", show_default="BUYERSPEAK_SERVER_URL")
]
_TEXTS = ("table", "json", "csv", "html", "md")


class GapForm(StrEnum):
    """How the gap report is written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"
    HTML = "html"
    MD = "md"
    PDF = "pdf"
    DOCX = "docx"


class GapUnit(StrEnum):
    """What is held against collateral."""

    THEME = "theme"
    OBJECTION = "objection"


class Status(StrEnum):
    """What the status of a theme can be."""

    MISSING = "missing"
    WEAK = "weak"
    OTHER_WORDS = "other_words"
    UNUSED = "unused"
    COVERED = "covered"


def as_day(given: datetime | None) -> date:
    """Return the day that is meant: the one given, or today."""
    return (given or datetime.now(UTC)).date()


def gaps(
    form: Annotated[GapForm, typer.Option("--format", help="How it is written.")] = GapForm.TABLE,
    by: Annotated[GapUnit, typer.Option(help="Themes, or each objection by itself.")] = GapUnit.THEME,
    out: OutOption = None,
    as_of: AsOfOption = None,
    server: ServerOption = None,
    data: DataOption = None,
) -> None:
    """Show what collateral does not answer, whom that touches, who works on it, and what would close it."""
    from api.gap_forms import make_paper, render_gaps
    from api.report.manifest import manifest_json
    from pipeline.insights.theme_reading import refresh_themes

    toolkit = open_toolkit(data)
    refresh_themes(toolkit.store, toolkit.encoder, toolkit.matter_encoder)
    if by is GapUnit.OBJECTION:
        _objections(toolkit, form, out)
        return
    paper = make_paper(toolkit, as_day(as_of), server=server)
    write_bytes(render_gaps(paper, form.value), out, is_text=form.value in _TEXTS)
    if out is not None and form in (GapForm.JSON, GapForm.CSV):
        beside: Path = out.with_name(f"{out.name}.manifest.json")
        beside.write_text(manifest_json(paper.manifest), encoding="utf-8")


def _objections(toolkit: Toolkit, form: GapForm, out: Path | None) -> None:
    """Write each objection beside collateral."""
    from api.objection_report import FORMS, render_objections
    from pipeline.insights.objection_coverage import cover_objections

    if form.value not in FORMS:
        raise typer.BadParameter(f"objections are written as {', '.join(FORMS)}, not as {form.value}.")
    with toolkit.store.read() as tx:
        covered = cover_objections(tx, toolkit.answer_judge, toolkit.encoder)
    write_bytes(render_objections(covered, form.value).encode(), out, is_text=True)


@app.command()
def owner(
    theme: ThemeArgument,
    name: Annotated[str, typer.Argument(help="Who closes it; an empty text for nobody.")],
    by: ByOption = None,
    note: NoteOption = "",
    data: DataOption = None,
) -> None:
    """Say who closes a gap."""
    from pipeline.gap_edits import set_owner

    _say(data, lambda tx: set_owner(tx, theme, name, who=said_by(by), note=note))


@app.command()
def due(
    theme: ThemeArgument,
    day: Annotated[str, typer.Argument(help="By when, such as 2026-10-31; an empty text for no date.")],
    by: ByOption = None,
    note: NoteOption = "",
    data: DataOption = None,
) -> None:
    """Say by when a gap is to be closed."""
    from pipeline.gap_edits import set_due

    try:
        meant = date.fromisoformat(day) if day else None
    except ValueError as error:
        raise typer.BadParameter(f"{day!r} is no day; write it as 2026-10-31.") from error
    _say(data, lambda tx: set_due(tx, theme, meant, who=said_by(by), note=note))


@app.command()
def status(
    theme: ThemeArgument,
    status: Annotated[str, typer.Argument(help="open, writing or published; only an answer closes a gap.")],
    by: ByOption = None,
    note: NoteOption = "",
    data: DataOption = None,
) -> None:
    """Say how far the work on a gap is."""
    from typing import cast

    from pipeline.gap_edits import set_status
    from pipeline.gap_work import WorkStatus

    _say(data, lambda tx: set_status(tx, theme, cast("WorkStatus", status), who=said_by(by), note=note))


@app.command()
def overturn(
    theme: ThemeArgument,
    status: Annotated[Status, typer.Argument(help="What it really is.")],
    passage: Annotated[
        str | None, typer.Option(help="The id of the passage that answers.", show_default="the best one found")
    ] = None,
    by: ByOption = None,
    note: NoteOption = "",
    data: DataOption = None,
) -> None:
    """Say that the status of a theme is another than found; three such words move the bar for the others."""
    from pipeline.errors import NotFound
    from pipeline.gap_edits import overturn
    from pipeline.gap_reading import read_judged

    toolkit = open_toolkit(data)
    with toolkit.store.read() as tx:
        tx.themes.get(theme)
        gap = read_judged(tx, toolkit.answer_judge, toolkit.encoder).of(theme)
    if gap is None:
        raise NotFound(f"Theme {theme} is not compared with collateral yet.")
    _say(
        data,
        lambda tx: overturn(tx, gap, status.value, who=said_by(by), note=note, passage=passage),
    )


@app.command()
def undo(
    number: Annotated[int, typer.Argument(help="The event's number, as `gap history` gives it.")],
    by: ByOption = None,
    data: DataOption = None,
) -> None:
    """Take back what somebody said; it stays in the history."""
    from pipeline.gap_edits import undo

    _say(data, lambda tx: undo(tx, number, who=said_by(by)))


@app.command()
def history(
    theme: Annotated[str | None, typer.Argument(help="Of one theme only.", show_default=False)] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """List what was done about gaps, by whom and when."""
    from api.gap_words import history_line
    from api.schemas_gaps import GapEventOut

    with open_toolkit(data).store.read() as tx:
        events = tx.gap_work.events(theme)
        labels = tx.themes.labels()
    if as_json:
        print_json([GapEventOut.of(event).model_dump() for event in events])
        return
    if not events:
        typer.echo("Nothing has happened yet. `buyerspeak gaps` compares themes with collateral.")
    for event in events:
        label = labels.get(event.theme, "a former theme")
        typer.echo(f"{event.number:5}  {event.at:%Y-%m-%d %H:%M}  {event.who:12}  {label}  [{event.theme}]")
        typer.echo(f"       {history_line(event)}")


def _say(data: Path | None, say: Callable[[Transaction], GapEvent]) -> None:
    """Keep what somebody says and tell it; what cannot be meant is wrong usage."""
    from api.gap_words import history_line
    from pipeline.errors import BadInput

    toolkit: Toolkit = open_toolkit(data)
    try:
        with toolkit.store.begin() as tx:
            event = say(tx)
    except BadInput as error:
        raise typer.BadParameter(str(error)) from error
    complain(f"Kept as event {event.number}: {history_line(event)}")


COMMANDS = (gaps,)
