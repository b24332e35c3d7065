"""Lines of print made one text again: words that were parted at the end of a line are whole."""

from __future__ import annotations

import re
from collections.abc import Iterable, Set
from typing import Final

_HYPHENS: Final = ("-", "\u2010", "\u00ad")
_LAST_WORD = re.compile(r"[^\W\d_]+$")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_WITH_HYPHEN = re.compile(r"\w+-\w+")
_AFTER_A_STEM: Final = frozenset({"and", "or", "to", "und", "oder"})
"""As in "pre- and post-sales"."""
_MAX_WORD_CHARS: Final = 60
_ALWAYS_WITH_HYPHEN: Final = frozenset({"self", "third"})


def hyphenated_words(text: str) -> frozenset[str]:
    """Return the words that a text prints with a hyphen, in small letters."""
    return frozenset(word.lower() for word in _WITH_HYPHEN.findall(text))


def join_lines(lines: Iterable[str], hyphenated: Set[str] = frozenset()) -> str:
    """Return the lines as one text; a hyphen at the end of a line goes, except from words that have it for good.

    Those are `hyphenated`, in small letters, and what else is never written without.
    """
    parts: list[str] = []
    for line in filter(None, lines):
        before = parts[-1] if parts else ""
        begun = _FIRST_WORD.match(line) if before.endswith(_HYPHENS) else None
        parted = _LAST_WORD.search(before[-_MAX_WORD_CHARS:-1]) if begun else None
        if begun and parted and begun[0] not in _AFTER_A_STEM:
            parts[-1] = before[:-1] + ("-" if _keeps(parted[0], begun[0], hyphenated) else "")
            parts.append(line)
        else:
            parts += [" ", line] if parts else [line]
    return "".join(parts)


def _keeps(before: str, after: str, hyphenated: Set[str]) -> bool:
    first = before.lower()
    return not after[0].islower() or first in _ALWAYS_WITH_HYPHEN or f"{first}-{after.lower()}" in hyphenated
