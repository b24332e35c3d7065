"""Whole sellers made of labelled cases: a shelf of passages and themes whose status is known, to calibrate and measure.

A seller's cases are of one trade. A covered theme has its answer on the shelf, a weak one only what touches it, a
missing one nothing of the kind; traps and other matters stand beside them, as do the answers to the other themes.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from models.training.answer_cases import AnswerCase

Status = Literal["missing", "weak", "other_words", "covered"]
_SHARES: Final[dict[Status, float]] = {"covered": 0.3, "other_words": 0.15, "missing": 0.3, "weak": 0.25}
_MAX_THEMES: Final = 10
_BESIDE: Final = 0.7
"""How often a theme's trap, and its passage about another matter, stand on the shelf."""
_TOUCHED_TOO: Final = 0.5
_STRANGE: Final = 30
"""Passages of other trades that fill the shelf: the best of fifty scores higher than the best of twenty."""
_ASIDE: Final = ("trap", "other")
"""What may fill it. A stranger's answer may do as well: any trade's terms speak to a worry about the length of a
contract, and a theme that they answer is not missing."""


@dataclass(frozen=True, slots=True)
class MadeTheme:
    """Points of one matter and what the shelf has for them."""

    name: str
    points: tuple[str, ...]
    status: Status
    touched_by: frozenset[str]
    """What touches it and stands on the shelf."""


@dataclass(frozen=True, slots=True)
class MadeSeller:
    """Passages of collateral and the themes of a seller's calls."""

    trade: str
    shelf: tuple[str, ...]
    themes: tuple[MadeTheme, ...]


def make_sellers(cases: Sequence[AnswerCase], *, n_each: int = 8, seed: int = 3) -> list[MadeSeller]:
    """Return `n_each` sellers of each trade that the cases know, the same each time."""
    rng = random.Random(seed)
    sellers = []
    for trade in sorted({case.trade for case in cases}):
        own = [case for case in cases if case.trade == trade]
        strange = _aside([case for case in cases if case.trade != trade])
        for _ in range(n_each):
            made = _seller(trade, rng.sample(own, min(len(own), _MAX_THEMES)), rng)
            beside = rng.sample(strange, min(len(strange), _STRANGE))
            sellers.append(replace(made, shelf=(*made.shelf, *beside)))
    return sellers


def _aside(cases: Sequence[AnswerCase]) -> list[str]:
    return sorted({text for case in cases for relation, text in case.passages if relation in _ASIDE})


def _seller(trade: str, cases: Sequence[AnswerCase], rng: random.Random) -> MadeSeller:
    shelf: list[str] = []
    themes = []
    for case in cases:
        (status,) = rng.choices(list(_SHARES), list(_SHARES.values()))
        brought = _passages(case, status, rng)
        touching = {text for relation, text in case.passages if relation == "touches"}
        shelf += brought
        themes.append(MadeTheme(case.name, case.points, status, frozenset(touching.intersection(brought))))
    return MadeSeller(trade, tuple(dict.fromkeys(shelf)), tuple(themes))


def _passages(case: AnswerCase, status: Status, rng: random.Random) -> list[str]:
    """Return what a theme brings to the shelf; of its answers, the first is plain and the last in polished words."""
    of = {name: [text for relation, text in case.passages if relation == name] for name in ("answers", "touches")}
    beside = [text for relation, text in case.passages if relation in ("trap", "other") and rng.random() < _BESIDE]
    if status == "covered":
        beside.append(of["answers"][0])
    elif status == "other_words":
        beside.append(of["answers"][-1])
    if status == "weak":
        beside += rng.sample(of["touches"], rng.randint(1, len(of["touches"])))
    elif status != "missing" and rng.random() < _TOUCHED_TOO:
        beside.append(rng.choice(of["touches"]))
    return beside
