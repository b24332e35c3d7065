"""What collateral does not answer, with the evidence of both sides, and the work on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Annotated, ClassVar, Literal, cast

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from api import urls
from api.desk import Desk, DeskDep
from api.filters import Where, WhereDep
from api.gap_words import (
    STATUS_WORDS,
    URGENCY_WORDS,
    WORK_WORDS,
    affected_lines,
    history_line,
    money_text,
    touched_text,
    work_line,
)
from api.pages.choices import CallChoices, held_choices
from api.pages.naming import WhoDep, gone_back
from api.pages.page import Page, answer
from api.paging import Part as ListPart
from api.paging import PartDep
from api.people.visitor import visitor_now
from api.routes.gaps import desk_of, say_otherwise
from api.schemas_gaps import OverturnIn
from pipeline.collateral.records import GapStatus
from pipeline.confidence import Chosen, worth_showing
from pipeline.errors import BadInput, NotFound
from pipeline.gap_desk import GapCase, GapDesk, cases_by_theme
from pipeline.gap_edits import set_due, set_owner, set_status, undo, work_of
from pipeline.gap_reading import GapReading
from pipeline.gap_work import BY_PEOPLE, SETTABLE, Urgency, WorkStatus, live
from pipeline.insights.gap_weight import Part
from pipeline.insights.unasked import UnaskedDocument
from pipeline.records import Call, Theme
from pipeline.store.session import Transaction

router = APIRouter()
_QUOTES_SHOWN = 3
_SHOWN = 15


@dataclass(frozen=True, kw_only=True)
class GapsPage(Page):
    """The gaps, those that touch most first."""

    template: ClassVar[str] = "gaps.html"
    room: ClassVar[str] = "gaps"

    cases: list[GapCase]
    quotes: dict[str, Chosen]
    """Of each theme, by its id, the quotes worth showing and the less sure ones."""
    n_quotes: int
    """How many quotes of each are shown."""
    tally: list[tuple[str, str, int]]
    """Status, its words, and how many themes have it."""
    status: str
    next: list[tuple[str, str]] | None
    """The address's pairs of the next page."""
    is_busy: bool
    """Whether the comparison is still going on."""
    coverage: Part
    open_money: str
    n_overdue: int
    unasked: tuple[UnaskedDocument, ...]
    n_documents: int
    calls: dict[str, Call]
    choices: CallChoices
    who: str
    """Who said something of gaps last in this browser."""
    urgency_words: Mapping[Urgency, str]
    work_lines: dict[str, str]
    touched: dict[str, list[str]]


@router.get("/gaps")
def show(
    request: Request,
    desk: DeskDep,
    where: WhereDep,
    who: WhoDep,
    part: PartDep,
    status: GapStatus | Literal[""] = "",
) -> HTMLResponse:
    """Show the gaps."""
    reading = _noted(desk)
    with desk.toolkit.store.read() as tx:
        today = datetime.now(UTC).date()
        unasked = desk.unasked.soon(tx) if reading and not where and not status else None
        found = _standing(desk, tx, reading, where, today) if reading else None
        if found is not None:
            found = replace(found, unasked=tuple(unasked or ()))
        cases = found.cases if found else ()
        chosen = [case for case in cases if status in ("", case.gap.status)]
        shown, cursor = ListPart(part.offset, _SHOWN, part.last).page(chosen, lambda case: case.gap.theme)
        quotes = {case.gap.theme: worth_showing(case.gap.moments) for case in shown}
        calls = tx.calls.by_ids([one.call for of in quotes.values() for one in of.shown[:_QUOTES_SHOWN]])
        n_documents, choices = len(tx.collateral.all()), held_choices(tx, where)
    counts = Counter[str](case.gap.status for case in cases)
    page = GapsPage(
        cases=shown,
        quotes=quotes,
        n_quotes=_QUOTES_SHOWN,
        tally=[(name, words, counts[name]) for name, words in STATUS_WORDS.items() if counts[name]],
        status=status,
        next=None if cursor is None else [*_kept(request), ("cursor", cursor)],
        is_busy=found is None,
        coverage=found.coverage if found else Part(0, 0),
        open_money=money_text(found.open_money) if found else "",
        n_overdue=len(found.overdue) if found else 0,
        unasked=found.unasked if found and not part.offset else (),
        n_documents=n_documents,
        calls=calls,
        choices=choices,
        who=who,
        urgency_words=URGENCY_WORDS,
        work_lines={case.gap.theme: work_line(case.work, is_overdue=case.is_overdue) for case in shown},
        touched={case.gap.theme: touched_text(case.weight) for case in shown},
    )
    return answer(page)


def _noted(desk: Desk) -> GapReading | None:
    """Return the gaps once what has happened to them is noted, which changes what is held."""
    with desk.toolkit.store.read() as tx:
        reading = desk.gaps.reading_soon(tx)
        return reading if reading is not None and desk.gaps.history_soon(tx) else None


