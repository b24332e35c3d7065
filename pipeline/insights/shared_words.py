"""Content words by their stems: which of them two texts share, and which one side never uses."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from pipeline.insights.stop_words import STOP_WORDS

_WORD: Final = re.compile(r"[^\W\d_]{3,}(?:['’][^\W\d_]+)?")
_ENDINGS: Final = ("ations", "ation", "ings", "ing", "ies", "ied", "ers", "ed", "es", "er", "ly", "s", "e", "y")
_MIN_STEM: Final = 3


def stem(word: str) -> str:
    """Return a word in lower case without its usual endings: enough to bring "trained" beside "training"."""
    bare = word.lower().split("'")[0].split("’")[0]
    for ending in _ENDINGS:
        if bare.endswith(ending) and len(bare) - len(ending) >= _MIN_STEM:
            bare = bare[: -len(ending)]
            break
    # "planning" beside "plan"
    return bare[:-1] if len(bare) > _MIN_STEM and bare[-1] == bare[-2] and bare[-1] not in "aeiosl" else bare


def content_words(text: str) -> dict[str, str]:
    """Return the words of a text that carry meaning, by stem, each as first written, in lower case and in order."""
    found: dict[str, str] = {}
    for match in _WORD.finditer(text):
        word = match[0].lower().replace("’", "'")
        if word not in STOP_WORDS and word.split("'")[0] not in STOP_WORDS:
            found.setdefault(stem(word), word)
    return found


def shared_words(said: Iterable[str], written: str) -> list[str]:
    """Return the content words of `written` that any of the texts `said` uses, as written, in order."""
    spoken = {name for text in said for name in content_words(text)}
    return [word for name, word in content_words(written).items() if name in spoken]


def recurring_words(said: Sequence[str], *, least: int, least_share: float) -> list[str]:
    """Return the content words that so many of the texts `said` use, and so large a share of them, most used first."""
    counts: Counter[str] = Counter()
    written: dict[str, str] = {}
    for text in said:
        words = content_words(text)
        counts.update(words.keys())
        written = words | written
    enough = max(least, least_share * len(said))
    return [written[name] for name, n in counts.most_common() if n >= enough]


def words_beyond(written: str, said: Iterable[str]) -> list[str]:
    """Return the content words of `written` that none of the texts `said` uses, the longest first."""
    spoken = {name for text in said for name in content_words(text)}
    return sorted((word for name, word in content_words(written).items() if name not in spoken), key=len, reverse=True)
