"""The words of a text as they are compared, so that only what was said counts and not how it is written."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from pipeline.insights.spoken_numbers import joined_numbers, written_out

FILLERS: Final = frozenset({"uh", "uhm", "um", "umm", "er", "erm", "hm", "hmm", "mm", "mmm", "mhm"})
RULES: Final = {
    "words": "Case and punctuation do not count, and hyphens part words. Contractions that can mean one thing only are "
    "written out (we're is we are, can't is can not, it's stays). Numbers are equal in digits and in English words, "
    "and numbers that follow each other are one word. What stands in [] or <> is no word. Each character of Chinese, "
    "Japanese and Thai is a word. Regional spellings stay.",
    "fillers": f"Left out on both sides unless asked for, which other languages need: {', '.join(sorted(FILLERS))}.",
}

_NOTE: Final = re.compile(r"\[[^\[\]\n]{0,80}\]|<[^<>\n]{0,80}>")
_INITIALS: Final = re.compile(r"\b[a-z](?:\.[a-z])+\b\.?")
_NOT: Final = re.compile(r"(?<=[^\W\d_])n't\b")
_CONTRACTED: Final = re.compile(r"(?<=[^\W\d_])'(re|m|ll|ve)\b")
_WHOLE: Final = {"re": " are", "m": " am", "ll": " will", "ve": " have"}
_IRREGULAR: Final = re.compile(r"\b(?:cannot|can't|won't)\b")
_UNSPACED: Final = re.compile("([\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff])")
_MARKS: Final = re.compile(r"(?<![^\W\d_])'|'(?![^\W\d_])|(?<!\d)\.|\.(?!\d)|_")
_ALIKE: Final = {"ok": "okay", "dollar": "dollars", "pound": "pounds", "euro": "euros"}


def spoken_words(text: str, *, fillers: bool = False) -> list[str]:
    """Return the words of a text in order, by RULES; with `fillers`, hesitations count as words."""
    plain = unicodedata.normalize("NFKC", text).lower().replace("’", "'").replace("‘", "'")
    plain = _INITIALS.sub(lambda found: found[0].replace(".", "") + " ", _NOTE.sub(" ", plain))
    plain = _IRREGULAR.sub(lambda found: "will not" if found[0] == "won't" else "can not", plain)
    plain = _CONTRACTED.sub(lambda found: _WHOLE[found[1]], _NOT.sub(" not", plain))
    plain = _UNSPACED.sub(r" \1 ", written_out(plain))
    plain = "".join(character if _is_of_words(character) else " " for character in plain)
    words = joined_numbers(_MARKS.sub(" ", plain).split())
    return [_ALIKE.get(word, word) for word in words if fillers or word not in FILLERS]


def _is_of_words(character: str) -> bool:
    """Tell letters, their marks (which are half of many scripts), digits, and what may stand inside a word."""
    return character in "'." or unicodedata.category(character)[0] in "LMN"
