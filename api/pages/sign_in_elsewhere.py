"""The way to a company's own sign-in, and back from it."""

from __future__ import annotations

from secrets import compare_digest
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from api.pages.sign_in import let_in, our_address, refuse
from api.people.door import Door, NotLetIn
from api.people.gate import session_of
from api.people.provider import WAY_LASTS, OnTheirWay, Provider, ProviderFailed
from pipeline.errors import BadInput, NotFound

router = APIRouter()
Words = Annotated[str, Query(max_length=5000)]
_COOKIE = "buyerspeak_way"
"""The state, in the browser that was sent: nobody else's answer is taken for its own."""


@router.get("/sign-in/provider")
def send(request: Request, next: Words = "/") -> Response:  # noqa: A002  the word in the address
    """Send somebody to the provider."""
    try:
        address, state = _provider(request).send(our_address(next))
    except ProviderFailed as error:
        return refuse(request, str(error), 502, back=next)
    led = RedirectResponse(address, 303)
    # Lax, since it is the provider's site that leads back.
    led.set_cookie(
        _COOKIE,
        state,
        max_age=int(WAY_LASTS.total_seconds()),
        path="/sign-in",
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return led


@router.get("/sign-in/back")
def receive(request: Request, state: Words = "", code: Words = "", error: Words = "") -> Response:
    """Let in whom the provider sends back, with a new session; a former one of the same browser ends."""
    provider, door = _provider(request), _door(request)
    back = "/"
    try:
        way = _sent(request, provider, state)
        back = way.back
        name = provider.name_of(way, code, error)
        key = door.sign_in_known(name, new_role=provider.new_role, former=session_of(request.headers))
    except (NotLetIn, BadInput) as refused:
        return _without_way(refuse(request, str(refused), 401, back=back))
    except ProviderFailed as failed:
        return _without_way(refuse(request, str(failed), 502, back=back))
    return _without_way(let_in(request, key, back))


def _sent(request: Request, provider: Provider, state: str) -> OnTheirWay:
    if not state or not compare_digest(state.encode(), request.cookies.get(_COOKIE, "").encode()):
        raise NotLetIn("This answer belongs to no sign-in that began in this browser. Sign in again.")
    return provider.back_with(state)


def _without_way(answer: Response) -> Response:
    answer.delete_cookie(_COOKIE, path="/sign-in")
    return answer


def _provider(request: Request) -> Provider:
    provider: Provider | None = request.app.state.provider
    if provider is None:
        raise NotFound("No sign-in of a company is set up here. BUYERSPEAK_OIDC_ISSUER names it.")
    return provider


def _door(request: Request) -> Door:
    door: Door = request.app.state.door
    return door
