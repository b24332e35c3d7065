"""Splits by trade, never by line: what is measured comes from trades that training has not seen."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import TypeVar

Item = TypeVar("Item")
_SEED = 7
HELD_FOLDS = 8
"""One trade in eight is kept from the large heads: enough to calibrate and measure on; what is measured is kept."""


def split_by_trade(
    items: Sequence[Item], trade: Callable[[Item], str], *, fold: int = 0, n_folds: int = 6
) -> tuple[list[Item], list[Item]]:
    """Return (kept, held back): fold `fold` of `n_folds` of the trades is held back, the same each time."""
    trades = sorted({trade(item) for item in items})
    random.Random(_SEED).shuffle(trades)
    held = set(trades[fold::n_folds])
    return [item for item in items if trade(item) not in held], [item for item in items if trade(item) in held]
