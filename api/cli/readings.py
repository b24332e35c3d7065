"""`buyerspeak themes` and `guide`: readings of the whole corpus."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import typer

from api.cli.shared import DataOption, JsonOption, OutOption, open_toolkit, print_json, write_bytes

_EVENTS_SHOWN = 10


class GuideForm(StrEnum):
    """How the guide is written."""

    MD = "md"
    HTML = "html"
    PDF = "pdf"
    DOCX = "docx"
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
    refresh_themes(toolkit.store, toolkit.encoder, toolkit.matter_encoder, force=refresh)
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


def guide(
    theme: Annotated[str | None, typer.Option(help="One theme, by its id.")] = None,
    category: Annotated[str | None, typer.Option(help="One objection category, such as price.")] = None,
    form: Annotated[GuideForm, typer.Option("--format", help="How it is written.")] = GuideForm.MD,
    out: OutOption = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(
            "--as-of", formats=["%Y-%m-%d"], help="The day that “aged” is reckoned for.", show_default="today"
        ),
    ] = None,
    data: DataOption = None,
) -> None:
    """Write the objection guide: how customers put it, what reps answered, what to send, what not to say."""
    from api.guide_reading import Asked, guide_bytes
    from api.kept_reading import read_handlings
    from pipeline.gap_reading import read_judged
    from pipeline.insights.theme_reading import refresh_themes
    from pipeline.records import CATEGORIES

    if category is not None and category not in CATEGORIES:
        raise typer.BadParameter(f"category {category!r} is none of {', '.join(CATEGORIES)}.")
    toolkit = open_toolkit(data)
    refresh_themes(toolkit.store, toolkit.encoder, toolkit.matter_encoder)
    with toolkit.store.read() as tx:
        content = guide_bytes(
            toolkit,
            tx,
            form.value,
            Asked(theme, category, (as_of or datetime.now(UTC)).date(), toolkit.settings.server_url),
            gaps=read_judged(tx, toolkit.answer_judge, toolkit.encoder).judged,
            handlings=read_handlings(toolkit, tx),
        )
    write_bytes(content, out, is_text=form.value in ("md", "html", "json"))


COMMANDS = (themes, guide)
