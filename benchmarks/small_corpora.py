"""Small corpora whose matters are known: drawn from public intents, made of labelled points, or labelled calls."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from models.training.answer_cases import AnswerCase
from pipeline.insights.communities import Numbers
from pipeline.records import CATEGORIES, THEMED_KINDS, Moment

_PER_CALL = 8
_ALONE = 0.15
"""The share of phrases of which no other says the same."""
_RIGHT, _UNTOLD = 0.7, 0.9
"""Of objections so many carry their category, and the rest of so many carry none; the last carry another's."""
_FEW_CASES = 8
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class SmallCorpus:
    """Moments and the number of each one's matter, -1 where nothing else says the same."""

    name: str
    moments: list[Moment]
    matters: Numbers
    calls: Mapping[str, list[str]] = field(default_factory=dict)
    """The turns of the calls, where the moments are of calls."""


def of_intents(name: str, texts: Sequence[str], intents: Sequence[str], n: int, draws: int) -> Iterator[SmallCorpus]:
    """Yield corpora of `n` phrases: intents of five to fifteen phrases each, and single phrases of other intents."""
    by_intent: dict[str, list[str]] = {}
    for text, intent in zip(texts, intents, strict=True):
        by_intent.setdefault(intent, []).append(text)
    for draw in range(draws):
        rng = random.Random(draw)
        names = rng.sample(sorted(by_intent), len(by_intent))
        points: list[tuple[str, int, str | None]] = []
        n_alone = min(round(_ALONE * n), len(names) // 3)
        points += [(rng.choice(by_intent[names.pop()]), -1, None) for _ in range(n_alone)]
        matter = 0
        while len(points) < n and names:
            held = by_intent[names.pop()]
            # Where a corpus is larger than its intents allow, each has more phrases.
            size = min(rng.randint(5, 15) if len(names) > n / 12 else rng.randint(10, 25), n - len(points), len(held))
            points += [(text, matter, None) for text in rng.sample(held, size)]
            matter += 1
        yield _corpus(f"{name} {n}", points, rng)


def of_cases(cases: Sequence[AnswerCase], n: int, draws: int) -> Iterator[SmallCorpus]:
    """Yield sellers made of the labelled points of one trade, or of as many as make `n` points, with single ones."""
    by_trade: dict[str, list[AnswerCase]] = {}
    for case in cases:
        by_trade.setdefault(case.trade, []).append(case)
    large = sorted(trade for trade, own in by_trade.items() if len(own) >= _FEW_CASES)
    others = [case for case in cases if case.trade not in large] or list(cases)
    for draw in range(draws):
        rng = random.Random(draw)
        trades = rng.sample(large, len(large))
        points: list[tuple[str, int, str | None]] = []
        matter = 0
        while trades and len(points) < (1 - _ALONE) * n:
            for case in by_trade[trades.pop()]:
                points += [(text, matter, case.category) for text in case.points]
                matter += 1
        for case in rng.sample(others, min(len(others), round(_ALONE * n))):
            points.append((rng.choice(case.points), -1, case.category))
        yield _corpus(f"made sellers {n}", points, rng)


def of_calls(name: str, calls_folder: Path, expected: Path) -> SmallCorpus:
    """Return the labelled moments of calls, with the themes that `expected` tells; the others are of none."""
    themes = json.loads(expected.read_text("utf-8"))["themes"]
    matter_of = {quote: place for place, theme in enumerate(themes) for quote in _quotes(theme)}
    moments, matters, calls = list[Moment](), list[int](), dict[str, list[str]]()
    for path in sorted(calls_folder.glob("*.json")):
        call = json.loads(path.read_text("utf-8"))
        calls[call["id"]] = [turn["text"] for turn in call["turns"]]
        for place, turn in enumerate(call["turns"]):
            for said in (said for said in turn["moments"] if said["kind"] in THEMED_KINDS):
                moment = _moment(len(moments), said["quote"], said["kind"], said.get("category"), call["id"])
                moments.append(replace(moment, turn=place))
                matters.append(matter_of.get(_plain(said["quote"]), -1))
    return SmallCorpus(name, moments, np.array(matters, np.int64), calls)


def _quotes(theme: Mapping[str, Any]) -> Iterator[str]:
    for said in theme.get("moments", []):
        yield _plain(said["quote"])
    for quotes in theme.get("quotes", {}).values():
        yield from (_plain(quote) for quote in quotes)


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(text.lower()))


def _corpus(name: str, points: Sequence[tuple[str, int, str | None]], rng: random.Random) -> SmallCorpus:
    points = rng.sample(list(points), len(points))
    calls = [f"c{place // _PER_CALL:03}" for place in range(len(points))]
    moments = []
    for place, (text, _, category) in enumerate(points):
        kind = "question" if text.rstrip().endswith("?") else "objection"
        told = None if category is None or kind == "question" else _as_told(category, rng)
        moments.append(_moment(place, text, kind, told, calls[place]))
    return SmallCorpus(name, moments, np.array([matter for _, matter, _ in points], np.int64))


def _as_told(category: str, rng: random.Random) -> str | None:
    chance = rng.random()
    if chance < _RIGHT:
        return category
    return None if chance < _UNTOLD else rng.choice(CATEGORIES)


def _moment(place: int, text: str, kind: Any, category: Any, call: str) -> Moment:
    return Moment(
        id=f"m{place:08}", call=call, source=f"{call}.json", account=call, turn=place, speaker="S1",
        role="customer", start_s=None, end_s=None, kind=kind, category=category, quote=text, context=text, score=0.9,
        state="machine", theme=None, factuality="asserted", start_char=0, end_char=len(text), recorded_at=None,
    )  # fmt: skip
