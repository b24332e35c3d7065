"""Answers of `/api/v1` carry what they hold as an ETag, so that whoever has it already is told so in few bytes."""

from __future__ import annotations

from hashlib import sha256

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_KINDS = ("application/json", "text/markdown", "text/html", "text/csv")
"""What is hashed whole; recordings have their own ETag, and streams have none."""


class ETags:
    """Answers 304 to `If-None-Match`. The answer is still made: what is saved is its way over the wire."""

    def __init__(self, app: ASGIApp, *, under: str) -> None:
        """Take the path that it looks after."""
        self._app = app
        self._under = under

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hold an answer back until its end is known, and send it or 304."""
        if scope["type"] != "http" or scope["method"] != "GET" or not scope["path"].startswith(self._under):
            await self._app(scope, receive, send)
            return
        await self._app(scope, receive, _Held(send, Headers(scope=scope).get("if-none-match", "")))


class _Held:
    def __init__(self, send: Send, known: str) -> None:
        self._send = send
        self._known = {mark.strip().removeprefix("W/") for mark in known.split(",")}
        self._start: Message | None = None
        self._body: list[bytes] = []

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = Headers(raw=message["headers"])
            kind = headers.get("content-type", "").partition(";")[0]
            if message["status"] == 200 and kind in _KINDS and "etag" not in headers:
                self._start = message
                return
        if self._start is None or message["type"] != "http.response.body":
            await self._send(message)
            return
        self._body.append(message.get("body", b""))
        if not message.get("more_body"):
            await self._finish(self._start, b"".join(self._body))

    async def _finish(self, start: Message, body: bytes) -> None:
        etag = f'"{sha256(body).hexdigest()[:32]}"'
        headers = MutableHeaders(raw=start["headers"])
        headers["ETag"] = etag
        headers.setdefault("Cache-Control", "private, no-cache")
        headers["Vary"] = "Authorization, Cookie"
        is_known = etag in self._known or "*" in self._known
        if is_known:
            del headers["Content-Length"]
        await self._send({**start, "headers": headers.raw, "status": 304 if is_known else 200})
        await self._send({"type": "http.response.body", "body": b"" if is_known else body})
