"""Lets a request in as somebody, or not at all."""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie

from anyio.to_thread import run_sync
from starlette.datastructures import Headers
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from api import urls
from api.guard import is_from_our_page
from api.people.door import Door
from api.people.needs import SAFE_METHODS, need_of
from api.people.visitor import EVERYBODY, STRANGER, Visitor, visited_by
from api.problems import problem
from pipeline.errors import Forbidden

COOKIE = "buyerspeak_session"
FIRST_ACCOUNT = "buyerspeak people add NAME --role admin"


class Gate:
    """Knows visitors by token or session, and turns away who may not do what they ask for."""

    def __init__(self, app: ASGIApp, *, door: Door, needs_account: bool) -> None:
        """With `needs_account`, nothing is served while there is no account."""
        self._app = app
        self._door = door
        self._needs_account = needs_account

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer who may not pass, and let the others through."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        visitor = await run_sync(self._visitor, headers)
        with visited_by(visitor or STRANGER):
            answer = self._refusal(scope, headers, visitor) or self._app
            await answer(scope, receive, send)

    def _visitor(self, headers: Headers) -> Visitor | None:
        return self._door.visitor(bearer=bearer_of(headers), session=session_of(headers))

    def _refusal(self, scope: Scope, headers: Headers, visitor: Visitor | None) -> Response | None:
        method, path = scope["method"], scope["path"]
        if self._needs_account and visitor == EVERYBODY:
            return problem(path, 403, f"No account is configured, and this is no local address. Run: {FIRST_ACCOUNT}")
        needed = need_of(method, path)
        if needed is None:
            return None
        if visitor is None:
            return _ask_who(method, path, scope["query_string"].decode("latin-1"))
        own = f"{scope['scheme']}://{headers.get('host', '')}"
        if visitor.by == "session" and method not in SAFE_METHODS and not is_from_our_page(headers, own):
            return problem(path, 403, "The request does not say that it comes from one of our own pages.")
        try:
            visitor.require(needed)
        except Forbidden as error:
            return problem(path, 403, str(error))
        return None


def bearer_of(headers: Headers) -> str | None:
    """Return the token that a request brings, if any."""
    kind, _, key = headers.get("authorization", "").partition(" ")
    return key.strip() if kind.lower() == "bearer" else None


def session_of(headers: Headers) -> str | None:
    """Return the key of the session that a browser brings, if any."""
    try:
        cookies = SimpleCookie(headers.get("cookie", ""))
    except CookieError:
        return None
    return cookies[COOKIE].value if COOKIE in cookies else None


def _ask_who(method: str, path: str, query: str) -> Response:
    if path.startswith("/api"):
        detail = "Say who asks: Authorization: Bearer TOKEN. An admin makes tokens at /people."
        return problem(path, 401, detail, headers={"WWW-Authenticate": "Bearer"})
    back = path + (f"?{query}" if query else "") if method in SAFE_METHODS else "/"
    return RedirectResponse(urls.sign_in(back), 303)
