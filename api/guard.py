"""What every request passes first: who may ask, how much may be sent, and what browsers are told to forbid."""

from __future__ import annotations

from collections.abc import Collection
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.browser_rules import BROWSER_RULES
from api.problems import problem

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Guard:
    """Turns away foreign host names (DNS rebinding), requests that other sites make a browser send, and floods."""

    def __init__(self, app: ASGIApp, *, hosts: Collection[str], any_address: bool, max_body_bytes: int) -> None:
        """Take the names that are served beside those of this machine, and the bytes that a request may hold.

        `any_address` also serves whoever asks for a numeric address, which no foreign name can stand for.
        """
        self._app = app
        self._any_address = any_address
        self._hosts = frozenset(host.lower() for host in hosts)
        self._max_body_bytes = max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request that may not pass, and let the others through."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope["method"], Headers(scope=scope), scope["scheme"])
        if refusal:
            await problem(scope["path"], *refusal)(scope, receive, _with_headers(send))
            return
        await self._app(scope, self._counted(receive), _with_headers(send))

    def _refusal(self, method: str, headers: Headers, scheme: str) -> tuple[int, str] | None:
        host = headers.get("host", "")
        if not self._is_served(host):
            return 400, f"The host {host!r} is not served here. Ask for 127.0.0.1 or localhost."
        if method not in _SAFE_METHODS and not _is_same_origin(headers, f"{scheme}://{host}"):
            return 403, "The request comes from a page of another site, and would change what is held."
        length = headers.get("content-length", "")
        if length.isdecimal() and int(length) > self._max_body_bytes:
            return 413, self._too_much()
        return None

    def _is_served(self, host: str) -> bool:
        try:
            name = (urlsplit(f"//{host}").hostname or "").lower()
        except ValueError:
            return False
        if name == "localhost" or name in self._hosts:
            return True
        try:
            return ip_address(name).is_loopback or self._any_address
        except ValueError:
            return False

    def _counted(self, receive: Receive) -> Receive:
        n_bytes = 0

        async def counted() -> Message:
            nonlocal n_bytes
            message = await receive()
            n_bytes += len(message.get("body", b""))
            if n_bytes > self._max_body_bytes:
                raise HTTPException(413, self._too_much())
            return message

        return counted

    def _too_much(self) -> str:
        return f"A request may hold {self._max_body_bytes / 1024**2:.0f} MB. Send fewer files at once."


def _is_same_origin(headers: Headers, own: str) -> bool:
    """Tell whether a browser sent it from one of our pages, or no browser sent it at all."""
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None:
        return site in ("same-origin", "none")
    return origin is None or origin.lower() == own.lower()


def is_from_our_page(headers: Headers, own: str) -> bool:
    """Tell whether a browser says that one of our pages sent it: what a session's cookie alone does not prove.

    Browsers send one header or the other with every request that may write, and no page can forge them.
    """
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    return site == "same-origin" if site is not None else (origin or "").lower() == own.lower()


def _with_headers(send: Send) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in BROWSER_RULES.items():
                headers[name] = value
        await send(message)

    return sent
