"""Phrases by their words, in memory: ranked by BM25 over stems, or found completely by their very words.

The score is that of SQLite's full text (Robertson and Zaragoza 2009 with k1 = 1.2 and b = 0.75): a stem in more than
half of all phrases hardly counts.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from pipeline.insights.held.postings import Codes, Offsets, Segment, make_segment
from pipeline.insights.held.spelt import STOP_WORDS, words_of
from pipeline.insights.held.stems import stem_of, stems_of

Slots = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

_K1 = 1.2
_B = 0.75
_LEAST_IDF = 1e-6
_MOST_RANKED = 150_000
"""Phrases that one question ranks by words at most, some milliseconds; beyond them stand words that tell little."""
_MOST_UNITS = 256


class Vocabulary:
    """Words and their stems by number, and how many phrases hold each; word 0 and stem 0 are none."""

    def __init__(self) -> None:
        self.words: list[str] = [""]
        self.stems: list[str] = [""]
        self.stem_of_word: Codes = np.zeros(1, np.int32)
        self.n_holding_word: Offsets = np.zeros(1, np.int64)
        self.n_holding_stem: Offsets = np.zeros(1, np.int64)
        self._word_codes = {"": 0}
        self._stem_codes = {"": 0}

    @classmethod
    def of(cls, words: Sequence[str], stems: Sequence[str], arrays: dict[str, npt.NDArray[np.generic]]) -> Vocabulary:
        """Return a vocabulary as it was kept; an emptied word has no number any more."""
        made = cls()
        made.words, made.stems = list(words), list(stems)
        made.stem_of_word = arrays["stem_of_word"].astype(np.int32)
        made.n_holding_word = arrays["n_holding_word"].astype(np.int64)
        made.n_holding_stem = arrays["n_holding_stem"].astype(np.int64)
        made._word_codes = {word: code for code, word in enumerate(words) if word or code == 0}
        made._stem_codes = {stem: code for code, stem in enumerate(stems) if stem or code == 0}
        return made

    def word(self, word: str) -> int | None:
        """Return the number of a word that was ever held."""
        return self._word_codes.get(word)

    def stem(self, word: str) -> int | None:
        """Return the number of a word's stem, if any held word has it."""
        code = self._word_codes.get(word)
        return int(self.stem_of_word[code]) if code is not None else self._stem_codes.get(stem_of(word))

    def learn(self, texts: Iterable[Sequence[str]]) -> None:
        """Give numbers to the words that have none."""
        new = [word for word in dict.fromkeys(w for text in texts for w in text) if word not in self._word_codes]
        if not new:
            return
        codes = []
        for word, stem in zip(new, stems_of(new), strict=True):
            self._word_codes[word] = len(self.words)
            self.words.append(word)
            if stem not in self._stem_codes:
                self._stem_codes[stem] = len(self.stems)
                self.stems.append(stem)
            codes.append(self._stem_codes[stem])
        self.stem_of_word = np.concatenate([self.stem_of_word, np.array(codes, np.int32)])
        self.n_holding_word = np.concatenate([self.n_holding_word, np.zeros(len(new), np.int64)])
        more = np.zeros(len(self.stems) - len(self.n_holding_stem), np.int64)
        self.n_holding_stem = np.concatenate([self.n_holding_stem, more])

    def codes(self, text: Sequence[str]) -> Codes:
        """Return the numbers of known words."""
        return np.fromiter((self._word_codes[word] for word in text), np.int32, len(text))

    def count(self, tokens: Codes, by: int) -> None:
        """Count a phrase that came (1) or went (-1)."""
        self.n_holding_word[np.unique(tokens)] += by
        self.n_holding_stem[np.unique(self.stem_of_word[tokens])] += by


def key_of(words: Sequence[str]) -> int:
    """Return the digest that equal words share, whatever their case and punctuation."""
    return int.from_bytes(blake2b(" ".join(words).encode(), digest_size=8).digest(), "little")


