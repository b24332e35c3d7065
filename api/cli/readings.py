"""`buyerspeak themes`, `gaps` and `guide`: the readings of the whole corpus."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from api.cli.shared import DataOption, JsonOption, OutOption, open_toolkit, print_json, write_text

_EVENTS_SHOWN = 10


class GapForm(StrEnum):
    """How the gap report is written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    HTML = "html"


class GapUnit(StrEnum):
    """What is held against collateral."""

    THEME = "theme"
    OBJECTION = "objection"


class GuideForm(StrEnum):
    """How the guide is written."""

    MD = "md"
    HTML = "html"
    JSON = "json"


def themes(
    refresh: Annotated[bool, typer.Option("--refresh", help="Find the themes anew even if nothing changed.")] = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what customers keep saying."""
    from api.schemas import ThemeOut
    from api.wording import event_line
    from pipeline.insights.theme_reading import refresh_themes, uncovered_share
    from pipeline.insights.theme_trends import read_trends

    toolkit = open_toolkit(data)
    refresh_themes(toolkit.store, toolkit.encoder, force=refresh)
    with toolkit.store.read() as tx:
        held = tx.themes.all()
        medoids = tx.moments.by_ids([theme.medoid for theme in held])
        uncovered, trends = uncovered_share(tx), read_trends(tx)
        events, labels = tx.themes.events()[:_EVENTS_SHOWN], {theme.id: theme.label for theme in held}
    found = [ThemeOut.of(theme, medoids.get(theme.medoid)) for theme in held]
    if as_json:
        print_json({"themes": [theme.model_dump() for theme in found], "uncovered_share": round(uncovered, 4)})
        return
    for theme in found:
        direction = trends[theme.id].direction
        typer.echo(
            f"{theme.id}  {theme.calls} calls, {theme.accounts} accounts, {theme.moments} moments  {theme.label}"
            + (f"  [{theme.broad_label}]" if theme.broad != theme.id and theme.broad_label else "")
            + (f"  {direction}" if direction else "")
        )
        if theme.quote is not None:
            typer.echo(f"            “{theme.quote.quote}”")
    typer.echo(f"{uncovered:.0%} of moments are in no theme.")
    for event in events:
        typer.echo(event_line(event, labels))


def gaps(
    form: Annotated[GapForm, typer.Option("--format", help="How it is written.")] = GapForm.TABLE,
    by: Annotated[GapUnit, typer.Option(help="Themes, or each objection by itself.")] = GapUnit.THEME,
    out: OutOption = None,
    data: DataOption = None,
) -> None:
    """Show what collateral does not answer."""
    from api.gap_report import render_gaps
    from api.kept_reading import read_gaps
    from api.objection_report import FORMS, render_objections
    from pipeline.insights.objection_coverage import cover_objections
    from pipeline.insights.theme_reading import refresh_themes

    if by is GapUnit.OBJECTION and form.value not in FORMS:
        raise typer.BadParameter(f"objections are written as {', '.join(FORMS)}, not as {form.value}.")
    toolkit = open_toolkit(data)
    refresh_themes(toolkit.store, toolkit.encoder)
    with toolkit.store.read() as tx:
        if by is GapUnit.OBJECTION:
            text = render_objections(cover_objections(tx, toolkit.answer_judge), form.value)
        else:
            text = render_gaps(read_gaps(toolkit, tx), form.value)
    write_text(text, out)


def guide(
    theme: Annotated[str | None, typer.Option(help="One theme, by its id.")] = None,
    category: Annotated[str | None, typer.Option(help="One objection category, such as price.")] = None,
    form: Annotated[GuideForm, typer.Option("--format", help="How it is written.")] = GuideForm.MD,
    out: OutOption = None,
    data: DataOption = None,
) -> None:
    """Write the objection guide: how customers put it, what reps answered, what to send."""
    from pipeline.insights.gaps import find_gaps
    from pipeline.insights.guide_text import render_guide
    from pipeline.insights.guides import build_guide
    from pipeline.insights.handling import handle_objections
    from pipeline.insights.theme_reading import refresh_themes
    from pipeline.records import CATEGORIES, PhraseFilter

    if category is not None and category not in CATEGORIES:
        raise typer.BadParameter(f"category {category!r} is none of {', '.join(CATEGORIES)}.")
    toolkit = open_toolkit(data)
    refresh_themes(toolkit.store, toolkit.encoder)
    with toolkit.store.read() as tx:
        found = find_gaps(tx, toolkit.answer_judge, toolkit.encoder)
        objections = tx.moments.select(PhraseFilter(kinds=("objection",)))
        handlings = handle_objections(tx, objections, toolkit.reply_judge, toolkit.encoder)
        built = build_guide(tx, theme=theme, category=category, gaps=found, handlings=handlings)
    write_text(render_guide(built, form.value), out)


COMMANDS = (themes, gaps, guide)
