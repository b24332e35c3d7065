"""Recordings for browsers: the original where a browser plays it, else an MP3 made once; whole or one range of it."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any, BinaryIO

from fastapi.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from pipeline.calls.media_apart import probe_apart
from pipeline.calls.playback import playable, render_playback
from pipeline.errors import NotFound
from pipeline.media_store import MediaStore
from pipeline.records import Call
from pipeline.sound import recording_of

_CHUNK_BYTES = 64 * 1024
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")
_TYPES = {
    "wav": "audio/wav",
    "mp3": "audio/mpeg",
    "flac": "audio/flac",
    "ogg": "audio/ogg",
    "matroska,webm": "audio/webm",
    "mov,mp4,m4a,3gp,3g2,mj2": "audio/mp4",
}


@dataclass(frozen=True, slots=True)
class Playable:
    """A key of the media store that a browser plays, and its content type."""

    key: str
    content_type: str


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes of a file, the last one included."""

    first: int
    last: int

    @property
    def n_bytes(self) -> int:
        """How many they are."""
        return self.last - self.first + 1


class Recordings:
    """Finds what to play of a call; an MP3 that was made is kept beside the original, and is erased with it."""

    def __init__(self, media: MediaStore) -> None:
        """Take the store of the original files."""
        self._media = media
        self._chosen: dict[str, Playable] = {}
        self._locks: dict[str, Lock] = {}

    def of(self, call: Call) -> Playable:
        """Return what to play. Raises NotFound for a call that came in as a transcript."""
        key = recording_of(call)
        with self._locks.setdefault(key, Lock()):
            if key not in self._chosen:
                self._chosen[key] = self._choose(key)
            return self._chosen[key]

    def answer(self, call: Call, *, asked_range: str | None, if_range: str | None, head: bool) -> Response:
        """Return the recording: all of it, or the one range asked for (206), or 416 for a range that cannot be."""
        found, file = self._opened(call)
        etag = f'"{found.key}"'
        headers = {"Accept-Ranges": "bytes", "ETag": etag, "Cache-Control": "private, no-cache"}
        with ExitStack() as stack:
            stack.enter_context(file)
            n_bytes = file.seek(0, 2)
            span = None
            if asked_range is not None and asked_range.startswith("bytes") and if_range in (None, etag):
                span = parse_range(asked_range, n_bytes)
                if span is None:
                    return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{n_bytes}"})
                headers["Content-Range"] = f"bytes {span.first}-{span.last}/{n_bytes}"
            sent = span or Span(0, n_bytes - 1)
            headers["Content-Length"] = str(sent.n_bytes)
            status = 200 if span is None else 206
            if head:
                return Response(status_code=status, headers=headers, media_type=found.content_type)
            stack.pop_all()
        return _SpanResponse(file, sent, status_code=status, headers=headers, media_type=found.content_type)

    def _opened(self, call: Call) -> tuple[Playable, BinaryIO]:
        found = self.of(call)
        try:
            return found, self._open(found.key)
        except NotFound:
            # The MP3 went with an erased call whose recording was added again since.
            self._chosen.pop(str(call.media_key), None)
            found = self.of(call)
            return found, self._open(found.key)

    def _open(self, key: str) -> BinaryIO:
        """Open a file; it stays open when its path is gone, as that of a copy from a remote store is."""
        with self._media.local_file(key) as path:
            return path.open("rb")

    def _choose(self, key: str) -> Playable:
        with self._media.local_file(key) as path:
            if playable(path):
                return Playable(key, _TYPES[probe_apart(path).container])
            rendition = f"{key}.mp3"
            if not self._holds(rendition):
                with tempfile.TemporaryDirectory() as folder:
                    target = Path(folder) / "playback.mp3"
                    render_playback(path, target)
                    self._media.put(target, rendition)
        return Playable(rendition, "audio/mpeg")

    def _holds(self, key: str) -> bool:
        try:
            with self._media.local_file(key):
                return True
        except NotFound:
            return False


def parse_range(text: str, n_bytes: int) -> Span | None:
    """Return the one range that a Range header asks of a file, cut to the file; None if it cannot be served.

    Several ranges at once are not served: players never ask for them, and putting them together costs much.
    """
    found = _RANGE.fullmatch(text.replace(" ", ""))
    if found is None or n_bytes == 0:
        return None
    first, last = found.groups()
    if first:
        span = Span(int(first), min(int(last), n_bytes - 1) if last else n_bytes - 1)
    elif last and int(last) > 0:
        span = Span(max(0, n_bytes - int(last)), n_bytes - 1)
    else:
        return None
    return span if span.first <= span.last else None


class _SpanResponse(StreamingResponse):
    """Sends a span of a file, and closes the file even if the player goes away in the middle of it."""

    def __init__(self, file: BinaryIO, span: Span, **more: Any) -> None:
        super().__init__(_chunks(file, span), **more)
        self._file = file

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._file.close()


def _chunks(file: BinaryIO, span: Span) -> Iterator[bytes]:
    file.seek(span.first)
    left = span.n_bytes
    while left > 0 and (chunk := file.read(min(_CHUNK_BYTES, left))):
        left -= len(chunk)
        yield chunk
