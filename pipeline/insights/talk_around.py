"""The talk that a moment stands in: what was asked before it and answered after tells what a hint is about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from math import sqrt
from typing import Final

import numpy as np

from models.protocols import Encoder
from pipeline.insights.communities import Vectors
from pipeline.records import Moment, Turn, text_hash
from pipeline.store.session import Transaction

_TURNS: Final = 2
"""So many turns before a moment's own, and after it, are round it."""


def talk_around(tx: Transaction, encoder: Encoder, moments: Sequence[Moment]) -> Vectors:
    """Return the unit vector of the turns round each moment, its own among them, shape (len(moments), encoder.dim).

    It is the mean of the turns' vectors, each weighed by the square root of its words; turns without a vector, which
    say nothing, are left out, and a moment with none has a vector of zeros.
    """
    rows_of: dict[str, list[int]] = defaultdict(list)
    for row, moment in enumerate(moments):
        rows_of[moment.call].append(row)
    around = np.zeros((len(moments), encoder.dim), np.float32)
    for call, rows in sorted(rows_of.items()):
        said = _weighed(tx, encoder, tx.talk.turns(call))
        for row in rows:
            at = moments[row].turn
            around[row] = said[max(0, at - _TURNS) : at + _TURNS + 1].sum(axis=0)
    return around / np.maximum(np.linalg.norm(around, axis=1, keepdims=True), np.float32(1e-12))


def _weighed(tx: Transaction, encoder: Encoder, turns: Sequence[Turn]) -> Vectors:
    """Return the vectors of a call's turns, in the place of their number, weighed by their words."""
    hashes = [text_hash(turn.text) for turn in turns]
    held = tx.vectors.of_hashes(encoder.name, hashes)
    said = np.zeros((max((turn.turn for turn in turns), default=-1) + 1, encoder.dim), np.float32)
    for turn, name in zip(turns, hashes, strict=True):
        if name in held:
            said[turn.turn] = held[name] * sqrt(len(turn.text.split()))
    return said