class HeldWords:
    """The words of all slots: a mapped segment, and one in memory of what came since."""

    def __init__(self, vocabulary: Vocabulary, base: Segment, *, n_alive: int, n_words: int) -> None:
        self.vocabulary = vocabulary
        self.base = base
        self._added: list[Codes] = []
        self._rest: Segment | None = None
        self._n_alive = n_alive
        self._n_words = n_words

    def append(self, texts: Sequence[Sequence[str]]) -> None:
        """Add slots with these words."""
        self.vocabulary.learn(texts)
        for text in texts:
            tokens = self.vocabulary.codes(text)
            self._added.append(tokens)
            self._count(tokens, 1)
        self._rest = None

    def drop(self, slot: int) -> None:
        """Count a slot no longer; whoever asks leaves it out by the mask."""
        self._count(self.tokens(slot), -1)

    def tokens(self, slot: int) -> Codes:
        """Return the words of a slot by number."""
        if slot >= len(self.base):
            return self._added[slot - len(self.base)]
        return np.asarray(self.base.tokens[self.base.token_starts[slot] : self.base.token_starts[slot + 1]])

    def segments(self) -> tuple[Segment, Segment]:
        """Return both segments."""
        if self._rest is None:
            tokens = np.concatenate([np.zeros(0, np.int32), *self._added])
            starts = np.concatenate([[0], np.cumsum([len(text) for text in self._added])]).astype(np.int64)
            self._rest = make_segment(len(self.base), tokens, starts, self.vocabulary.stem_of_word)
        return self.base, self._rest

    def unknown(self, words: Sequence[str]) -> list[str]:
        """Return those of the words that no phrase holds in any form."""
        held = self.vocabulary.n_holding_stem
        return [word for word in words if (stem := self.vocabulary.stem(word)) is None or not held[stem]]

    def counted(self) -> list[tuple[str, int]]:
        """Return the words as they are spelt, lower case, and how many phrases hold each."""
        held = np.flatnonzero(self.vocabulary.n_holding_word)
        counts = self.vocabulary.n_holding_word[held].tolist()
        return [(self.vocabulary.words[code], n) for code, n in zip(held.tolist(), counts, strict=True) if code]

    def ranked(self, terms: Sequence[str], mask: Mask, n: int) -> tuple[Slots, Scores]:
        """Return the slots, where `mask` lets them, that hold any of the terms, and their BM25; the best `n` first.

        Terms that say nothing are passed over unless there are no others; a term of several words wants them in a row.
        """
        found = [unit for term in _telling(terms) if (unit := self._holding(term)) is not None]
        found.sort(key=lambda unit: unit[0])
        scores = np.zeros(len(mask), np.float32)
        touched: list[Slots] = []
        n_touched = 0
        for n_holding, parts in found:
            if touched and n_touched + n_holding > _MOST_RANKED:
                break
            n_touched += n_holding
            idf = max(_LEAST_IDF, math.log((self._n_alive - n_holding + 0.5) / (n_holding + 0.5)))
            for segment, texts, counts in parts:
                slots = texts + segment.first_slot
                scores[slots] += idf * self._saturated(counts, segment.lengths(texts))
                touched.append(slots[mask[slots]].astype(np.int64))
        return _best(scores, touched, n)

    def verbatim(self, stretches: Sequence[Sequence[str]], mask: Mask) -> tuple[Slots, Scores]:
        """Return every slot, where `mask` lets them, that holds each of the stretches word for word, and its score."""
        slots: list[Slots] = []
        scores: list[Scores] = []
        for segment in self.segments() if stretches else ():
            score: Scores = np.zeros(len(segment), np.float32)
            texts: Codes = np.zeros(0, np.int32)
            for place, stretch in enumerate(stretches):
                held, often = self._in_a_row(segment, stretch, exactly=True)
                score[held] += self._saturated(often, segment.lengths(held))
                texts = held if place == 0 else texts[np.isin(texts, held)]
            passing = texts[mask[texts + segment.first_slot]]
            slots.append(passing.astype(np.int64) + segment.first_slot)
            scores.append(score[passing])
        if not slots:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        return np.concatenate(slots), np.concatenate(scores)

    def _holding(self, term: Sequence[str]) -> tuple[int, list[tuple[Segment, Codes, Offsets]]] | None:
        """Return in how many phrases a term is, and where and how often it is."""
        parts = [(segment, *self._in_a_row(segment, term, exactly=False)) for segment in self.segments()]
        if len(term) == 1:
            stem = self.vocabulary.stem(term[0])
            n_holding = 0 if stem is None else int(self.vocabulary.n_holding_stem[stem])
        else:
            n_holding = sum(len(texts) for _, texts, _ in parts)
        return (min(n_holding, self._n_alive), parts) if n_holding else None

    def _in_a_row(self, segment: Segment, row: Sequence[str], *, exactly: bool) -> tuple[Codes, Offsets]:
        """Return the texts of a segment that hold words in a row, as they are spelt or their stems, and how often."""
        stems = [self.vocabulary.stem(word) for word in row]
        codes = [self.vocabulary.word(word) for word in row] if exactly else stems
        if None in codes or None in stems:
            return np.zeros(0, np.int32), np.zeros(0, np.int64)
        by_rarity = sorted({stem for stem in stems if stem is not None}, key=self._rarity)
        texts, counts = segment.holding(by_rarity[0])
        if len(row) == 1 and not exactly:
            return texts, counts.astype(np.int64)
        for stem in by_rarity[1:]:
            texts = np.intersect1d(texts, segment.holding(stem)[0], assume_unique=True)
        lookup = None if exactly else self.vocabulary.stem_of_word
        often = segment.occurrences(texts, [code for code in codes if code is not None], lookup)
        return texts[often > 0], often[often > 0]

    def _rarity(self, stem: int) -> int:
        return int(self.vocabulary.n_holding_stem[stem])

    def _saturated(self, counts: Offsets, lengths: Offsets) -> Scores:
        mean = max(1, self._n_words) / max(1, self._n_alive)
        often = counts.astype(np.float32)
        return np.asarray(often * (_K1 + 1) / (often + _K1 * (1 - _B + _B * lengths.astype(np.float32) / mean)))

    def _count(self, tokens: Codes, by: int) -> None:
        self.vocabulary.count(tokens, by)
        self._n_alive += by
        self._n_words += by * len(tokens)


def _telling(terms: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the words of each term once, leaving out stop words if anything else is left."""
    units = list(dict.fromkeys(unit for term in terms if (unit := tuple(words_of(term)))))
    return ([unit for unit in units if len(unit) > 1 or unit[0] not in STOP_WORDS] or units)[:_MOST_UNITS]


def _best(scores: Scores, touched: Sequence[Slots], n: int) -> tuple[Slots, Scores]:
    """Return the best `n` of the touched slots, each once, the lower slot first of equals."""
    slots = np.concatenate(touched) if touched else np.empty(0, np.int64)
    most = n * max(1, len(touched))
    if len(slots) > most:
        slots = slots[np.argpartition(-scores[slots], most - 1)[:most]]
    slots = np.unique(slots).astype(np.int64)
    order = np.argsort(-scores[slots], kind="stable")[:n]
    return slots[order], scores[slots[order]]
