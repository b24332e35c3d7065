"""What the network of moments does on trades that it has not seen, in tables; scales are always fitted on others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.moment_joining import joined_moments
from models.moment_network import FACTUALITIES, HELD
from models.protocols import Spotted
from models.training.calibration import Scored, fit_scales, raw_outcomes
from models.training.labelled_calls import CATEGORIES, KINDS, STYLES
from models.training.matching import LabelledPiece, matches
from models.training.splits import split_by_trade

_BANDS = 5
_WRONG_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Judged:
    """A piece with what was found in it: `partner` maps the place of a mark to that of its find."""

    piece: LabelledPiece
    spotted: tuple[Spotted, ...]
    partner: dict[int, int]


def tables(scored: Scored) -> str:
    """Return all that is worth knowing of a network's scores on trades that it has not seen."""
    judged = cross_fitted(scored)
    styles = [line(f"held-back trades, {style}", [j for j in judged if j.piece.style == style]) for style in STYLES]
    return "\n".join([heading(), *styles, reliability(scored), factuality(judged), confusions(judged)])


def cross_fitted(scored: Scored) -> list[Judged]:
    """Return what is found in every piece with scales fitted on the other half of the trades."""
    halves = split_by_trade(list(scored), lambda one: one[0].trade, n_folds=2)
    judged: list[Judged] = []
    for half, other in (halves, halves[::-1]):
        judged += [judge(piece, joined_moments(piece.turn, scores, fit_scales(other))) for piece, scores in half]
    return judged


def judge(piece: LabelledPiece, spotted: Sequence[Spotted]) -> Judged:
    """Match what was found in a piece with its marks."""
    found = tuple(moment for moment in spotted if moment.is_found)
    return Judged(piece, found, matches(piece.moments, found))


def heading() -> str:
    """Return the names of the columns of `line`."""
    kinds = "".join(f"{kind:>10}" for kind in KINDS)
    return f"{'F1':34}{'calls':>6}{kinds}{'mean':>7}{'categ.':>8}{'top half':>10}"


def mean_f1(judged: Sequence[Judged]) -> float:
    """Return the mean of the kinds' F1."""
    return float(np.mean(_f1_of_kinds(judged)))


def _f1_of_kinds(judged: Sequence[Judged]) -> list[float]:
    gold = [mark.kind for one in judged for mark in one.piece.moments]
    hit = [one.piece.moments[place].kind for one in judged for place in one.partner]
    found = [moment.kind for one in judged for moment in one.spotted]
    return [2 * hit.count(kind) / max(1, gold.count(kind) + found.count(kind)) for kind in KINDS]


def line(name: str, judged: Sequence[Judged]) -> str:
    """Return F1 per kind, their mean, macro-F1 of categories, and the precision of the top-scored half."""
    f1 = _f1_of_kinds(judged)
    calls = len({one.piece.call for one in judged})
    figures = "".join(f"{value:10.2f}" for value in f1)
    return f"{name:34}{calls:6}{figures}{np.mean(f1):7.2f}{_categories(judged):8.2f}{_top_half(judged):10.2f}"


def _categories(judged: Sequence[Judged]) -> float:
    pairs = [
        (mark.category, one.spotted[one.partner[place]].category if place in one.partner else None)
        for one in judged
        for place, mark in enumerate(one.piece.moments)
        if mark.kind == "objection"
    ]
    scores = []
    for category in CATEGORIES:
        n_gold, n_found = sum(g == category for g, _ in pairs), sum(f == category for _, f in pairs)
        if n_gold:
            scores.append(2 * sum(g == f == category for g, f in pairs) / (n_gold + n_found))
    return float(np.mean(scores)) if scores else 0.0


def _top_half(judged: Sequence[Judged]) -> float:
    scored = [
        (moment.score, place in set(one.partner.values())) for one in judged for place, moment in enumerate(one.spotted)
    ]
    best = sorted(scored, key=lambda pair: -pair[0])[: max(1, len(scored) // 2)]
    return float(np.mean([right for _, right in best])) if best else 0.0


def reliability(scored: Scored) -> str:
    """Return a table of said and true probability, and the expected calibration error (Naeini et al. 2015).

    Every stretch that may be a moment counts, shown or not; scales are fitted on the other half of the trades.
    """
    halves = split_by_trade(list(scored), lambda one: one[0].trade, n_folds=2)
    said, true = [], []
    for half, other in (halves, halves[::-1]):
        scales = fit_scales(other)
        for kind in KINDS:
            raw, right, _ = raw_outcomes(kind, half)
            said.append(np.array([scales[kind].probability(value) for value in raw]))
            true.append(right)
    return _table(np.concatenate(said), np.concatenate(true))


def _table(probability: npt.NDArray[np.float64], truth: npt.NDArray[np.float64]) -> str:
    bands = np.minimum((probability * _BANDS).astype(int), _BANDS - 1)
    lines, error = [], 0.0
    for band in range(_BANDS):
        inside = bands == band
        if inside.any():
            said, was = probability[inside].mean(), truth[inside].mean()
            error += abs(said - was) * inside.mean()
            lines.append(
                f"  {band / _BANDS:.1f} to {(band + 1) / _BANDS:.1f}: said {said:.2f}, was {was:.2f}, n {inside.sum()}"
            )
    return "\n".join(["reliability of scores:", *lines, f"  expected calibration error {error:.3f}"])


def factuality(judged: Sequence[Judged]) -> str:
    """Return how often each factuality is told right: of moments found, and of what is denied or settled, left out."""
    rows = []
    for held in HELD:
        told = [
            one.spotted[other].factuality == held
            for one in judged
            for place, other in one.partner.items()
            if one.piece.moments[place].factuality == held
        ]
        rows.append(_share(held, told))
    for reason in FACTUALITIES[len(HELD) :]:
        left_out = [
            not any(_overlaps(mark.start_char, mark.end_char, moment) for moment in one.spotted)
            for one in judged
            for mark in one.piece.marks
            if mark.kind == "not" and mark.category == reason
        ]
        rows.append(_share(f"{reason} left out", left_out))
    return "factuality told right: " + ", ".join(rows)


def _share(name: str, right: Sequence[bool]) -> str:
    return f"{name} {np.mean(right):.2f} of {len(right)}" if right else f"{name}: none"


def _overlaps(start: int, end: int, spotted: Spotted) -> bool:
    shared = min(end, spotted.end_char) - max(start, spotted.start_char)
    return shared >= 0.5 * min(end - start, spotted.end_char - spotted.start_char)


def confusions(judged: Sequence[Judged]) -> str:
    """Return which categories are mistaken for which, most often first."""
    counts: dict[tuple[str, str], int] = {}
    for one in judged:
        for place, other in one.partner.items():
            said, true = one.spotted[other].category, one.piece.moments[place].category
            if said != true and said and true:
                counts[true, said] = counts.get((true, said), 0) + 1
    worst = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:_WRONG_SHOWN]
    return "categories mistaken: " + ", ".join(f"{true} for {said} {n}" for (true, said), n in worst)
