"""Words of a transcript laid beside the words that were really said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_WORD = re.compile(r"[\w']+")


@dataclass(frozen=True, slots=True)
class PlacedWord:
    """A word, lower case, with its place: `text[start_char:end_char]` of a turn."""

    text: str
    turn: int
    start_char: int
    end_char: int


def placed_words(texts: Sequence[str]) -> list[PlacedWord]:
    """Return the words of a call's turns in order."""
    return [
        PlacedWord(found[0].lower().strip("'"), turn, found.start(), found.end())
        for turn, text in enumerate(texts)
        for found in _WORD.finditer(text)
    ]


def align(heard: Sequence[PlacedWord], said: Sequence[PlacedWord]) -> dict[int, int]:
    """Return for words of `heard` (by position) the word of `said` that each stands for; words misheard map as well.

    Equal runs are found first; between two runs, words stand for each other in order as far as both sides reach.
    """
    matcher = SequenceMatcher(None, [word.text for word in heard], [word.text for word in said], autojunk=False)
    pairs: dict[int, int] = {}
    for tag, h1, h2, s1, s2 in matcher.get_opcodes():
        if tag in ("equal", "replace"):
            width = max(1, h2 - h1 - 1)
            for offset in range(h2 - h1):
                pairs[h1 + offset] = s1 + round(offset * (s2 - s1 - 1) / width)
    return pairs
