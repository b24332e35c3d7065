"""Names for themes, in customers' own words: the phrase that is nearest to what a theme means and the others do not."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from models.protocols import Encoder
from pipeline.insights.stop_words import STOP_WORDS

_WORD = re.compile(r"[a-z0-9][a-z0-9'’-]*")
_SENTENCE_END = re.compile(r"[.!?;:,–—]+")
_LONGEST = 5
_CANDIDATES = 40
"""Phrases of a theme that are compared by meaning, the most distinctive by words first."""
_MOST_READ = 400
_OTHERS_WEIGHT = 0.5


def name_themes(
    groups: Sequence[Sequence[str]], centres: npt.NDArray[np.float32], encoder: Encoder, *, n: int = 4
) -> list[list[str]]:
    """Return for each group of quotes its `n` best phrases, the first to be its label.

    Candidates are phrases that customers said, of two to five words with at least two that carry meaning, preselected
    by class-based TF-IDF (Grootendorst 2022). Among them the winner is nearest to the group's centre, shape
    (n_groups, dim), less half of what it shares with the nearest other centre.
    """
    candidates = _candidates(groups)
    vectors = encoder.encode([phrase for phrases_ in candidates for phrase in phrases_])
    units = centres / np.maximum(np.linalg.norm(centres, axis=1, keepdims=True), 1e-12)
    names, start = [], 0
    for place, phrases_ in enumerate(candidates):
        cosines = vectors[start : start + len(phrases_)] @ units.T
        start += len(phrases_)
        names.append(_best(phrases_, cosines, place, n))
    return names


def _best(candidates: Sequence[str], cosines: npt.NDArray[np.float32], own: int, n: int) -> list[str]:
    others = np.delete(cosines, own, axis=1)
    nearest_other = others.max(axis=1) if others.shape[1] else np.zeros(len(candidates), np.float32)
    # A phrase that would find another theme first is no name for this one.
    misleading = nearest_other > cosines[:, own]
    scores = cosines[:, own] - _OTHERS_WEIGHT * nearest_other - misleading
    chosen: list[str] = []
    for place in np.argsort(-scores, kind="stable"):
        if not any(_says_the_same(candidates[place], other) for other in chosen):
            chosen.append(candidates[place])
        if len(chosen) == n:
            break
    return chosen


def _candidates(groups: Sequence[Sequence[str]]) -> list[list[str]]:
    counts = [Counter(phrase for text in group[:_MOST_READ] for phrase in phrases(text)) for group in groups]
    total = Counter[str]()
    for count in counts:
        total.update(count)
    mean_size = sum(total.values()) / max(1, len(groups))
    chosen = []
    for count in counts:
        ranked = sorted(count, key=lambda p: (-count[p] * math.log(1 + mean_size / total[p]) * _content(p), p))
        chosen.append(ranked[:_CANDIDATES])
    return chosen


def _content(phrase: str) -> int:
    return sum(word not in STOP_WORDS for word in phrase.split())


def _says_the_same(phrase: str, other: str) -> bool:
    words, others = set(phrase.split()) - STOP_WORDS, set(other.split()) - STOP_WORDS
    return len(words & others) * 2 >= min(len(words), len(others))


@lru_cache(maxsize=100_000)
def phrases(text: str) -> tuple[str, ...]:
    """Return the distinct phrases of a text: two to five words of a clause, with a word of meaning at either end."""
    found: dict[str, None] = {}
    for clause in _SENTENCE_END.split(text.lower().replace("’", "'")):
        words = _WORD.findall(clause)
        for start, first in enumerate(words):
            if _is_filler(first):
                continue
            for end in range(start + 2, min(start + _LONGEST, len(words)) + 1):
                if not _is_filler(words[end - 1]):
                    found[" ".join(words[start:end])] = None
    return tuple(found)


def _is_filler(word: str) -> bool:
    return word in STOP_WORDS or len(word) < 3 or "'" in word or word.isdigit()


def label_of(names: Sequence[str], typical: str) -> str:
    """Return a theme's label: its best phrase, or the start of its typical quote where no phrase was found."""
    if names:
        return names[0]
    words = typical.split()
    return " ".join(words[:6]) + ("…" if len(words) > 6 else "")
