"""WebVTT and SRT, with the speakers as voice tags, as "Name: words" (Zoom), or as JSON in the cues (Teams)."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final, NamedTuple

from pipeline.calls.transcripts.given import UNKNOWN_SPEAKER, GivenTranscript, GivenTurn
from pipeline.calls.transcripts.joining import join_turns
from pipeline.calls.transcripts.spoken_lines import names_speakers, split_speaker
from pipeline.errors import UnreadableFile

_CLOCK: Final = r"(?:(\d{1,6}):)?(\d{1,2}):(\d{2})[.,](\d{1,3})"
_TIMES: Final = re.compile(rf"\s*{_CLOCK}\s*-->\s*{_CLOCK}(?:\s.*)?$")
_MEANT_AS_TIMES: Final = re.compile(r"^\s*[\d:.,]+\s*-->|-->\s*[\d:.,]+\s*$")
_FIRST_TIMES: Final = re.compile(rf"^[^\S\n]*{_CLOCK}[^\S\n]*-->", re.MULTILINE)
_VOICE: Final = re.compile(r"<v(?:\.[^\s<>]{0,100})?[^\S\n]{1,10}([^<>]{0,200})>|</v>")
_TAG: Final = re.compile(r"</?[a-z0-9:][^<>]{0,200}>|\{\\[^}]{0,80}\}", re.IGNORECASE)
_COMMENT: Final = re.compile(r"(?:NOTE|STYLE|REGION)(?:\s|$)")


class _Line(NamedTuple):
    number: int
    text: str


@dataclass(frozen=True, slots=True)
class _Cue:
    start_s: float
    end_s: float
    text: str


def is_webvtt(text: str) -> bool:
    """Whether the text has the header of WebVTT."""
    return re.match(r"WEBVTT(?:\s|$)", text) is not None


def is_srt(text: str) -> bool:
    """Whether the text has a line of times "00:00:01,000 --> 00:00:02,000"."""
    return _FIRST_TIMES.search(text) is not None


def read_webvtt(text: str) -> GivenTranscript:
    """Return the call in WebVTT; neighbouring cues of one speaker make one turn."""
    return GivenTranscript(None, {}, turns_of_captions(text), "webvtt")


def read_srt(text: str) -> GivenTranscript:
    """Return the call in SRT, read as WebVTT without its header."""
    return GivenTranscript(None, {}, turns_of_captions(text), "srt")


def turns_of_captions(text: str) -> tuple[GivenTurn, ...]:
    """Return the turns of a caption file. Raises UnreadableFile with the line if its times cannot be read."""
    spoken = [piece for cue in _cues(text) for piece in _spoken(cue)]
    if not any(piece.speaker != UNKNOWN_SPEAKER for piece in spoken):
        spoken = _named_by_prefix(spoken)
    return join_turns(spoken)


def _cues(text: str) -> Iterator[_Cue]:
    lines = [_Line(number, line) for number, line in enumerate(re.split(r"\r\n|\r|\n", text), start=1)]
    if not is_webvtt(text):
        # what SRT says may hold blank lines, so only times and their numbers part its cues
        return _cues_of([line for line in lines if line.text.strip()])
    return (cue for block in _blocks(lines[1:]) if not _COMMENT.match(block[0].text) for cue in _cues_of(block))


def _blocks(lines: Iterable[_Line]) -> Iterator[list[_Line]]:
    """Yield the runs of lines between blank lines."""
    for blank, block in groupby(lines, key=lambda line: not line.text.strip()):
        if not blank:
            yield list(block)


def _cues_of(lines: Sequence[_Line]) -> Iterator[_Cue]:
    """Yield the cues in lines; what stands before the first times is a number, a name or nothing."""
    heads = [(place, times) for place, line in enumerate(lines) if (times := _times(line))]
    numbered = bool(heads) and heads[0][0] > 0 and lines[heads[0][0] - 1].text.strip().isdigit()
    ends = [*(place for place, _ in heads), len(lines)][1:]
    for (head, times), end in zip(heads, ends, strict=True):
        said = [line.text for line in lines[head + 1 : end]]
        if numbered and end < len(lines) and said and said[-1].strip().isdigit():
            said.pop()
        yield _cue(lines[head].number, times, "\n".join(said))


def _times(line: _Line) -> re.Match[str] | None:
    found = _TIMES.match(line.text)
    if not found and _MEANT_AS_TIMES.search(line.text):
        raise UnreadableFile(
            f"line {line.number}: {line.text.strip()[:60]!r} is not a pair of times "
            "such as 00:00:01.000 --> 00:00:02.500. Correct it."
        )
    return found


def _cue(number: int, times: re.Match[str], text: str) -> _Cue:
    start_s, end_s = (
        int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds) + float(f"0.{fraction}")
        for hours, minutes, seconds, fraction in (times.groups()[:4], times.groups()[4:])
    )
    if end_s < start_s:
        raise UnreadableFile(f"line {number}: the cue ends before it starts. Correct its times.")
    return _Cue(start_s, end_s, text)


def _spoken(cue: _Cue) -> list[GivenTurn]:
    """Return what a cue says, by voice."""
    if told := _told_in_json(cue.text):
        return [_piece(cue, *told)]
    pieces, speaker, end = [], UNKNOWN_SPEAKER, 0
    for tag in _VOICE.finditer(cue.text):
        pieces.append(_piece(cue, speaker, _plain(cue.text[end : tag.start()])))
        speaker, end = _plain(tag[1] or "") or UNKNOWN_SPEAKER, tag.end()
    pieces.append(_piece(cue, speaker, _plain(cue.text[end:])))
    return [piece for piece in pieces if piece.text]


def _told_in_json(text: str) -> tuple[str, str] | None:
    """Return speaker and words of a cue whose text is an object, as Teams writes them in `metadataContent`."""
    if not text.lstrip().startswith("{"):
        return None
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return None  # somebody may say a brace; then the cue is words
    if not isinstance(told, dict) or not isinstance(told.get("spokenText"), str):
        return None
    speaker = told.get("speakerName")
    return (speaker.strip() if isinstance(speaker, str) else "") or UNKNOWN_SPEAKER, told["spokenText"].strip()


def _piece(cue: _Cue, speaker: str, text: str) -> GivenTurn:
    return GivenTurn(speaker, "unknown", cue.start_s, cue.end_s, text)


def _plain(text: str) -> str:
    return " ".join(html.unescape(_TAG.sub("", text)).split())


def _named_by_prefix(pieces: list[GivenTurn]) -> list[GivenTurn]:
    if not names_speakers([piece.text for piece in pieces]):
        return pieces
    named: list[GivenTurn] = []
    for piece in pieces:
        speaker, words = split_speaker(piece.text)
        running = named[-1].speaker if named else UNKNOWN_SPEAKER
        named.append(GivenTurn(speaker or running, "unknown", piece.start_s, piece.end_s, words))
    return named
