"""A stretch of an earlier transcript found again in the present one: at its place, by its very words, or nearly so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final

from pipeline.corrected import Stretch
from pipeline.records import Turn

MIN_RATIO: Final = 0.8
"""The least likeness of characters (2 * matching / all, after Ratcliff and Obershelp) at which words are the same."""
MIN_CLOSE_CHARS: Final = 12
"""A shorter quote is like too many others, and is found by its very words alone."""
_MIN_SHARED_WORDS: Final = 0.5
"""Stretches that share a smaller part of the quote's words are not compared: for speed, hardly for the result."""
_TOKEN = re.compile(r"\S+")
_CLOSING = ".,;:!?…"


def find_again(stretch: Stretch, turns: Sequence[Turn]) -> Stretch | None:
    """Return where a stretch stands in these turns of the same call; None if its words are not there any more.

    Its own place comes first, whoever speaks there; then its very words in the nearest turn, then the closest words in
    any turn, at least `MIN_RATIO` like it; turns of a rep are passed over in both.
    """
    if any(turn.turn == stretch.turn and _slice(turn, stretch) == stretch.quote for turn in turns):
        return stretch
    nearest = sorted((turn for turn in turns if turn.role != "rep"), key=lambda turn: abs(turn.turn - stretch.turn))
    exact = next((found for turn in nearest if (found := _very_words(stretch, turn))), None)
    return exact or _close_words(stretch, nearest)


def _slice(turn: Turn, stretch: Stretch) -> str:
    return turn.text[stretch.start_char : stretch.end_char]


def _very_words(stretch: Stretch, turn: Turn) -> Stretch | None:
    """Return the place of the quote, as whole words, that is nearest to where it stood."""
    places = [found.start() for found in re.finditer(rf"(?<!\w){re.escape(stretch.quote)}(?!\w)", turn.text)]
    if not places:
        return None
    start = min(places, key=lambda place: abs(place - stretch.start_char))
    return _stretch(turn, start, start + len(stretch.quote))


def _close_words(stretch: Stretch, turns: Sequence[Turn]) -> Stretch | None:
    quote = stretch.quote.lower()
    if len(quote) < MIN_CLOSE_CHARS:
        return None
    matcher = SequenceMatcher(None, "", quote, autojunk=False)
    best, found = MIN_RATIO, None
    for turn in turns:
        for start, end in _windows(turn.text, stretch.quote):
            matcher.set_seq1(turn.text[start:end].lower())
            if matcher.quick_ratio() >= best and (ratio := matcher.ratio()) >= best and (ratio > best or not found):
                best, found = ratio, _stretch(turn, start, end)
    return found


def _windows(text: str, quote: str) -> Iterator[tuple[int, int]]:
    """Yield the stretches of about as many words as the quote that share enough of its words."""
    words = [_folded(word) for word in quote.split()]
    tokens = [(found.start(), found.end(), _folded(found[0])) for found in _TOKEN.finditer(text)]
    enough = _MIN_SHARED_WORDS * len(set(words))
    if len(set(words) & {word for _, _, word in tokens}) < enough:
        return
    slack = 1 + len(words) // 4
    for first in range(len(tokens)):
        for last in range(first + max(1, len(words) - slack), min(first + len(words) + slack, len(tokens)) + 1):
            if len(set(words) & {word for _, _, word in tokens[first:last]}) >= enough:
                end = tokens[last - 1][1]
                yield tokens[first][0], end if quote[-1] in _CLOSING else len(text[:end].rstrip(f"{_CLOSING} "))


def _folded(word: str) -> str:
    return word.lower().strip(_CLOSING)


def _stretch(turn: Turn, start_char: int, end_char: int) -> Stretch:
    return Stretch(turn.turn, start_char, end_char, turn.text[start_char:end_char])
