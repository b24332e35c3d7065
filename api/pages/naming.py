"""Who says it, on pages: the person who is signed in, or a name that the browser remembers."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote, unquote

from fastapi import Cookie, Depends
from fastapi.responses import RedirectResponse

from api.people.visitor import visitor_now

_WHO = "buyerspeak-who"
_REMEMBERED_S = 180 * 24 * 3600


def _last_who(given: Annotated[str, Cookie(alias=_WHO)] = "") -> str:
    return visitor_now().says(unquote(given))


WhoDep = Annotated[str, Depends(_last_who)]


def gone_back(to: str, who: str) -> RedirectResponse:
    """Go back to a page, and remember who spoke, so that the next word takes one click."""
    response = RedirectResponse(to, 303)
    response.set_cookie(_WHO, quote(who.strip()), max_age=_REMEMBERED_S, httponly=True, samesite="strict")
    return response


def own_page(given: str, otherwise: str) -> str:
    """Return an address that a form gave, if it is one of this server's pages."""
    is_ours = given.startswith("/") and not given.startswith(("//", "/\\")) and given.isprintable()
    return given if is_ours else otherwise
