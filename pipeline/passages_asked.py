"""How many customers' points each passage of a document answers: the gaps read from the other side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.collateral.records import Gap
from pipeline.gap_work import ANSWERED

_ANSWERS: Final = 0.5
"""A passage beside the best one answers a theme from this score on."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What one passage answers: themes as (id, label), and how many accounts and calls raise any of them."""

    themes: tuple[tuple[str, str], ...]
    n_accounts: int
    n_calls: int


def asked_of_passages(gaps: Sequence[Gap], document: str) -> Mapping[str, Asked]:
    """Return what each passage of a document answers, by the passage's id; passages that answer nothing are left out.

    A call without an account counts as an account of its own, as it does in coverage.
    """
    answered: dict[str, list[Gap]] = defaultdict(list)
    for gap in gaps:
        for place, scored in enumerate(gap.passages):
            is_answer = gap.status in ANSWERED and (place == 0 or scored.score >= _ANSWERS)
            if is_answer and scored.passage.document == document:
                answered[scored.passage.id].append(gap)
    return {
        passage: Asked(
            tuple((gap.theme, gap.label) for gap in found),
            len({moment.account or moment.call for gap in found for moment in gap.moments}),
            len({moment.call for gap in found for moment in gap.moments}),
        )
        for passage, found in answered.items()
    }
