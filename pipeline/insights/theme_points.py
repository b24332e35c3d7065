"""What a theme's customers say, as collateral is held against it: the most typical points of those that are likely."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from models.protocols import Encoder
from pipeline.confidence import at_least, worth_showing
from pipeline.held_encoder import hold_vectors
from pipeline.records import Moment
from pipeline.store.session import Store, Transaction

_POINTS: Final = 12
"""More points of one matter say little that is new."""
_READ_FIRST: Final = 48
"""Members that are read before all are: in most themes enough of them are likely."""


def points_of(moments: Sequence[Moment]) -> list[str]:
    """Return the points of a theme's moments, which come the most typical first."""
    return [moment.quote for moment in worth_showing(moments).shown[:_POINTS]]


def theme_points(tx: Transaction, theme: str) -> list[str]:
    """Return the points of a theme that is held, however many moments it has."""
    ids = tx.themes.members(theme)
    first = _moments(tx, ids[:_READ_FIRST])
    is_enough = len(at_least(first, "likely").shown) >= _POINTS or len(ids) <= _READ_FIRST
    return points_of(first if is_enough else [*first, *_moments(tx, ids[_READ_FIRST:])])


def encode_points(store: Store, *encoders: Encoder) -> None:
    """Hold the vectors of all themes' points and of all passages, so that who holds one against the other has them."""
    with store.read() as tx:
        points = [point for theme in tx.themes.all() for point in theme_points(tx, theme.id)]
        passages = [passage.text for passage in tx.collateral.passages()]
    for encoder in encoders:
        hold_vectors(store, encoder, [*points, *passages])


def _moments(tx: Transaction, ids: Sequence[str]) -> list[Moment]:
    found = tx.moments.by_ids(ids)
    return [found[name] for name in ids if name in found]
