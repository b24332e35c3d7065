"""Names for themes, in customers' own words: the phrase that is nearest to what a theme means and the others do not."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.protocols import Encoder
from models.spoken_phrases import spoken_phrases
from pipeline.insights.stop_words import STOP_WORDS

_WORD = re.compile(r"[a-z0-9][a-z0-9'-]*")
_CANDIDATES = 30
"""Phrases of a theme that are compared by meaning, the most distinctive by words first."""
_MOST_READ = 40
"""The quotes of a theme that are read for phrases, the most typical ones."""
_OTHERS_WEIGHT = 0.5
_SPREAD_WEIGHT = 0.06
"""What each doubling of the accounts that say a phrase is worth, as a cosine, up to eight accounts."""
_DENIAL = re.compile(r"\b(?:not|no|never|cannot|\w+n't|without)\b", re.IGNORECASE)
_DENIAL_WEIGHT = 0.15
"""What it costs a phrase to deny something of which most quotes of the theme do not."""
_THIN_WEIGHT = 0.1
"""What it costs a phrase to have but one word that tells this theme from any other."""
_NAME_WEIGHT = 0.15
"""What it costs a phrase to be nothing but a name, or to hold two numbers or more, which are one customer's own."""
_LONGEST_START = 8
_BORDER = re.compile(
    r"(?<=[,;:–—…])\s|\s(?=(?:and|but|so|because|since)\s(?:i|we|you|he|she|it|they|the|my|our|then)\b)", re.IGNORECASE
)
_OPENING = re.compile(
    r"(?:(?:and|but|so|well|yeah|yes|no|ok|okay|look|right|um|uh|er|i mean)\b[,.…]*\s+)+", re.IGNORECASE
)
_LISTING = re.compile(r"(?:first|second|third|next|other|main|only|one) (?:thing|one|point)\b", re.IGNORECASE)
_NUMBERS = frozenset(
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million grand".split()
)
_MEASURES = frozenset(
    "minute minutes hour hours day days week weeks month months year years time times person ones bit lot pound pounds "
    "dollar dollars bucks quid percent number way something anything nothing everything old new big small double half "
    "next later soon hang".split()
)
"""Words of meaning that any theme may have, and that name none by themselves."""

Said = tuple[str, str]
"""A quote, and whose it is: an account, or a call that names none."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    phrase: str
    words: frozenset[str]
    n_speakers: int
    is_contrary: bool
    """Whether it denies something, which most of the theme's quotes do not."""
    is_own: bool
    """Whether it is nothing but a name, or holds several numbers."""


def name_themes(
    groups: Sequence[Sequence[Said]], centres: npt.NDArray[np.float32], encoder: Encoder, *, n: int = 4
) -> list[list[str]]:
    """Return for each group of quotes, the most typical first, its `n` best phrases, the first to be its label.

    Candidates are phrases that customers said and that are whole by grammar, preselected by class-based TF-IDF
    (Grootendorst 2022). Among them the winner is nearest to the group's centre, shape (n_groups, dim), less half of
    what it shares with the nearest other centre; words that several accounts say count for more.
    """
    candidates = _candidates([list(group[:_MOST_READ]) for group in groups])
    vectors = encoder.encode([one.phrase for own in candidates for one in own])
    units = centres / np.maximum(np.linalg.norm(centres, axis=1, keepdims=True), 1e-12)
    names, start = [], 0
    for place, own in enumerate(candidates):
        cosines = vectors[start : start + len(own)] @ units.T
        start += len(own)
        names.append(_best(own, cosines, place, n))
    return names


