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


def share_met(said: Sequence[str], written: str) -> float:
    """Return the share of the texts `said` that have a content word in common with `written`."""
    words = content_words(written).keys()
    return sum(not words.isdisjoint(content_words(text)) for text in said) / max(1, len(said))


def usual_words(said: Iterable[str], *, but: str, n: int) -> list[str]:
    """Return the content words that most of the texts `said` use, and that `but` does not; at most `n`, then by age."""
    counts: Counter[str] = Counter()
    written: dict[str, str] = {}
    for text in said:
        words = content_words(text)
        counts.update(words.keys())
        for name, word in words.items():
            written.setdefault(name, word)
    missing = [name for name in counts if name not in content_words(but)]
    return [written[name] for name in sorted(missing, key=lambda name: -counts[name])[:n]]
