"""What is said twice is shown once, and no call or account fills the first page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.insights.blend import Ranked
from pipeline.insights.question import normal_form
from pipeline.records import Phrase

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


@dataclass(frozen=True, slots=True)
class Folded:
    """A phrase that stands for itself and for `others` that say the same."""

    phrase: Phrase
    score: float
    cosine: float | None
    others: tuple[Phrase, ...] = ()


def fold(ranked: Sequence[Ranked], phrases: Mapping[int, Phrase]) -> list[Folded]:
    """Show a stretch once: a moment stands for its turn, and equal words of several places for each other."""
    held = [(found, phrases[found.phrase]) for found in ranked if found.phrase in phrases]
    best_moment: dict[tuple[str, int], float] = {}
    for found, phrase in held:
        if phrase.moment is not None:
            best_moment.setdefault((phrase.call, phrase.turn), found.score)
    scored = [(found.score * (1 if phrase.moment else _PLAIN_FACTOR), found, phrase) for found, phrase in held]
    scored.sort(key=lambda one: (-one[0], one[2].id))
    groups: dict[str, list[tuple[float, Ranked, Phrase]]] = {}
    for score, found, phrase in scored:
        if phrase.moment is not None or best_moment.get((phrase.call, phrase.turn), 0.0) < score:
            groups.setdefault(normal_form(phrase.text), []).append((score, found, phrase))
    return [
        Folded(group[0][2], group[0][0], group[0][1].cosine, tuple(phrase for _, _, phrase in group[1:]))
        for group in groups.values()
    ]


def fold_alike(
    folded: Sequence[Folded], read_vectors: Callable[[Sequence[str]], Mapping[str, Vectors]]
) -> list[Folded]:
    """Fold what says nearly the same under the better one, unless a negation or a number tells them apart.

    `read_vectors` gives the unit vectors of texts by their hashes.
    """
    best, rest = folded[:_COMPARED], folded[_COMPARED:]
    vectors = read_vectors([found.phrase.text_hash for found in best])
    known = [place for place, found in enumerate(best) if found.phrase.text_hash in vectors]
    if len(known) < 2:
        return list(folded)
    matrix = np.stack([vectors[best[place].phrase.text_hash] for place in known])
    rows, columns = np.nonzero(np.triu(matrix @ matrix.T >= _SAME_COSINE, k=1))
    under: dict[int, int] = {}
    for one, other in zip(rows.tolist(), columns.tolist(), strict=True):
        first, second = known[one], known[other]
        if first not in under and second not in under and _is_same(best[first], best[second]):
            under[second] = first
    joined = [_joined(found, [best[other] for other, first in under.items() if first == place])
              for place, found in enumerate(best) if place not in under]  # fmt: skip
    return [*joined, *rest]


def _is_same(one: Folded, other: Folded) -> bool:
    telling = [Counter(_TURNS_ROUND.findall(found.phrase.text.lower())) for found in (one, other)]
    return telling[0] == telling[1]


def _joined(found: Folded, alike: Sequence[Folded]) -> Folded:
    others = [phrase for same in alike for phrase in (same.phrase, *same.others)]
    return Folded(found.phrase, found.score, found.cosine, (*found.others, *others)) if others else found


def spread(folded: Sequence[Folded], account_of: Mapping[str, str | None]) -> list[Folded]:
    """Return the phrases by score, but the first page as `SPREAD_RULE` says."""
    rest = list(folded)
    page: list[Folded] = []
    of_call: Counter[str] = Counter()
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
