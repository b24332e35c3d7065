"""The talk that a moment stands in: what was asked before it and answered after tells what a hint is about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import sqrt
from typing import Final

import numpy as np

from models.protocols import Encoder
from pipeline.insights.communities import Vectors
from pipeline.records import Moment, Turn, text_hash
from pipeline.store.session import Transaction

_TURNS: Final = 2
"""So many turns before a moment's own, and after it, are round it."""


def turns_around(tx: Transaction, encoder: Encoder, moments: Sequence[Moment]) -> list[Turn]:
    """Return the turns round moments that the store holds a vector of `encoder` for; others say nothing."""
    near: dict[str, set[int]] = defaultdict(set)
    for moment in moments:
        near[moment.call] |= {moment.turn + step for step in range(-_TURNS, _TURNS + 1)}
    turns = [turn for call in sorted(near) for turn in tx.talk.turns(call) if turn.turn in near[call]]
    held = tx.vectors.of_hashes(encoder.name, [text_hash(turn.text) for turn in turns])
    return [turn for turn in turns if text_hash(turn.text) in held]


def talk_around(tx: Transaction, encoder: Encoder, said_by: Encoder, moments: Sequence[Moment]) -> Vectors:
    """Return the unit vector of the turns round each moment as `said_by` has it, shape (len(moments), said_by.dim).

    It is the mean of the turns' vectors, each weighed by the square root of its words; a moment's own turn is among
    them. A moment with none has a vector of zeros.
    """
    turns = turns_around(tx, encoder, moments)
    said: dict[str, dict[int, tuple[str, Vectors]]] = defaultdict(dict)
    for turn, vector in zip(turns, said_by.encode([turn.text for turn in turns]), strict=True):
        said[turn.call][turn.turn] = turn.text, vector
    around = [said_around(said[moment.call], moment.turn, said_by.dim) for moment in moments]
    return np.array(around, np.float32).reshape(len(moments), said_by.dim)


def said_around(said: Mapping[int, tuple[str, Vectors]], turn: int, dim: int) -> Vectors:
    """Return the unit vector of a turn and those round it, shape (dim,); `said` has words and vectors by turn."""
    total = np.zeros(dim, np.float32)
    for place in range(turn - _TURNS, turn + _TURNS + 1):
        if place in said:
            text, vector = said[place]
            total += vector * np.float32(sqrt(len(text.split())))
    return total / max(np.float32(np.linalg.norm(total)), np.float32(1e-12))
