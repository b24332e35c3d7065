"""From a page's dataclass to HTML: its fields are all that its template sees, beside the words and addresses here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import ClassVar

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api import quoting, urls, wording, work_urls
from api.gap_words import STATUS_WORDS, WORK_WORDS
from api.pages import navigation
from api.people.visitor import visitor_now
from pipeline.collateral.metadata import FIELDS
from pipeline.confidence import band_of
from pipeline.insights import guide_text

_FILTERS: dict[str, Callable[..., object]] = {
    "band": band_of,
    "clock": guide_text.clock,
    "counted": wording.counted,
    "day": wording.day,
    "event": wording.event_line,
    "field": wording.field_words,
    "marked": wording.marked,
    "moment_words": wording.moment_words,
    "percent": wording.percent,
    "size_words": wording.size_words,
    "sureness": wording.sureness,
    "with_moments": wording.with_moments,
    "cited": quoting.cited,
    "place": quoting.place_said,
    "sourced": quoting.sourced,
    "words": wording.words_of,
    "advice": guide_text.advice_text,
    "sending": guide_text.sending_text,
    "counts": guide_text.counts_text,
    "of": guide_text.share_text,
    "outcomes": guide_text.outcome_texts,
    "scope": guide_text.scope_text,
    "tallies": guide_text.tallies_text,
    "shown": guide_text.shown_text,
    "less_sure": guide_text.less_sure_text,
}
_GLOBALS: dict[str, object] = {
    "urls": urls,
    "work_urls": work_urls,
    "visitor": visitor_now,
    "navigation": navigation,
    "tag": wording.tag_words,
    "BAND_WORDS": wording.BAND_WORDS,
    "BAND_HELP": wording.BAND_HELP,
    "KIND_WORDS": wording.KIND_WORDS,
    "CATEGORY_WORDS": wording.CATEGORY_WORDS,
    "ROLE_WORDS": wording.ROLE_WORDS,
    "ROLE_SOURCE_WORDS": wording.ROLE_SOURCE_WORDS,
    "STATE_WORDS": wording.STATE_WORDS,
    "STAGE_WORDS": wording.STAGE_WORDS,
    "OUTCOME_WORDS": wording.OUTCOME_WORDS,
    "STATUS_WORDS": STATUS_WORDS,
    "LACK_WORDS": wording.LACK_WORDS,
    "CHANGE_WORDS": wording.CHANGE_WORDS,
    "KNOWN_FIELDS": FIELDS,
    "LABEL_CHOICES": wording.LABEL_CHOICES,
    "WORK_WORDS": WORK_WORDS,
}


@dataclass(frozen=True, kw_only=True)
class Page:
    """What one page shows. `room` is the entry of the navigation that it belongs to."""

    template: ClassVar[str]
    room: ClassVar[str] = ""


@cache
def environment() -> Environment:
    """Return the templates, with their filters and words."""
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parents[1] / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= _FILTERS
    made.globals |= _GLOBALS
    return made


def html_of(page: Page) -> str:
    """Return the page as HTML."""
    shown = {field.name: getattr(page, field.name) for field in fields(page)}
    return environment().get_template(page.template).render(room=page.room, **shown)


def answer(page: Page, status: int = 200) -> HTMLResponse:
    """Return the page as an answer; browsers ask again before they show it from their cache."""
    return HTMLResponse(html_of(page), status, {"Cache-Control": "no-cache"})
