"""Whether a name that an engine was told of is what was said: it must sound like what the engine hears untold."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final

from models.protocols import TimedWord, WindowText

MIN_LIKENESS: Final = 0.5
_NEAR_S: Final = 0.6
"""Attention times a word no better than this."""
_MOST_WORDS: Final = 3
"""An engine that does not know a name writes it as up to this many words ("shift wise", "rag huna thin")."""
_DIGITS: Final = "zero one two three four five six seven eight nine".split()
_SOUNDS: Final = str.maketrans(
    {
        letter: sound
        for sound, letters in zip("123456", "bfpv cgjkqsxz dt l mn r".split(), strict=True)
        for letter in letters
    }
    | dict.fromkeys("aeiouyhw")
)
"""Soundex's classes of consonants (Russell 1918); vowels are dropped."""


def told_words(heard: WindowText, vocabulary: str) -> list[TimedWord]:
    """Return the words of a window that are in the vocabulary."""
    told = set(_letters(vocabulary).split())
    return [word for word in heard.words if told & set(_letters(word.text).split())]


def unheard_words(heard: WindowText, untold: WindowText, vocabulary: str) -> list[str]:
    """Return the vocabulary's words in `heard` that sound like nothing near their time in `untold`."""
    return [
        word.text
        for word in told_words(heard, vocabulary)
        if max((likeness(word.text, said) for said in _said_near(word, untold.words)), default=0.0) < MIN_LIKENESS
    ]


def likeness(name: str, said: str) -> float:
    """Return how alike two words are, 0 to 1: by their consonants' sounds and by their letters, half each."""
    one, other = _letters(name).replace(" ", ""), _letters(said).replace(" ", "")
    return (_ratio(_sounds(one), _sounds(other)) + _ratio(one, other)) / 2


def _said_near(word: TimedWord, words: Sequence[TimedWord]) -> Iterator[str]:
    near = [
        other.text for other in words if other.end_s >= word.start_s - _NEAR_S and other.start_s <= word.end_s + _NEAR_S
    ]
    for first in range(len(near)):
        for last in range(first + 1, min(first + _MOST_WORDS, len(near)) + 1):
            yield " ".join(near[first:last])


def _letters(text: str) -> str:
    """Return words of small letters without accents, digits by their English names (Xero is heard as 0)."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    plain = re.sub(r"[0-9]", lambda digit: _DIGITS[int(digit[0])], plain)
    return " ".join(re.findall(r"[^\W_]+", plain))


def _sounds(letters: str) -> str:
    return re.sub(r"(.)\1+", r"\1", letters.translate(_SOUNDS))


def _ratio(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()
