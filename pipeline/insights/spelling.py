"""The held word that a misspelt one means: nearest by edits, of equals the one that most phrases hold."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Sequence
from threading import Lock

import numpy as np
import numpy.typing as npt

from pipeline.insights.held.phrases import HeldPhrases
from pipeline.store.changes import Point

Letters = npt.NDArray[np.int32]

_LONGEST = 24
_TWO_EDITS = 8
"""From this length on a word may be two edits away; a shorter one would mean too many others."""
_REST = 20
"""Words are read again at the earliest after so many times as long as the last reading took."""


class Spelling:
    """The words that are held, kept between questions and read again when what is held has changed.

    A word that is offered is checked against what is held first, so that no forgotten word is ever shown.
    """

    def __init__(self, least_said: int = 1) -> None:
        """Offer words that at least so many phrases hold."""
        self._least_said = least_said
        self._lock = Lock()
        self._words: dict[str, _Words] = {}
        self._point: Point | None = None
        self._rest_until_s = 0.0

    def nearest(self, held: HeldPhrases, typed: str) -> str | None:
        """Return the held word nearest to `typed` (lower case) with its first letter, or None if none is near."""
        with self._lock:
            self._follow(held)
            words = self._words.get(typed[0])
        near = [] if words is None else words.near(typed, 2 if len(typed) >= _TWO_EDITS else 1)
        return next((word for word in near if not held.unknown([word])), None)

    def _follow(self, held: HeldPhrases) -> None:
        point, started_s = held.point, time.monotonic()
        if point == self._point or started_s < self._rest_until_s:
            return
        of_letter: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for word, n_phrases in held.vocabulary():
            if n_phrases >= self._least_said and word.isalpha() and 3 <= len(word) <= _LONGEST:
                of_letter[word[0]].append((word, n_phrases))
        self._words = {letter: _Words(words) for letter, words in of_letter.items()}
        self._point = point
        ended_s = time.monotonic()
        self._rest_until_s = ended_s + _REST * (ended_s - started_s)


class _Words:
    """Words that begin with one letter, as a matrix of letters."""

    def __init__(self, counted: Sequence[tuple[str, int]]) -> None:
        self._counted = sorted(counted, key=lambda pair: (-pair[1], pair[0]))
        self._lengths = np.array([len(word) for word, _ in self._counted])
        self._letters: Letters = np.zeros((_LONGEST, len(self._counted)), dtype=np.int32)
        for place, (word, _) in enumerate(self._counted):
            self._letters[: len(word), place] = [ord(letter) for letter in word]

    def near(self, typed: str, most: int) -> list[str]:
        """Return the words at most so many edits away, the nearest first, of equals the commonest."""
        alike = np.flatnonzero(abs(self._lengths - len(typed)) <= most)
        if len(alike) == 0 or len(typed) > _LONGEST:
            return []
        distances = edit_distances(typed, self._letters[: len(typed) + most, alike], self._lengths[alike])
        order = np.argsort(distances, kind="stable")
        return [self._counted[alike[place]][0] for place in order if distances[place] <= most]


def edit_distances(typed: str, letters: Letters, lengths: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return how many edits lie between `typed` and each word: a letter more, less, or other, or two swapped.

    `letters` has shape (longest, n): one word in each column, padded with 0. This is the optimal string alignment of
    Damerau and Levenshtein, over all words at once.
    """
    longest, n_words = letters.shape
    before = last = np.repeat(np.arange(longest + 1)[:, None], n_words, axis=1)
    for row_number, letter in enumerate(map(ord, typed), start=1):
        row = np.empty_like(last)
        row[0] = row_number
        differs = letters != letter
        for place in range(1, longest + 1):
            best = np.minimum(np.minimum(last[place], row[place - 1]) + 1, last[place - 1] + differs[place - 1])
            if row_number > 1 and place > 1:
                swapped = ~differs[place - 2] & (letters[place - 1] == ord(typed[row_number - 2]))
                best = np.where(swapped, np.minimum(best, before[place - 2] + 1), best)
            row[place] = best
        before, last = last, row
    return last[np.minimum(lengths, longest), np.arange(n_words)]
