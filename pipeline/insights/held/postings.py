"""Which texts hold which word, as sorted arrays: one segment of texts, never changed but to blank what is forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.int32]
Offsets = npt.NDArray[np.int64]
Counts = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Segment:
    """Texts `first_slot`, `first_slot` + 1, … as words, and for each stem the texts that hold it, ascending.

    Text i is `tokens[token_starts[i] : token_starts[i + 1]]`, numbers of words; word 0 is one that was blanked. Stem s
    is held by `texts[stem_starts[s] : stem_starts[s + 1]]` (counted from the segment's first), `counts` times each.
    `n_words` is the length of each text, by itself since every question looks up a hundred thousand of them.
    """

    first_slot: int
    tokens: Codes
    token_starts: Offsets
    stem_starts: Offsets
    texts: Codes
    counts: Counts
    n_words: Codes

    def __len__(self) -> int:
        return len(self.token_starts) - 1

    def holding(self, stem: int) -> tuple[Codes, Counts]:
        """Return the texts that hold a stem and how often each does."""
        if stem + 1 >= len(self.stem_starts):
            return self.texts[:0], self.counts[:0]
        start, end = self.stem_starts[stem], self.stem_starts[stem + 1]
        texts, counts = np.asarray(self.texts[start:end]), np.asarray(self.counts[start:end])
        if len(counts) and not counts.all():
            return texts[counts > 0], counts[counts > 0]
        return texts, counts

    def lengths(self, texts: npt.NDArray[np.integer]) -> Offsets:
        """Return how many words each text has."""
        return np.asarray(self.n_words[texts], dtype=np.int64)

    def words_of(self, texts: npt.NDArray[np.integer]) -> tuple[Codes, Offsets]:
        """Return the words of texts, one text after another, and how many each has."""
        lengths = self.lengths(texts)
        before = np.cumsum(lengths) - lengths
        at = np.arange(lengths.sum()) + np.repeat(self.token_starts[texts] - before, lengths)
        return np.asarray(self.tokens[at]), lengths

    def occurrences(self, texts: Codes, row: Sequence[int], stem_of_word: Codes | None = None) -> Offsets:
        """Return how often each text holds these words one after another; stems, if `stem_of_word` is given."""
        words, lengths = self.words_of(texts)
        if stem_of_word is not None:
            words = stem_of_word[words]
        of_text = np.repeat(np.arange(len(texts)), lengths)
        last = len(words) - len(row) + 1
        if last <= 0:
            return np.zeros(len(texts), np.int64)
        hit = of_text[:last] == of_text[len(row) - 1 :]
        for place, word in enumerate(row):
            hit &= words[place : place + last] == word
        return np.bincount(of_text[:last][hit], minlength=len(texts))


def make_segment(first_slot: int, tokens: Codes, token_starts: Offsets, stem_of_word: Codes) -> Segment:
    """Return the segment of these texts."""
    n_texts = len(token_starts) - 1
    n_stems = int(stem_of_word.max(initial=0)) + 1
    of_text = np.repeat(np.arange(n_texts, dtype=np.int64), np.diff(token_starts))
    pairs, counts = np.unique(stem_of_word[tokens].astype(np.int64) * n_texts + of_text, return_counts=True)
    stem_starts = np.searchsorted(pairs, np.arange(n_stems + 1, dtype=np.int64) * n_texts)
    texts = (pairs % max(1, n_texts)).astype(np.int32)
    few = np.minimum(counts, 255).astype(np.uint8)
    n_words = np.diff(token_starts).astype(np.int32)
    return Segment(first_slot, tokens, token_starts, stem_starts, texts, few, n_words)


def n_texts_holding(tokens: Codes, token_starts: Offsets, n_words: int) -> Offsets:
    """Return for each word how many texts hold it."""
    n_texts = len(token_starts) - 1
    of_text = np.repeat(np.arange(n_texts, dtype=np.int64), np.diff(token_starts))
    pairs = np.unique(tokens.astype(np.int64) * n_texts + of_text)
    return np.bincount(pairs // max(1, n_texts), minlength=n_words)
