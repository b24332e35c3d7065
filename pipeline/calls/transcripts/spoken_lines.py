"""Lines of text that begin with who speaks, as Zoom's captions and plain notes of a call do."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from pipeline.calls.transcripts.given import GivenTranscript, GivenTurn
from pipeline.errors import UnreadableFile

_PREFIX: Final = re.compile(r"([^\W_][^\n:!?;<>]{0,59}?)[^\S\n]*:(?:\s+|$)")
"""A name of at most 60 characters, which may hold full stops and commas, as in "Okafor, Dr. B."."""
_MAX_NAME_WORDS: Final = 6
_CLOCK: Final = re.compile(r"\s*[\[(](?:(\d{1,3}):)?(\d{1,2}):(\d{2})(?:[.,](\d{1,3}))?[\])]\s*")


def split_speaker(line: str) -> tuple[str | None, str]:
    """Return who speaks in "Name: words", and the words; None and the whole line if no name stands before a colon."""
    found = _PREFIX.match(line)
    if not found or len(found[1].split()) > _MAX_NAME_WORDS:
        return None, line
    return found[1].strip(), line[found.end() :]


def names_speakers(lines: Sequence[str]) -> bool:
    """Whether the words before colons are names: the first line has one, and all lines do or one of them comes back.

    "So here is the thing: …" in the middle of captions without names is no speaker.
    """
    names = [split_speaker(line)[0] for line in lines]
    if not names or names[0] is None:
        return False
    counts = Counter(name for name in names if name)
    return None not in names or max(counts.values()) > 1


def is_spoken_lines(text: str) -> bool:
    """Whether the lines of a text begin with who speaks."""
    return names_speakers([words for _, words in _lines(text)])


def read_spoken_lines(text: str) -> GivenTranscript:
    """Return the call in lines of "Name: words", with a clock such as [00:01:02] before or without; others run on."""
    lines = _lines(text)
    if not names_speakers([words for _, words in lines]):
        raise UnreadableFile(
            'is no transcript: its lines do not begin with who speaks. Write each turn as a line of "Name: words".'
        )
    turns: list[tuple[str, float | None, list[str]]] = []
    for start_s, line in lines:
        speaker, words = split_speaker(line)
        if speaker:
            turns.append((speaker, start_s, [words]))
        else:
            turns[-1][2].append(words)
    given = (GivenTurn(who, "unknown", start_s, None, " ".join(said).strip()) for who, start_s, said in turns)
    return GivenTranscript(None, {}, tuple(turn for turn in given if turn.text), "text")


def _lines(text: str) -> list[tuple[float | None, str]]:
    return [_clocked(line.strip()) for line in re.split(r"\r\n|\r|\n", text) if line.strip()]


def _clocked(line: str) -> tuple[float | None, str]:
    found = _CLOCK.match(line)
    if not found:
        return None, line
    hours, minutes, seconds, fraction = found.groups()
    start_s = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds) + float(f"0.{fraction or 0}")
    return start_s, line[found.end() :]
