"""The names that a call may mention: given by the seller, known of the call, or standing out in the collateral."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

MAX_BYTES: Final = 400
"""What always fits the 223 tokens of Whisper's prompt: a name takes a token for every two bytes or more."""
FIELDS: Final = ("product", "competitor", "competitors", "account", "seller", "rep")
"""The metadata that names somebody or something."""

_SEEN_OFTEN: Final = 2
_WORD: Final = re.compile(r"[^\W_][\w&'’]*(?:[-+.][^\W_]+)*")
_SENTENCE_END: Final = re.compile(r"[.!?:;|\n•\"“”()]")
_COMPOUND: Final = re.compile(r"[^\W\d_]+[A-Z&]\w*|[A-Z]+[a-z]*\d\w*")
_CALENDAR: Final = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
    "september october november december christmas easter english british american european i i'm i'll i've i'd".split()
)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Names in the order of their weight, and where they come from; `prompt` is what an engine is given."""

    given: tuple[str, ...] = ()
    """By the setting, then by the call's metadata."""
    from_documents: tuple[str, ...] = ()
    """As many of those that stand out in the collateral as there is room for."""

    @property
    def names(self) -> tuple[str, ...]:
        """All of them."""
        return self.given + self.from_documents

    @property
    def prompt(self) -> str:
        """The names in a sentence, since an engine goes on in the style of its prompt; "" if there are none."""
        return f"Names: {', '.join(self.names)}." if self.names else ""


def given_names(setting: str, metadata: Mapping[str, Any]) -> list[str]:
    """Return the names of the setting (comma-separated) and of a call's metadata, each once, in this order."""
    values = [setting, *(part for field in FIELDS for part in _texts(metadata.get(field)))]
    return _each_once(" ".join(name.split()) for value in values for name in re.split(r"[,;\n]", value))


def vocabulary(given: Sequence[str], documents: Sequence[str]) -> Vocabulary:
    """Return the names given and as many of the documents' as fit the prompt, in the order given."""
    fitting = _fitting(_each_once([*given, *documents]))
    own = {name.casefold() for name in given}
    return Vocabulary(
        tuple(name for name in fitting if name.casefold() in own),
        tuple(name for name in fitting if name.casefold() not in own),
    )


def names_in(texts: Iterable[str], is_ordinary: Callable[[str], bool]) -> list[str]:
    """Return the names that stand out in documents: strange ones first, then the frequent.

    A name is written with a capital where no sentence begins, and nowhere without. A word that ordinary English has
    (Sage, Square) must be met so twice; a compound (QuickBooks) needs no place.
    """
    named: Counter[str] = Counter()
    small: set[str] = set()
    for text in texts:
        for word, is_inside in _words(text):
            if word.islower():
                small.add(word)
            elif is_inside or _COMPOUND.fullmatch(word):
                named[_bare(word)] += 1
    found = [name for name in named if _is_name(name, named[name], small, is_ordinary)]
    return sorted(found, key=lambda name: (is_ordinary(name.lower()), -named[name], name))


def _is_name(name: str, n_times: int, small: Collection[str], is_ordinary: Callable[[str], bool]) -> bool:
    lower = name.lower()
    if len(name) < 3 or lower in small or lower in _CALENDAR or (name.isupper() and lower.isalpha()):
        return False
    return bool(_COMPOUND.fullmatch(name)) or not is_ordinary(lower) or n_times >= _SEEN_OFTEN


def _words(text: str) -> Iterator[tuple[str, bool]]:
    """Yield each word, and whether its capital has no other reason: a small word came before it in its sentence.

    In a title every word has a capital, so there none has a reason of its own.
    """
    for sentence in _SENTENCE_END.split(text):
        is_inside = False
        for match in _WORD.finditer(sentence):
            word = match[0]
            yield word, is_inside and word[0].isupper()
            is_inside = is_inside or word[0].islower()


def _bare(name: str) -> str:
    return re.sub(r"['’]s?$", "", name)


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [part for part in value if isinstance(part, str)] if isinstance(value, list | tuple) else []


def _each_once(names: Iterable[str]) -> list[str]:
    first: dict[str, str] = {}
    for name in names:
        first.setdefault(name.casefold(), name)
    return [name for name in first.values() if name]


def _fitting(names: Iterable[str]) -> list[str]:
    fitting: list[str] = []
    n_bytes = 0
    for name in names:
        n_bytes += len(name.encode("utf-8")) + 2
        if n_bytes > MAX_BYTES:
            break
        fitting.append(name)
    return fitting
