"""People and tokens: who may use Buyerspeak, as what, and which programs act for whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, ClassVar

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api import urls
from api.pages.page import Page, answer
from api.people.door import MAX_TOKEN_DAYS, TOKEN_DAYS, add_person, add_token, set_password
from api.people.gate import FIRST_ACCOUNT
from api.people.secrets import MIN_PASSWORD_CHARS
from api.people.visitor import visitor_now
from pipeline.errors import BuyerspeakError
from pipeline.store.people import ACCOUNT_ROLES, SCOPES, AccountRole, Person, Token
from pipeline.store.session import Store

router = APIRouter(prefix="/people")
Words = Annotated[str, Form(max_length=1000)]
_ROLE_HELP: dict[AccountRole, str] = {
    "viewer": "reads what consent allows",
    "editor": "reads all, adds and corrects",
    "admin": "also decides who may do what",
}


@dataclass(frozen=True, kw_only=True)
class PeoplePage(Page):
    """The accounts and the tokens, and the key of a token that was just made."""

    template: ClassVar[str] = "people.html"
    room: ClassVar[str] = "people"

    people: list[Person]
    signed_in: dict[str, int]
    tokens: list[Token]
    expired: set[str]
    """The ids of tokens that no longer hold."""
    made: tuple[Token, str] | None
    complaint: str | None
    roles: dict[AccountRole, str]
    scopes: tuple[str, ...]
    shortest: int
    days: int
    most_days: int
    first: str
    """The command that makes the first account."""


@router.get("")
def show(request: Request) -> HTMLResponse:
    """Show the accounts and tokens."""
    return answer(_page(request))


@router.post("/add")
def add(request: Request, name: Words = "", role: AccountRole = Form("viewer"), password: Words = "") -> Response:  # noqa: B008
    """Make an account."""
    try:
        add_person(_store(request), name, role, password)
    except BuyerspeakError as error:
        return answer(_page(request, complaint=str(error)), 422)
    return RedirectResponse(urls.people(), 303)


@router.post("/role")
def set_role(request: Request, name: Words, role: Annotated[AccountRole, Form()]) -> Response:
    """Give a person another role."""
    try:
        with _store(request).begin() as tx:
            tx.people.set_role(name, role)
    except BuyerspeakError as error:
        return answer(_page(request, complaint=str(error)), 422)
    return RedirectResponse(urls.people(), 303)


@router.post("/password")
def change_password(request: Request, name: Words, password: Words = "") -> Response:
    """Give a person another password; their sessions end."""
    try:
        set_password(_store(request), name, password)
    except BuyerspeakError as error:
        return answer(_page(request, complaint=str(error)), 422)
    return RedirectResponse(urls.people(), 303)


@router.post("/sign-out")
def sign_out(request: Request, name: Words) -> Response:
    """End every session of a person."""
    with _store(request).begin() as tx:
        tx.people.end_sessions_of(tx.people.get(name).name)
    return RedirectResponse(urls.people(), 303)


@router.post("/remove")
def remove(request: Request, name: Words) -> Response:
    """Delete an account with its sessions and tokens."""
    try:
        with _store(request).begin() as tx:
            tx.people.remove(name)
    except BuyerspeakError as error:
        return answer(_page(request, complaint=str(error)), 422)
    return RedirectResponse(urls.people(), 303)


@router.post("/tokens")
def make_token(
    request: Request,
    label: Words = "",
    name: Words = "",
    scope: Words = "read",
    days: Annotated[int, Form()] = TOKEN_DAYS,
) -> Response:
    """Make a token and show its key, this once."""
    try:
        made = add_token(_store(request), name or visitor_now().says(""), label=label, scope=scope, days=days)
    except BuyerspeakError as error:
        return answer(_page(request, complaint=str(error)), 422)
    shown = answer(_page(request, made=made), 201)
    shown.headers["Cache-Control"] = "no-store"
    return shown


@router.post("/tokens/revoke")
def revoke(request: Request, token: Words) -> Response:
    """Delete a token."""
    with _store(request).begin() as tx:
        tx.people.revoke_token(token)
    return RedirectResponse(urls.people(), 303)


def _store(request: Request) -> Store:
    store: Store = request.app.state.desk.toolkit.store
    return store


def _page(request: Request, *, made: tuple[Token, str] | None = None, complaint: str | None = None) -> PeoplePage:
    with _store(request).read() as tx:
        people, signed_in, tokens = tx.people.all(), tx.people.sessions_per_person(), list(tx.people.tokens())
    now = datetime.now(UTC)
    return PeoplePage(
        people=people,
        signed_in=signed_in,
        tokens=tokens,
        expired={token.id for token in tokens if token.expires_at <= now},
        made=made,
        complaint=complaint,
        roles={role: _ROLE_HELP[role] for role in ACCOUNT_ROLES},
        scopes=SCOPES,
        shortest=MIN_PASSWORD_CHARS,
        days=TOKEN_DAYS,
        most_days=MAX_TOKEN_DAYS,
        first=FIRST_ACCOUNT,
    )
