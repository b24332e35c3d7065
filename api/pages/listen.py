"""Sitting in on the week's calls: the most telling moments, played one after another; and chosen quotes as a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse

from api.desk import DeskDep
from api.filters import Day, WhereDep
from api.listening import MINUTES, Listening, read_listening
from api.pages.choices import CallChoices, held_choices
from api.pages.page import Page, answer
from api.quoting import place_said
from api.routes.listening import Places, get_quotes
from pipeline.insights.listening_list import RULE

router = APIRouter()
_LENGTHS = (5, 10, 20, 30)


@dataclass(frozen=True, kw_only=True)
class ListenPage(Page):
    """The listening list of a period."""

    template: ClassVar[str] = "listen.html"
    room: ClassVar[str] = "listen"

    listening: Listening
    places: list[str]
    minutes: int
    lengths: tuple[int, ...]
    choices: CallChoices
    rule: str
    n_accounts: int
    n_themes: int
    is_chosen: bool
    """Whether days were asked for."""


@router.get("/listen")
def show(
    desk: DeskDep,
    where: WhereDep,
    since: Annotated[Day, Query(alias="from")] = None,
    until: Annotated[Day, Query(alias="to")] = None,
    minutes: Annotated[int, Query(ge=1, le=60)] = MINUTES,
) -> HTMLResponse:
    """Show the list of a period; of the seven days up to the latest call unless others are asked for."""
    with desk.toolkit.store.read() as tx:
        choices = held_choices(tx, where)
        found = read_listening(tx, where, since=since, until=until, minutes=minutes)
    page = ListenPage(
        listening=found,
        places=[place_said(item.moment) for item in found.items],
        minutes=minutes,
        lengths=tuple(sorted({*_LENGTHS, minutes})),
        choices=choices,
        rule=RULE,
        n_accounts=len({item.moment.account or item.moment.call for item in found.items}),
        n_themes=len({item.moment.theme for item in found.items if item.moment.theme}),
        is_chosen=bool(since or until),
    )
    return answer(page)


@router.get("/quotes")
def export(
    desk: DeskDep,
    request: Request,
    places: Places,
    title: Annotated[str, Query(max_length=200)] = "Quotes",
    format: Literal["csv", "md", "docx", "zip"] = "csv",  # noqa: A002  the word of the contract
) -> Response:
    """Hand out the quotes that were ticked on a page."""
    return get_quotes(desk, request, places, title, format)