def _best(candidates: Sequence[_Candidate], cosines: npt.NDArray[np.float32], own: int, n: int) -> list[str]:
    others = np.delete(cosines, own, axis=1)
    nearest_other = others.max(axis=1) if others.shape[1] else np.zeros(len(candidates), np.float32)
    # A phrase that would find another theme first is no name for this one.
    misleading = nearest_other > cosines[:, own]
    spread = np.array([math.log2(min(8, max(1, one.n_speakers))) for one in candidates])
    contrary = np.array([one.is_contrary for one in candidates], bool)
    scores = cosines[:, own] - _OTHERS_WEIGHT * nearest_other - misleading
    thin = np.array([len(one.words) < 2 for one in candidates], bool)
    own_alone = np.array([one.is_own for one in candidates], bool)
    scores += _SPREAD_WEIGHT * spread - _DENIAL_WEIGHT * contrary - _THIN_WEIGHT * thin - _NAME_WEIGHT * own_alone
    chosen: list[_Candidate] = []
    for place in np.argsort(-scores, kind="stable"):
        if not any(_says_the_same(candidates[place], other) for other in chosen):
            chosen.append(candidates[place])
        if len(chosen) == n:
            break
    return [one.phrase for one in chosen]


def _candidates(groups: Sequence[Sequence[Said]]) -> list[list[_Candidate]]:
    found = iter(spoken_phrases([quote for group in groups for quote, _ in group]))
    counts, written = [], dict[str, str]()
    for group in groups:
        count = Counter[str]()
        for _ in group:
            for phrase in next(found):
                if _meaning(phrase) and not _is_count(phrase) and not _LISTING.match(phrase):
                    count[phrase.lower()] += 1
                    written.setdefault(phrase.lower(), phrase)
        counts.append(count)
    total = Counter[str]()
    for count in counts:
        total.update(count)
    mean_size = sum(total.values()) / max(1, len(groups))
    chosen = []
    for group, count in zip(groups, counts, strict=True):
        weigh = {p: count[p] * math.log(1 + mean_size / total[p]) * len(_meaning(p)) for p in count}
        ranked = sorted(count, key=lambda phrase: (-weigh[phrase], phrase))[:_CANDIDATES]
        said = [(frozenset(_WORD.findall(quote.lower())), who) for quote, who in group]
        denied = 2 * sum(bool(_DENIAL.search(quote)) for quote, _ in group) >= max(1, len(group))
        chosen.append([_candidate(written[phrase], said, denied) for phrase in ranked])
    return chosen


def _candidate(phrase: str, said: Sequence[tuple[frozenset[str], str]], denied: bool) -> _Candidate:
    words = _meaning(phrase)
    is_contrary = bool(_DENIAL.search(phrase)) and not denied
    is_own = phrase.istitle() or sum(map(_is_number, _WORD.findall(phrase.lower()))) > 1
    return _Candidate(phrase, words, len({who for quote, who in said if words <= quote}), is_contrary, is_own)


def _meaning(phrase: str) -> frozenset[str]:
    """Return the words of a phrase that tell a theme; none for a phrase of numbers, measures and fillers alone."""
    words = _WORD.findall(phrase.lower())
    return frozenset(
        word for word in words if word not in STOP_WORDS | _MEASURES and len(word) > 2 and not _is_number(word)
    )


def _is_count(phrase: str) -> bool:
    """Say whether a phrase is a number of things ("nine homes"), which another customer has another number of."""
    words = _WORD.findall(phrase.lower())
    return len(words) == 2 and any(map(_is_number, words))


def _is_number(word: str) -> bool:
    return word.isdigit() or any(part in _NUMBERS for part in word.split("-"))


def _says_the_same(one: _Candidate, other: _Candidate) -> bool:
    return len(one.words & other.words) * 2 >= min(len(one.words), len(other.words))


def label_of(names: Sequence[str], typical: str) -> str:
    """Return a theme's label: its best phrase, or the first clause of its typical quote where no phrase was found."""
    if names:
        return names[0]
    said = typical[found.end() :] if (found := _OPENING.match(typical)) else typical
    start = ""
    for part in _BORDER.split(said):
        start = f"{start} {part}".strip()
        if len(start.split()) > 2:
            break
    words = start.rstrip(" ,;:.–—…").split()
    return " ".join(words[:_LONGEST_START]) + ("…" if len(words) > _LONGEST_START else "")
