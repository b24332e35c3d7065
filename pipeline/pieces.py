"""A long turn in pieces that say one thing each: its sentences, or stretches of some words where none has an end.

The vector of a turn is the mean of all that it says: of a sentence among two others little is left in it.
"""

from __future__ import annotations

import re
from itertools import pairwise

_SENTENCE = re.compile(r"\S.*?(?:[.!?…][\"'”’)]*(?=\s)|$)", re.DOTALL)
_WORD = re.compile(r"\S+")
_MAX_WORDS = 40


def split_pieces(text: str) -> list[tuple[int, int]]:
    """Return (start_char, end_char) of each piece, ascending; a text that is one piece gives one.

    A word that stands alone, such as "Yeah." or "Mr.", goes with what follows, or at the end with what was before.
    """
    pieces: list[tuple[int, int]] = []
    start = None
    for sentence in _SENTENCE.finditer(text.rstrip()):
        start = sentence.start() if start is None else start
        words = [found.span() for found in _WORD.finditer(text, start, sentence.end())]
        if len(words) > 1:
            pieces += _cut(words)
            start = None
    if start is not None:
        end = len(text.rstrip())
        pieces = [*pieces[:-1], (pieces[-1][0], end)] if pieces else [(start, end)]
    return pieces


def _cut(words: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Cut a sentence of too many words into parts of about the same number."""
    parts = -(-len(words) // _MAX_WORDS)
    edges = [len(words) * part // parts for part in range(parts + 1)]
    return [(words[first][0], words[last - 1][1]) for first, last in pairwise(edges)]
