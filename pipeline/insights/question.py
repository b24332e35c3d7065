"""What a question asks for: words in any form, stretches in quotation marks word for word, and what was misspelt."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pipeline.insights.stop_words import STOP_WORDS

_WORD = re.compile(r"[\w][\w'’&+./-]*[\w]|\w")
_QUOTED = re.compile(r'["“”„«]([^"“”„«»]*)["“”»]')
_SPELLABLE_LETTERS = 4
"""A shorter word is one letter away from too many others."""
_LEAST_STEM = 3
"""Letters that are left of a word without its ending."""
_MOST_SPELLED = 16
"""Words of one question that are looked up: a pasted page is no typing error."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A word that nobody says, and the held word that was searched beside it."""

    typed: str
    searched: str


@dataclass(frozen=True, slots=True)
class Question:
    """`text` is the question without its quotation marks; `verbatim` are the stretches that stood in them."""

    text: str
    terms: tuple[str, ...]
    verbatim: tuple[str, ...]

    @property
    def content(self) -> tuple[str, ...]:
        """The words that carry a meaning; all, if none does."""
        return tuple(term for term in self.terms if term.lower() not in STOP_WORDS) or self.terms

    @property
    def spellable(self) -> list[str]:
        """The words that can be misspelt, lower case, each once: letters alone, not within quotation marks."""
        kept = set(_WORD.findall(" ".join(self.verbatim).lower()))
        words = dict.fromkeys(
            term.lower() for term in self.content if term.isalpha() and len(term) >= _SPELLABLE_LETTERS
        )
        return [word for word in words if word not in kept][:_MOST_SPELLED]


def read_question(typed: str) -> Question:
    """Return what is asked; a quotation mark without a partner is passed over."""
    verbatim = tuple(stretch.strip() for stretch in _QUOTED.findall(typed) if _WORD.search(stretch))
    text = " ".join(re.sub(r'["“”„«»]', " ", typed).split())
    return Question(text, tuple(_WORD.findall(text)), verbatim)


def corrected(unknown: Sequence[str], held_word: Callable[[str], str | None]) -> list[Correction]:
    """Return for each unknown word the held one that it is most like, where there is one."""
    return [Correction(word, held) for word in unknown if (held := held_word(word))]


def respelt(text: str, corrections: Sequence[Correction]) -> str:
    """Return the text with the held words in place of the misspelt."""
    searched = {correction.typed: correction.searched for correction in corrections}
    return _WORD.sub(lambda found: searched.get(found[0].lower(), found[0]), text)


def shared_words(terms: Sequence[str], text: str) -> tuple[str, ...]:
    """Return the terms that a text holds in any form, lower case, without words such as "the"."""
    asked = {term: stem(term) for term in map(str.lower, terms) if term not in STOP_WORDS}
    # A stem begins as its word does: most words of the text are not looked at further.
    beginnings = tuple(known[:_LEAST_STEM] for known in asked.values())
    stems = {stem(word) for word in _WORD.findall(text.lower()) if word.startswith(beginnings)}
    return tuple(term for term, known in asked.items() if known in stems)


def stem(word: str) -> str:
    """Return a lower-case word without a usual ending, so that "sites" shows why it matched "site"."""
    for ending in ("ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= _LEAST_STEM:
            return word.removesuffix(ending)
    return word
