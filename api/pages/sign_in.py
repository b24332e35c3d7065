"""Signing in and out, and the page of whoever is signed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api import urls
from api.pages.page import Page, answer
from api.people.door import SESSION_LASTS, Door, NotLetIn, TooManyAttempts, set_password
from api.people.gate import COOKIE, session_of
from api.people.provider import Provider
from api.people.secrets import MIN_PASSWORD_CHARS, is_password
from api.people.visitor import Visitor, visitor_now
from pipeline.errors import BadInput, Forbidden
from pipeline.store.session import Store

router = APIRouter()
Words = Annotated[str, Form(max_length=1000)]


@dataclass(frozen=True, kw_only=True)
class SignInPage(Page):
    """The form, and why the last try failed."""

    template: ClassVar[str] = "sign_in.html"
    room: ClassVar[str] = "sign-in"

    name: str
    back: str
    complaint: str | None
    provider: str | None
    """Where people may sign in instead, if there is such a place."""


@router.get("/sign-in")
def ask(request: Request, next: str = "/") -> HTMLResponse:  # noqa: A002  the word in the address
    """Ask who it is."""
    return _form(request, back=next)


@router.post("/sign-in")
def sign_in(
    request: Request,
    name: Words = "",
    password: Words = "",
    next: Words = "/",  # noqa: A002
) -> Response:
    """Let somebody in, with a new session, and lead them back; a former session of the same browser ends."""
    door: Door = request.app.state.door
    address = request.client.host if request.client else ""
    try:
        key = door.sign_in(name, password, address=address, former=session_of(request.headers))
    except NotLetIn as error:
        return refuse(request, str(error), 401, name=name, back=next)
    except TooManyAttempts as error:
        refused = refuse(request, str(error), 429, name=name, back=next)
        refused.headers["Retry-After"] = str(error.wait_s)
        return refused
    return let_in(request, key, next)


def refuse(request: Request, complaint: str, status: int, *, name: str = "", back: str = "/") -> HTMLResponse:
    """Show the form again, with why it was no use."""
    return _form(request, complaint=complaint, status=status, name=name, back=back)


def let_in(request: Request, key: str, back: str) -> RedirectResponse:
    """Lead somebody on, with the key of their session in a cookie."""
    led = RedirectResponse(our_address(back), 303)
    led.set_cookie(
        COOKIE,
        key,
        max_age=int(SESSION_LASTS.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return led


@router.post("/sign-out")
def sign_out(request: Request) -> RedirectResponse:
    """End the session."""
    door: Door = request.app.state.door
    key = session_of(request.headers)
    if key:
        door.sign_out(key)
    led = RedirectResponse(urls.sign_in(), 303)
    led.delete_cookie(COOKIE)
    return led


@dataclass(frozen=True, kw_only=True)
class MePage(Page):
    """Who is signed in, as what, and the form for another password."""

    template: ClassVar[str] = "me.html"
    room: ClassVar[str] = "me"

    person: Visitor
    complaint: str | None
    shortest: int


@router.get("/me")
def show() -> Response:
    """Show who is signed in."""
    return answer(_me(None)) if visitor_now().name else RedirectResponse(urls.people(), 303)


@router.post("/me/password")
def change_password(request: Request, password: Words = "", new: Words = "") -> Response:
    """Put another password in place; every session of the person ends, this one too."""
    visitor = visitor_now()
    if visitor.by != "session" or visitor.name is None:
        raise Forbidden("A password is changed by the person, signed in.")
    store: Store = request.app.state.desk.toolkit.store
    with store.read() as tx:
        held = tx.people.get(visitor.name)
    if not is_password(password, held.password_hash):
        return answer(_me("The present password is wrong; nothing was changed."), 422)
    try:
        set_password(store, visitor.name, new)
    except BadInput as error:
        return answer(_me(str(error)), 422)
    return RedirectResponse(urls.sign_in(urls.me()), 303)


def _me(complaint: str | None) -> MePage:
    return MePage(person=visitor_now(), complaint=complaint, shortest=MIN_PASSWORD_CHARS)


def _form(
    request: Request, *, complaint: str | None = None, status: int = 200, name: str = "", back: str = "/"
) -> HTMLResponse:
    provider: Provider | None = request.app.state.provider
    host = provider.host if provider else None
    return answer(SignInPage(name=name, back=our_address(back), complaint=complaint, provider=host), status)


def our_address(address: str) -> str:
    """Return an address of our own; any other becomes the first page."""
    foreign = not address.startswith("/") or address.startswith("//") or "\\" in address or not address.isprintable()
    return "/" if foreign else address
