"""How far found moments agree with a person's labels, by the scoring of the labelling guide."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.records import CATEGORIES, KINDS

_DRAWS = 1_000
_SEED = 0
_MIN_OVERLAP = 0.5


@dataclass(frozen=True, slots=True)
class Span:
    """A labelled or found stretch: `text[start_char:end_char]` of a turn."""

    turn: int
    start_char: int
    end_char: int
    kind: str
    category: str | None = None
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class CallAgreement:
    """What matched in one call."""

    matched: Counter[str]
    found: Counter[str]
    gold: Counter[str]
    categories: tuple[tuple[str, str | None], ...]
    """(gold, found) category of every gold objection; None where it was not found."""
    scored: tuple[tuple[float, bool], ...]
    """(score, is right) of everything found."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its 95 % interval from resampling whole calls."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Agreement:
    """Precision, recall and F1 per kind; mean F1 of the kinds; macro-F1 of objection categories."""

    precision: dict[str, float]
    recall: dict[str, float]
    f1: dict[str, Figure]
    mean_f1: Figure
    category_f1: Figure
    top_half_precision: float
    n_gold: dict[str, int]
    n_found: dict[str, int]
    n_calls: int


def compare(gold: Sequence[Span], found: Sequence[Span]) -> CallAgreement:
    """Match the found spans of one call with the gold ones.

    Two match when kind and turn are the same and they share at least half of the shorter one's characters; each is
    matched at most once, the largest overlap first.
    """
    pairs = sorted(
        (
            (-overlap, g, f)
            for g, one in enumerate(gold)
            for f, other in enumerate(found)
            if one.kind == other.kind and one.turn == other.turn and (overlap := _overlap(one, other)) >= _MIN_OVERLAP
        ),
    )
    partner: dict[int, int] = {}
    for _, g, f in pairs:
        if g not in partner and f not in partner.values():
            partner[g] = f
    right = set(partner.values())
    return CallAgreement(
        matched=Counter(gold[g].kind for g in partner),
        found=Counter(span.kind for span in found),
        gold=Counter(span.kind for span in gold),
        categories=tuple(
            (str(span.category), found[partner[g]].category if g in partner else None)
            for g, span in enumerate(gold)
            if span.kind == "objection"
        ),
        scored=tuple((span.score, f in right) for f, span in enumerate(found)),
    )


def _overlap(one: Span, other: Span) -> float:
    shared = min(one.end_char, other.end_char) - max(one.start_char, other.start_char)
    return shared / max(1, min(one.end_char - one.start_char, other.end_char - other.start_char))


def summarise(calls: Sequence[CallAgreement]) -> Agreement:
    """Return the agreement over all calls."""
    matched, found, gold = _sums(calls)
    return Agreement(
        precision={kind: matched[kind] / found[kind] if found[kind] else 0.0 for kind in KINDS},
        recall={kind: matched[kind] / gold[kind] if gold[kind] else 0.0 for kind in KINDS},
        f1={kind: _figure(calls, lambda drawn, kind=kind: _f1(drawn, kind)) for kind in KINDS},  # type: ignore[misc]
        mean_f1=_figure(calls, _mean_f1),
        category_f1=_figure(calls, _category_f1),
        top_half_precision=_top_half(calls),
        n_gold={kind: gold[kind] for kind in KINDS},
        n_found={kind: found[kind] for kind in KINDS},
        n_calls=len(calls),
    )


def _sums(calls: Iterable[CallAgreement]) -> tuple[Counter[str], Counter[str], Counter[str]]:
    matched, found, gold = Counter[str](), Counter[str](), Counter[str]()
    for call in calls:
        matched.update(call.matched)
        found.update(call.found)
        gold.update(call.gold)
    return matched, found, gold


def _f1(calls: Sequence[CallAgreement], kind: str) -> float:
    matched, found, gold = _sums(calls)
    return 2 * matched[kind] / (found[kind] + gold[kind]) if found[kind] + gold[kind] else 0.0


def _mean_f1(calls: Sequence[CallAgreement]) -> float:
    """Return the mean F1 of the kinds that were labelled or found at all."""
    _, found, gold = _sums(calls)
    return float(np.mean([_f1(calls, kind) for kind in KINDS if found[kind] + gold[kind]] or [0.0]))


def _category_f1(calls: Sequence[CallAgreement]) -> float:
    """Return the macro-F1 over the categories that gold objections have; an unmatched gold one counts as a miss."""
    pairs = [pair for call in calls for pair in call.categories]
    scores = []
    for category in CATEGORIES:
        n_gold = sum(gold == category for gold, _ in pairs)
        if n_gold:
            n_found = sum(found == category for _, found in pairs)
            both = sum(gold == found == category for gold, found in pairs)
            scores.append(2 * both / (n_gold + n_found))
    return float(np.mean(scores)) if scores else 0.0


def _top_half(calls: Sequence[CallAgreement]) -> float:
    scored = sorted((pair for call in calls for pair in call.scored), key=lambda pair: -pair[0])
    top = scored[: (len(scored) + 1) // 2]
    return sum(right for _, right in top) / len(top) if top else 0.0


def _figure(calls: Sequence[CallAgreement], measure: Callable[[Sequence[CallAgreement]], float]) -> Figure:
    rng = np.random.default_rng(_SEED)
    draws = [
        measure([calls[i] for i in rng.integers(0, len(calls), len(calls))]) for _ in range(_DRAWS if calls else 0)
    ]
    low, high = np.percentile(draws, [2.5, 97.5]) if draws else (0.0, 0.0)
    return Figure(measure(calls), float(low), float(high))
