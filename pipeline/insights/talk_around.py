"""The talk that a moment stands in: what was asked before it and answered after tells what a hint is about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import sqrt
from typing import Final

import numpy as np

from models.protocols import Encoder
from pipeline.insights.communities import Vectors
from pipeline.records import Moment, text_hash
from pipeline.store.session import Transaction

_TURNS: Final = 2
"""So many turns before a moment's own, and after it, are round it."""


def talk_around(
    tx: Transaction, encoder: Encoder, matters: Encoder, moments: Sequence[Moment]
) -> tuple[Vectors, Vectors]:
    """Return the unit vector of the turns round each moment, its own among them, as each encoder has it.

    It is the mean of the turns' vectors, each weighed by the square root of its words; turns that the store holds no
    vector of `encoder` for, which say nothing, are left out, and a moment with none has a vector of zeros.
    """
    rows_of: dict[str, list[int]] = defaultdict(list)
    for row, moment in enumerate(moments):
        rows_of[moment.call].append(row)
    by_meaning, by_matter = (np.zeros((len(moments), dim), np.float32) for dim in (encoder.dim, matters.dim))
    for call, rows in sorted(rows_of.items()):
        turns = tx.talk.turns(call)
        held = tx.vectors.of_hashes(encoder.name, [text_hash(turn.text) for turn in turns])
        near = {moments[row].turn + step for row in rows for step in range(-_TURNS, _TURNS + 1)}
        heard = [turn for turn in turns if turn.turn in near and text_hash(turn.text) in held]
        speaking = matters.encode([turn.text for turn in heard])
        meant = {turn.turn: (turn.text, held[text_hash(turn.text)]) for turn in heard}
        spoken = {turn.turn: (turn.text, vector) for turn, vector in zip(heard, speaking, strict=True)}
        for row in rows:
            by_meaning[row] = said_around(meant, moments[row].turn, encoder.dim)
            by_matter[row] = said_around(spoken, moments[row].turn, matters.dim)
    return by_meaning, by_matter


def said_around(said: Mapping[int, tuple[str, Vectors]], turn: int, dim: int) -> Vectors:
    """Return the unit vector of a turn and those round it, shape (dim,); `said` has words and vectors by turn."""
    total = np.zeros(dim, np.float32)
    for place in range(turn - _TURNS, turn + _TURNS + 1):
        if place in said:
            text, vector = said[place]
            total += vector * np.float32(sqrt(len(text.split())))
    return total / max(np.float32(np.linalg.norm(total)), np.float32(1e-12))
