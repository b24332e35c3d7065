"""`buyerspeak review`: one report that sales and marketing read together."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import typer

from api.cli.gaps import AsOfOption, ServerOption, as_day
from api.cli.shared import DataOption, OutOption, open_toolkit, write_bytes

_DAY = ["%Y-%m-%d"]


class ReviewForm(StrEnum):
    """How the review is written."""

    HTML = "html"
    PDF = "pdf"
    MD = "md"
    DOCX = "docx"
    JSON = "json"


def review(
    month: Annotated[str, typer.Option(help="Such as 2026-10.", show_default="that of the latest call")] = "",
    since: Annotated[datetime | None, typer.Option("--from", formats=_DAY, help="The first day.")] = None,
    until: Annotated[datetime | None, typer.Option("--to", formats=_DAY, help="The last day.")] = None,
    form: Annotated[ReviewForm, typer.Option("--format", help="How it is written.")] = ReviewForm.MD,
    out: OutOption = None,
    as_of: AsOfOption = None,
    server: ServerOption = None,
    data: DataOption = None,
) -> None:
    """Review a period: what is new, the work on gaps, coverage, whether reps use collateral, who fits."""
    from api.review_forms import make_review, render_review
    from pipeline.errors import BadInput
    from pipeline.insights.theme_reading import refresh_themes

    toolkit = open_toolkit(data)
    refresh_themes(toolkit.store, toolkit.encoder, toolkit.matter_encoder)
    first, last = (day.date() if day else None for day in (since, until))
    try:
        paper = make_review(toolkit, as_day(as_of), month=month, since=first, until=last, server=server)
    except BadInput as error:
        raise typer.BadParameter(str(error)) from error
    write_bytes(render_review(paper, form.value), out, is_text=form.value not in ("pdf", "docx"))


COMMANDS = (review,)
