"""Turns in, moments out: what customers objected to, suffered, wanted, asked and liked, in their own words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from models.protocols import MomentSpotter, TurnText
from pipeline.calls.recorded import RECORDED
from pipeline.records import Kind, SpottedMoment, Turn


def find_moments(
    turns: Sequence[Turn], spotter: MomentSpotter, *, min_score: float | None = None, min_role_score: float = 0.6
) -> list[SpottedMoment]:
    """Return the customers' moments, in the order spoken: what the spotter takes for found, or scores `min_score`.

    Turns of a rep or a machine, and of speakers known less surely than `min_role_score`, never become moments;
    the spotter still reads them, since what was said before decides what an answer means.
    """
    known = [
        turn.role if turn.role_score >= min_role_score and RECORDED not in turn.marks else "unknown" for turn in turns
    ]
    texts = [TurnText(turn.text, role) for turn, role in zip(turns, known, strict=True)]
    return [
        SpottedMoment(
            turn=turn.turn,
            start_char=spotted.start_char,
            end_char=spotted.end_char,
            kind=cast(Kind, spotted.kind),
            category=spotted.category,
            factuality=spotted.factuality,
            score=spotted.score,
        )
        for turn, role, found in zip(turns, known, spotter.spot(texts), strict=True)
        if role == "customer"
        for spotted in found
        if (spotted.is_found if min_score is None else spotted.score >= min_score)
    ]
