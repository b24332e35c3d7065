"""Reads the labelled answer cases of `corpus/labels/answers`: customers' points beside passages of collateral.

A file holds cases, one after another, each with a header and then a line a point or passage::

    case: bakery-loyalty-03
    trade: loyalty app for bakeries
    category: adoption
    C: my girls on the counter won't remember to ask for it
    C: who's going to show the Saturday kids?
    answers: Counter colleagues need no prompting: the terminal itself invites every guest to enrol.
    touches: Empower your front-line ambassadors with a delightful engagement experience.
    trap: Saturday is the busiest trading day for nine in ten of our bakeries.
    other: Loyalty data is exported nightly to your accounting package.

`answers` gives what the customer needs to hear, in whatever words; `touches` speaks of the subject and leaves the point
unanswered; `trap` shares words with the customers and says nothing to the point; `other` is about something else.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from models.training.labelled_calls import CATEGORIES, LabelError

RELATIONS: Final = ("answers", "touches", "trap", "other")
_LINE = re.compile(r"(case|trade|category|C|answers|touches|trap|other):\s+(.*)")


@dataclass(frozen=True, slots=True)
class AnswerCase:
    """Points that customers make about one matter, and passages with their relation to it."""

    name: str
    trade: str
    category: str
    points: tuple[str, ...]
    passages: tuple[tuple[str, str], ...]
    """(relation, text) pairs."""


def read_answer_cases(folder: Path) -> list[AnswerCase]:
    """Return every case of the `*.txt` files in `folder`, by file name and then as written."""
    return [case for path in sorted(folder.glob("*.txt")) for case in parse_cases(path)]


def parse_cases(path: Path) -> Iterator[AnswerCase]:
    """Yield the cases of one file.

    Raises:
        LabelError: a line, category or case that the format does not know.
    """
    header: dict[str, str] = {}
    points: list[str] = []
    passages: list[tuple[str, str]] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        found = _LINE.fullmatch(line.strip())
        if found is None:
            raise LabelError(f"{path.name}:{number}: neither a header, a point nor a passage: {line[:60]!r}")
        name, text = found[1], found[2].strip()
        if name == "case":
            if header:
                yield _case(header, points, passages, f"{path.name}:{number}")
            header, points, passages = {"case": text}, [], []
        elif name == "C":
            points.append(text)
        elif name in RELATIONS:
            passages.append((name, text))
        else:
            header[name] = text
    if header:
        yield _case(header, points, passages, f"{path.name}: last case")


def _case(header: dict[str, str], points: list[str], passages: list[tuple[str, str]], place: str) -> AnswerCase:
    if header.get("category") not in CATEGORIES or "trade" not in header:
        raise LabelError(f"{place}: the case before this line needs a trade and a category of {', '.join(CATEGORIES)}")
    if not points or {relation for relation, _ in passages} != set(RELATIONS):
        raise LabelError(
            f"{place}: the case before this line needs points and passages of all of {', '.join(RELATIONS)}"
        )
    return AnswerCase(header["case"], header["trade"], header["category"], tuple(points), tuple(passages))


def describe_cases(cases: list[AnswerCase]) -> str:
    """Return the counts that a datasheet needs."""
    relations = Counter(relation for case in cases for relation, _ in case.passages)
    pairs = sum(len(case.points) * len(case.passages) for case in cases)
    trades = len({case.trade for case in cases})
    categories = Counter(case.category for case in cases)
    lines = [f"{len(cases)} cases, {trades} trades, {pairs} pairs", f"passages: {dict(relations)}"]
    return "\n".join([*lines, f"categories: {dict(categories)}"])
