"""Splits by trade, never by line: what is measured comes from trades that training has not seen."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from typing import TypeVar

Item = TypeVar("Item")
_SEED = 7
HELD_FOLDS = 8
"""One trade in eight is kept from the large heads: enough to calibrate and measure on; what is measured is kept."""


ANSWER_FOLDS = 6
"""The trades of answers are fewer: one in six is kept."""


def trades_text(items: Sequence[Item], trade: Callable[[Item], str]) -> str:
    """Write the trades of what a head is trained on, for its header."""
    return json.dumps(sorted({trade(item) for item in items}))


def split_as_trained(
    items: Sequence[Item], trade: Callable[[Item], str], trained_on: str
) -> tuple[list[Item], list[Item]]:
    """Return (of trades that a head was trained on, of trades that it has not seen), from its header."""
    known = set(json.loads(trained_on))
    return [item for item in items if trade(item) in known], [item for item in items if trade(item) not in known]


def split_by_trade(
    items: Sequence[Item], trade: Callable[[Item], str], *, fold: int = 0, n_folds: int = 6
) -> tuple[list[Item], list[Item]]:
    """Return (kept, held back): fold `fold` of `n_folds` of the trades is held back, the same each time."""
    trades = sorted({trade(item) for item in items})
    random.Random(_SEED).shuffle(trades)
    held = set(trades[fold::n_folds])
    return [item for item in items if trade(item) not in held], [item for item in items if trade(item) in held]
