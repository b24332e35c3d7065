"""What is said twice is shown once, and no call or account fills the first page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.insights.blend import Ranked
from pipeline.insights.held.facts import Place

Vectors = npt.NDArray[np.float32]

_PLAIN_FACTOR = 0.9
"""What a turn without a moment is worth: it is seldom what a marketer would quote."""
_SAME_COSINE = 0.95
"""Phrases at least so near to each other say the same."""
_COMPARED = 100
"""The best so many are compared with each other by meaning."""
_TURNS_ROUND = re.compile(r"\b(?:no|not|never|none|nothing|without|\w+n['’]t|cannot|\d[\d.,]*)\b")
"""Words that make near phrases say something else."""

PAGE = 20
MOST_OF_CALL = 2
MOST_OF_ACCOUNT = 4
_FAR_BEHIND = 0.75
"""An answer from elsewhere goes before a better one only if it is at least this part as good."""
SPREAD_RULE = (
    f"Of the first {PAGE}, at most {MOST_OF_CALL} are from one call and {MOST_OF_ACCOUNT} from one account, "
    "as long as others answer nearly as well; the rest follow."
)


class Folded(NamedTuple):
    """A phrase that stands for itself and for `others` that say the same."""

    phrase: Place
    score: float
    cosine: float | None
    others: tuple[Place, ...] = ()


def shown_first(copies: Sequence[Place], heard: Collection[int]) -> int:
    """Return which copy stands for all: the first, or the first that can be heard of those that are moments as it is.

    `heard` are the numbers of calls with a recording.
    """
    of_kind = [n for n, copy in enumerate(copies) if copy.is_moment == copies[0].is_moment]
    return next((n for n in of_kind if copies[n].call in heard), 0)


def fold(ranked: Sequence[Ranked], phrases: Mapping[int, Place], heard: Collection[int] = ()) -> list[Folded]:
    """Show a stretch once: a moment stands for its turn, and equal words of several places for each other.

    Which copy is shown, `shown_first` says; the score is that of the best.
    """
    held = [(found, phrases[found.phrase]) for found in ranked if found.phrase in phrases]
    best_moment: dict[tuple[int, int], float] = {}
    for found, phrase in held:
        if phrase.is_moment:
            best_moment.setdefault((phrase.call, phrase.turn), found.score)
    scored = [(found.score * (1 if phrase.is_moment else _PLAIN_FACTOR), found, phrase) for found, phrase in held]
    scored.sort(key=lambda one: (-one[0], one[2].id))
    groups: dict[int, list[tuple[float, Ranked, Place]]] = {}
    for score, found, phrase in scored:
        if phrase.is_moment or best_moment.get((phrase.call, phrase.turn), 0.0) < score:
            groups.setdefault(phrase.key, []).append((score, found, phrase))
    return [_stood_for(group, heard) for group in groups.values()]


def _stood_for(group: Sequence[tuple[float, Ranked, Place]], heard: Collection[int]) -> Folded:
    copies = [phrase for _, _, phrase in group]
    first = shown_first(copies, heard)
    return Folded(copies[first], group[0][0], group[first][1].cosine, (*copies[:first], *copies[first + 1 :]))


def fold_alike(
    folded: Sequence[Folded],
    vectors: Callable[[Sequence[Place]], Vectors],
    texts: Callable[[Iterable[int]], Mapping[int, str]],
    heard: Collection[int] = (),
) -> list[Folded]:
    """Fold what says nearly the same under the better one, unless a negation or a number tells them apart.

    The better one's place is kept; which is shown there, `shown_first` says. `vectors` gives the unit vectors of
    phrases, shape (n, dim), zeros for one without; `texts` their words by id, and is asked only for those that are
    near another.
    """
    best, rest = folded[:_COMPARED], folded[_COMPARED:]
    if len(best) < 2:
        return list(folded)
    matrix = vectors([found.phrase for found in best])
    pairs = np.argwhere(np.triu(matrix @ matrix.T >= _SAME_COSINE, k=1)).tolist()
    if not pairs:
        return list(folded)
    near = sorted({place for pair in pairs for place in pair})
    said = texts([best[place].phrase.id for place in near])
    telling = {place: _telling(said.get(best[place].phrase.id, "")) for place in near}
    under: dict[int, int] = {}
    for first, second in pairs:
        if first not in under and second not in under and telling[first] == telling[second]:
            under[second] = first
    joined = [_joined([found, *(best[other] for other, first in under.items() if first == place)], heard)
              for place, found in enumerate(best) if place not in under]  # fmt: skip
    return [*joined, *rest]


def _telling(text: str) -> Counter[str]:
    return Counter(_TURNS_ROUND.findall(text.lower()))


def _joined(alike: Sequence[Folded], heard: Collection[int]) -> Folded:
    """Return one for all of them, in the place of the first."""
    shown = alike[shown_first([same.phrase for same in alike], heard)]
    copies = [phrase for same in alike for phrase in (same.phrase, *same.others)]
    return Folded(shown.phrase, alike[0].score, shown.cosine, tuple(copy for copy in copies if copy != shown.phrase))


def spread(folded: Sequence[Folded], account_of: Mapping[int, str | None]) -> list[Folded]:
    """Return the phrases by score, but the first page as `SPREAD_RULE` says."""
    rest = list(folded)
    page: list[Folded] = []
    of_call: Counter[int] = Counter()
    of_account: Counter[str] = Counter()
    while rest and len(page) < PAGE:
        chosen = next(
            (
                place
                for place, found in enumerate(rest)
                if of_call[found.phrase.call] < MOST_OF_CALL
                and of_account[account_of.get(found.phrase.call) or ""] < MOST_OF_ACCOUNT
            ),
            0,
        )
        if rest[chosen].score < _FAR_BEHIND * rest[0].score:
            chosen = 0
        found = rest.pop(chosen)
        page.append(found)
        of_call[found.phrase.call] += 1
        if account := account_of.get(found.phrase.call):
            of_account[account] += 1
    return [*page, *rest]
