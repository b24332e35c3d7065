"""Names for themes, in customers' own words: the phrases that a theme says and the others do not."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from pipeline.insights.stop_words import STOP_WORDS

_WORD = re.compile(r"[a-z0-9][a-z0-9'’-]*")
_LONGEST = 4


def distinctive_phrases(groups: Sequence[Sequence[str]], *, n: int = 5) -> list[list[str]]:
    """Return for each group of texts its `n` most distinctive phrases of one to four words, best first.

    The weight is class-based TF-IDF (Grootendorst 2022, "BERTopic", eq. 2), counting a phrase once per text so that
    one talker cannot name a theme, times the number of content words, since "set everyone up" says more than "set".
    """
    counts = [Counter(phrase for text in group for phrase in set(phrases(text))) for group in groups]
    total = Counter[str]()
    for count in counts:
        total.update(count)
    mean_size = sum(total.values()) / max(1, len(groups))
    return [_best(count, total, mean_size, n) for count in counts]


def _best(count: Counter[str], total: Counter[str], mean_size: float, n: int) -> list[str]:
    size = max(1, sum(count.values()))
    min_texts = 2 if any(texts >= 2 for texts in count.values()) else 1

    def weight(phrase: str) -> float:
        content = sum(word not in STOP_WORDS for word in phrase.split())
        return count[phrase] / size * math.log(1 + mean_size / total[phrase]) * math.sqrt(content)

    ranked = sorted((phrase for phrase, texts in count.items() if texts >= min_texts), key=lambda p: (-weight(p), p))
    chosen: list[str] = []
    for phrase in ranked:
        if not any(_says_the_same(phrase, other) for other in chosen):
            chosen.append(phrase)
        if len(chosen) == n:
            break
    return chosen


def _says_the_same(phrase: str, other: str) -> bool:
    words, others = set(phrase.split()) - STOP_WORDS, set(other.split()) - STOP_WORDS
    return words <= others or others <= words


@lru_cache(maxsize=100_000)
def phrases(text: str) -> tuple[str, ...]:
    """Return the phrases of one to four words of a text that neither begin nor end with a filler."""
    words = _WORD.findall(text.lower().replace("’", "'"))
    found = []
    for start, first in enumerate(words):
        if _is_filler(first):
            continue
        ends = range(start + 1, min(start + _LONGEST, len(words)) + 1)
        found += [" ".join(words[start:end]) for end in ends if not _is_filler(words[end - 1])]
    return tuple(found)


def _is_filler(word: str) -> bool:
    return word in STOP_WORDS or len(word) < 3 or "'" in word


def label_of(terms: Iterable[str]) -> str:
    """Return the label that the distinctive phrases of a theme make: the best alone if it has several words."""
    best = list(terms)[:3]
    if not best:
        return "unnamed"
    if " " in best[0]:
        return best[0]
    return " · ".join(best[:2])
