"""Words and short phrases of a text, each as what all its spellings share: case, plural and apostrophe aside."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from typing import Final

from pipeline.insights.question import stem
from pipeline.insights.stop_words import STOP_WORDS

LONGEST: Final = 4
"""Words of a phrase at most."""
_TOKEN = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_CLAUSE_END = re.compile(r"[.!?…;:,–—()\[\]|\n]")
_SENTENCE_END = re.compile(r"[.!?…:|\n]")
_LEAST_LETTERS: Final = 3
_ROOT_LETTERS: Final = 4
_NAME_SHARE: Final = 0.8
_SPOKEN: Final = frozenset(
    """
    awesome absolutely alright apart believe brilliant call calls cheers cool definitely email feel find folks gotcha
    hear heard hiya hold idea lovely listen look looking madam mean mhm moment nah name new next nope okay per place
    read rest sir sorry sounds speak speaking spoke start talking understand wait wise word words yeah yep
    minute minutes hour hours day days week weeks weekend month months quarter year years monday tuesday wednesday
    thursday friday saturday sunday january february march april may june july august september october november
    december spring summer autumn winter morning afternoon evening night tomorrow yesterday number
    """.split()
)
"""What is said on every call: talk about the call itself, and the calendar, whose words are never a wording."""


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase where it stands: `text[start_char:end_char]`; `key` is what its spellings share."""

    key: str
    start_char: int
    end_char: int


def phrases_in(text: str, *, left_out: Set[str] = frozenset()) -> Iterator[Found]:
    """Yield every phrase of one to four words of a clause that begins and ends with a word of meaning."""
    for clause in _clauses(text):
        for first, (key, start, _, is_filler) in enumerate(clause):
            if is_filler or key in left_out:
                continue
            keys = [key]
            yield Found(key, start, clause[first][2])
            for key_, _, end, ends_in_filler in clause[first + 1 : first + LONGEST]:
                keys.append(key_)
                if key_ in left_out:
                    break
                if not ends_in_filler:
                    yield Found(" ".join(keys), start, end)


def _clauses(text: str) -> Iterator[list[tuple[str, int, int, bool]]]:
    """Yield the words of each clause: key, start, end, and whether the word carries no meaning of its own."""
    clause: list[tuple[str, int, int, bool]] = []
    last = 0
    for token in _TOKEN.finditer(text):
        if clause and _CLAUSE_END.search(text, last, token.start()):
            yield clause
            clause = []
        word = token[0].lower().replace("’", "'")
        clause.append((fold(word), token.start(), token.end(), _is_filler(word)))
        last = token.end()
    if clause:
        yield clause


def _is_filler(word: str) -> bool:
    short = len(word) < _LEAST_LETTERS
    return word in STOP_WORDS or word in _SPOKEN or short or "'" in word or any(sign.isdigit() for sign in word)


def fold(word: str) -> str:
    """Return a word of lower case without its plural ending."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def content_of(key: str) -> frozenset[str]:
    """Return the words of a phrase that carry meaning."""
    return frozenset(word for word in re.split(r"[ -]", key) if not _is_filler(word))


def roots_of(key: str) -> frozenset[str]:
    """Return the beginnings of those words, which "planning" shares with "plan"."""
    return frozenset(stem(word)[:_ROOT_LETTERS] for word in content_of(key))


def names_in(texts: Iterable[str]) -> frozenset[str]:
    """Return the words that are written with a capital wherever no sentence begins: names, as a rule."""
    capital, total = Counter[str](), Counter[str]()
    for text in texts:
        last = 0
        for token in _TOKEN.finditer(text):
            begins = not text[:last].strip() or bool(_SENTENCE_END.search(text, last, token.start()))
            last = token.end()
            word = token[0]
            if not begins and not word.isupper():
                total[fold(word.lower())] += 1
                capital[fold(word.lower())] += word[0].isupper()
    return frozenset(word for word, n in total.items() if capital[word] >= _NAME_SHARE * n)


def sentence_around(text: str, start_char: int, end_char: int) -> tuple[int, int]:
    """Return where the sentence that holds a stretch begins and ends."""
    ends = [found.end() for found in _SENTENCE_END.finditer(text, 0, start_char)]
    start = ends[-1] if ends else 0
    after = _SENTENCE_END.search(text, end_char)
    end = after.end() if after else len(text)
    while start < start_char and text[start].isspace():
        start += 1
    return start, len(text[:end].rstrip())
