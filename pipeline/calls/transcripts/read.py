"""A transcript file in, whoever wrote it, and what it says out."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from pipeline.calls.transcripts.amazon import is_call_analytics, is_transcribe, read_call_analytics, read_transcribe
from pipeline.calls.transcripts.captions import is_srt, is_webvtt, read_srt, read_webvtt
from pipeline.calls.transcripts.contract import is_contract, read_contract
from pipeline.calls.transcripts.fireflies import is_fireflies, read_fireflies
from pipeline.calls.transcripts.given import GivenTranscript, GivenTurn
from pipeline.calls.transcripts.gong import is_gong, read_gong
from pipeline.calls.transcripts.node import Node, looks_like_json, parse_json
from pipeline.calls.transcripts.spoken_lines import read_spoken_lines
from pipeline.calls.transcripts.vcon import is_sealed_vcon, is_vcon, read_sealed_vcon, read_vcon
from pipeline.calls.transcripts.whisper_json import is_whisper, is_whisperx, read_whisper, read_whisperx
from pipeline.errors import UnreadableFile

__all__ = ["SUFFIXES", "GivenTranscript", "GivenTurn", "read_text", "read_transcript"]

SUFFIXES: Final = frozenset({".json", ".vcon", ".vtt", ".srt"})
"""What a folder is searched for; a .txt is read only if it is asked for by name."""

_MAX_BYTES: Final = 50_000_000


class _Shape(NamedTuple):
    name: str
    fits: Callable[[Node], bool]
    read: Callable[[Node], GivenTranscript]


_SHAPES: Final = (
    _Shape("Buyerspeak's own (turns)", is_contract, read_contract),
    _Shape("vCon (vcon, parties, dialog, analysis)", is_vcon, read_vcon),
    _Shape("signed or encrypted vCon", is_sealed_vcon, read_sealed_vcon),
    _Shape("Gong (callTranscripts)", is_gong, read_gong),
    _Shape("Fireflies (sentences)", is_fireflies, read_fireflies),
    _Shape("Amazon Transcribe Call Analytics (Transcript)", is_call_analytics, read_call_analytics),
    _Shape("Amazon Transcribe (results)", is_transcribe, read_transcribe),
    _Shape("whisperX (segments with speakers)", is_whisperx, read_whisperx),
    _Shape("Whisper (segments)", is_whisper, read_whisper),
)
"""The first that fits reads the document."""

_KNOWN: Final = "; ".join(shape.name for shape in _SHAPES if shape.read is not read_sealed_vcon)


def read_transcript(path: Path, *, name: str | None = None) -> GivenTranscript:
    """Return what a transcript file says, its shape recognised by content; `name` is what errors call the file.

    Raises UnreadableFile with the file, the place (line, or path into the JSON) and the next step.
    """
    shown = name or path.name
    try:
        transcript = _read(read_text(path), spoken_lines=Path(shown).suffix.lower() == ".txt")
        _refuse_unusable(transcript)
    except UnreadableFile as error:
        raise UnreadableFile(f"{shown}: {error}") from error
    except RecursionError as error:
        raise UnreadableFile(f"{shown}: the JSON is nested too deeply to be a transcript.") from error
    return transcript


def read_text(path: Path) -> str:
    """Return the text of a file, whose size is bounded. Raises UnreadableFile without naming the file."""
    return _decoded(_content(path))


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_BYTES + 1)
    except OSError as error:
        raise UnreadableFile(f"cannot be opened: {error.strerror}. Check its path and permissions.") from error
    if len(content) > _MAX_BYTES:
        raise UnreadableFile(f"is larger than {_MAX_BYTES // 1_000_000} MB, too large for the transcript of one call.")
    return content


def _decoded(content: bytes) -> str:
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        encoding = "UTF-16, though it begins as such" if wide else "UTF-8"
        raise UnreadableFile(f"byte {error.start} is not {encoding}. Save the file as UTF-8.") from error


def _read(text: str, *, spoken_lines: bool) -> GivenTranscript:
    if not text.strip():
        raise UnreadableFile("is empty.")
    if is_webvtt(text):
        return read_webvtt(text)
    if looks_like_json(text):
        return _read_json(text)
    if is_srt(text):
        return read_srt(text)
    if spoken_lines:
        return read_spoken_lines(text)
    raise UnreadableFile("is no transcript: neither WebVTT, SRT nor JSON. Export the call in one of them.")


def _read_json(text: str) -> GivenTranscript:
    root = Node(parse_json(text))
    if isinstance(root.value, dict):
        for shape in _SHAPES:
            if shape.fits(root):
                return shape.read(root)
    held = "a list" if isinstance(root.value, list) else f"an object with {_keys(root.value)}"
    raise UnreadableFile(f"the JSON is {held}, not the transcript of one call. Known shapes: {_KNOWN}.")


def _keys(document: dict[str, Any]) -> str:
    shown = ", ".join(ascii(key)[1:-1][:30] for key in list(document)[:6])
    return shown + (", …" if len(document) > 6 else "") if document else "no keys"


def _refuse_unusable(transcript: GivenTranscript) -> None:
    """Refuse what holds no words, and characters that no database keeps to the letter."""
    if not transcript.turns:
        raise UnreadableFile("holds no turns. Export the call again, with its transcript.")
    if not any(turn.text.strip() for turn in transcript.turns):
        raise UnreadableFile("holds no words: the text of every turn is empty.")
    for place, turn in enumerate(transcript.turns):
        _refuse_broken_characters(f"turn {place}", (turn.text, turn.speaker, *(word.text for word in turn.words)))
    _refuse_broken_characters("the metadata", (transcript.id or "", *_strings(transcript.metadata)))


def _refuse_broken_characters(place: str, texts: tuple[str, ...]) -> None:
    for text in texts:
        if found := re.search("[\0\ud800-\udfff]", text):
            raise UnreadableFile(f"{place} holds U+{ord(found[0]):04X}, which is no character. Remove it.")


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)
