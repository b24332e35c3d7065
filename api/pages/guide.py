"""The objection guide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, ClassVar, Literal

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import BaseModel

from api import urls
from api.desk import DeskDep
from api.guide_report import AVOID_WORDS, PART_WORDS, TAKEN_WORDS, subject_of, subjects_of
from api.pages.page import Page, answer
from api.people.visitor import visitor_now
from api.wording import CATEGORY_WORDS
from pipeline.guide_lines import Part, Standing, add_line, aged, change_line, read_lines
from pipeline.insights.guide_records import Guide
from pipeline.insights.guide_records import Section as GuideSection
from pipeline.records import Call, Theme

router = APIRouter()
_SHOWN = 5
_NOT_YET = Guide("Objection guide", 0, 0, 0, 0, None, None, (), {})


class LineForm(BaseModel):
    """A line as a form sends it; `theme` is where to go back to."""

    subject: str
    part: str
    text: str = ""
    who: str = ""
    evidence: str = ""
    theme: str = ""


class ChangeForm(BaseModel):
    """A change of a line as a form sends it."""

    act: Literal["change", "remove"]
    text: str = ""
    who: str = ""
    theme: str = ""


@dataclass(frozen=True, kw_only=True)
class GuidePage(Page):
    """The guide to all objections, or to those of one theme or category."""

    template: ClassVar[str] = "guide.html"
    room: ClassVar[str] = "guide"

    guide: Guide
    theme: Theme | None
    category: str
    categories: list[tuple[str, str]]
    calls: dict[str, Call]
    lines: dict[str, dict[str, list[Standing]]]
    """People's lines by subject and part."""
    gone: list[Standing]
    """Those whose subject is in no section now."""
    old: dict[str, str]
    """Why a section is to be looked at again, by its subject."""
    part_words: dict[Part, str]
    avoid_words: dict[str, str]
    taken_words: dict[str, str]
    n_shown: int
    """Sections beyond these stand on pages of their own."""
    most_listed: int = 12
    """Of quotes behind a count, and of themes within a section, so many are on the page."""
    most_in_contents: int = 150
    is_busy: bool
    """Whether collateral is still compared, or answers judged; nothing of the guide is there then."""


@router.get("/guide")
def show(desk: DeskDep, theme: str = "", category: str = "") -> HTMLResponse:
    """Show the guide."""
    with desk.toolkit.store.read() as tx:
        held = tx.themes.get(theme) if theme else None
        guide = desk.guides.of((theme, category)).soon(tx)
        is_busy = guide is None
        guide = guide or _NOT_YET
        shown = guide.sections[:_SHOWN]
        today = datetime.now(UTC).date()
        lines = read_lines(tx, today)
        subjects = {subject_of(section): section for section in guide.sections}
        page = GuidePage(
            guide=guide,
            lines=_by_subject(lines, guide),
            gone=[one for one in lines if one.line.subject not in subjects]
            if not (theme or category or is_busy)
            else [],
            old={name: why for name, one in subjects.items() if (why := aged(one.last_heard, today))},
            part_words=dict(PART_WORDS),
            avoid_words=AVOID_WORDS,
            taken_words=TAKEN_WORDS,
            is_busy=is_busy,
            n_shown=len(shown),
            theme=held,
            category=category,
            categories=list(CATEGORY_WORDS.items()),
            calls=tx.calls.by_ids(_calls_of(shown)),
        )
    return answer(page)


def _calls_of(sections: Sequence[GuideSection]) -> set[str]:
    """Return the calls of what the sections quote."""
    moments = {moment.call for one in sections for moment in (*one.verbatims, *one.less_sure)}
    exchanges = [exchange for one in sections for exchange in one.exchanges]
    return moments | {said.call for one in exchanges for said in (*one.answers, *one.replies)}


def _by_subject(lines: Sequence[Standing], guide: Guide) -> dict[str, dict[str, list[Standing]]]:
    """Return the lines by the subject of the section that they stand in, and by part."""
    home = {subject: subject_of(section) for section in guide.sections for subject in subjects_of(section)}
    found: dict[str, dict[str, list[Standing]]] = {}
    for one in lines:
        subject = home.get(one.line.subject, one.line.subject)
        found.setdefault(subject, {}).setdefault(one.line.part, []).append(one)
    return found


@router.post("/guide/lines")
def add(desk: DeskDep, new: Annotated[LineForm, Form()]) -> RedirectResponse:
    """Write a line into a guide and go back to it."""
    with desk.toolkit.store.begin() as tx:
        add_line(
            tx,
            new.subject,
            new.part,
            new.text,
            who=visitor_now().says(new.who),
            evidence=[new.evidence] if new.evidence else (),
        )
    return _back(new.theme)


@router.post("/guide/lines/{number}")
def change(desk: DeskDep, number: int, changed: Annotated[ChangeForm, Form()]) -> RedirectResponse:
    """Put another text in place of a line's, or delete it, and go back to the guide."""
    with desk.toolkit.store.begin() as tx:
        if changed.act == "remove":
            tx.guide_lines.remove(number)
        else:
            change_line(tx, number, changed.text, who=visitor_now().says(changed.who))
    return _back(changed.theme)


def _back(theme: str) -> RedirectResponse:
    return RedirectResponse(urls.guide(theme=theme or None), 303)