def _kept(request: Request) -> list[tuple[str, str]]:
    return [(name, value) for name, value in request.query_params.multi_items() if name not in ("cursor", "limit")]


def _standing(desk: Desk, tx: Transaction, reading: GapReading, where: Where, today: date) -> GapDesk | None:
    return desk_of(tx, reading, where, today) if where else desk.gaps.desk_soon(tx)


@dataclass(frozen=True, kw_only=True)
class GapPage(Page):
    """The work on one gap: what would close it, whose it is, and what was done."""

    template: ClassVar[str] = "gap.html"
    room: ClassVar[str] = "gaps"

    case: GapCase
    calls: dict[str, Call]
    who: str
    work_line: str
    touched: list[str]
    affected: list[tuple[str, str]]
    statuses: list[tuple[str, str]]
    """What the status of the theme can be said to be."""
    work_statuses: list[tuple[str, str]]
    events: list[tuple[str, str, str, int]]
    """The history, the latest first: day, who, what, and the number if it can be taken back, else 0."""


@dataclass(frozen=True, kw_only=True)
class ComparedSoonPage(Page):
    """In place of a gap while its theme is still compared with collateral."""

    template: ClassVar[str] = "gap_soon.html"
    room: ClassVar[str] = "gaps"

    theme: Theme


@router.get("/gaps/{theme}")
def show_gap(desk: DeskDep, theme: str, who: WhoDep) -> HTMLResponse:
    """Show the work on one gap."""
    reading = _noted(desk)
    with desk.toolkit.store.read() as tx:
        held = tx.themes.get(theme)
        found = None if reading is None else desk.gaps.desk_soon(tx)
        if found is None:
            return answer(ComparedSoonPage(theme=held))
        case = cases_by_theme(found).get(theme)
        if case is None:
            raise NotFound(f"Theme {theme} is not compared with collateral yet.")
        calls = tx.calls.by_ids(moment.call for moment in case.brief.quotes)
    undoable = {event.number for event in live(case.events) if event.action in BY_PEOPLE}
    page = GapPage(
        case=case,
        calls=calls,
        who=who,
        work_line=work_line(case.work, is_overdue=case.is_overdue),
        touched=touched_text(case.weight),
        affected=affected_lines(case.weight),
        statuses=[(name, words) for name, words in STATUS_WORDS.items() if name != case.gap.status],
        work_statuses=[(name, WORK_WORDS[name]) for name in SETTABLE],
        events=[
            (f"{event.at:%Y-%m-%d}", event.who, history_line(event), event.number if event.number in undoable else 0)
            for event in reversed(case.events)
        ],
    )
    return answer(page)


@router.post("/gaps/{theme}/work")
def work(
    desk: DeskDep,
    theme: str,
    who: Annotated[str, Form()] = "",
    owner: Annotated[str, Form()] = "",
    due: Annotated[str, Form()] = "",
    status: Annotated[str, Form()] = "",
    note: Annotated[str, Form()] = "",
) -> RedirectResponse:
    """Keep what has changed of owner, date and status, and go back to the gap."""
    who = visitor_now().says(who)
    with desk.toolkit.store.begin() as tx:
        held = work_of(tx, theme)
        if owner.strip() != held.owner:
            set_owner(tx, theme, owner, who=who, note=note)
        day = _day(due)
        if day != held.due:
            set_due(tx, theme, day, who=who, note=note)
        if status not in ("", held.status):
            set_status(tx, theme, cast("WorkStatus", status), who=who, note=note)
    return _back(theme, who)


def _back(theme: str, who: str) -> RedirectResponse:
    return gone_back(urls.gap(theme), who)


def _day(given: str) -> date | None:
    try:
        return date.fromisoformat(given) if given else None
    except ValueError as error:
        raise BadInput(f"{given!r} is no day; write it as 2026-10-31.") from error


@router.post("/gaps/{theme}/overturn")
def say_status(
    desk: DeskDep,
    theme: str,
    status: Annotated[GapStatus, Form()],
    who: Annotated[str, Form()] = "",
    passage: Annotated[str, Form()] = "",
    note: Annotated[str, Form()] = "",
) -> RedirectResponse:
    """Keep a person's word against what was found, and go back to the gap."""
    who = visitor_now().says(who)
    if not who.strip():
        raise BadInput("Say who says it.")
    say_otherwise(desk, theme, OverturnIn(status=status, who=who, note=note, passage=passage or None))
    return _back(theme, who)


@router.post("/gaps/history/{number}/undo")
def take_back(desk: DeskDep, number: int, who: Annotated[str, Form()] = "") -> RedirectResponse:
    """Take back what somebody said, and go back to the gap."""
    with desk.toolkit.store.begin() as tx:
        event = undo(tx, number, who=visitor_now().says(who))
    return _back(event.theme, who)
