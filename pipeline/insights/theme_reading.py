"""The themes of what is held: read if they are of today, found anew if not."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from models.protocols import Encoder
from pipeline.insights.themes import THEMED_KINDS, ThemeSet, find_themes
from pipeline.records import Moment, PhraseFilter, text_hash
from pipeline.store.session import Store, Transaction

_METHOD = "leiden-1"
"""Raised when themes are found in another way, so that held ones are found anew."""
_THEMED = PhraseFilter(kinds=THEMED_KINDS, moments_only=True)


def refresh_themes(store: Store, encoder: Encoder, *, force: bool = False) -> bool:
    """Find the themes anew where moments have changed since they were last found, and say whether that was so.

    A theme that is found again keeps its id and its name.
    """
    with store.read() as tx:
        stamp = f"{_METHOD}/{encoder.name}/{tx.phrases.change_number()}/{_counted_by(tx)}"
        if tx.themes.stamp() == stamp and not force:
            return False
        found = _find(tx, encoder)
    with store.begin() as tx:
        tx.themes.replace(found.themes, found.members, stamp=stamp)
    return True


def _find(tx: Transaction, encoder: Encoder) -> ThemeSet:
    moments = [moment for moment in tx.moments.select(_THEMED) if moment.state != "withdrawn"]
    vectors = tx.vectors.of_hashes(encoder.name, [text_hash(moment.quote) for moment in moments])
    moments = [moment for moment in moments if text_hash(moment.quote) in vectors]
    matrix = np.array([vectors[text_hash(moment.quote)] for moment in moments], dtype=np.float32)
    previous = {theme.id: tx.themes.members(theme.id) for theme in tx.themes.all()}
    matrix = matrix.reshape(len(moments), encoder.dim)
    return find_themes(moments, matrix, deals_by_call(tx), encoder=encoder, previous=previous)


def _counted_by(tx: Transaction) -> str:
    """Return a digest of what themes are counted by besides calls."""
    return text_hash(repr([(c.id, c.metadata.get("account"), c.metadata.get("deal")) for c in tx.calls.all()]))[:12]


def deals_by_call(tx: Transaction) -> Mapping[str, str]:
    """Return the deal of each call that names one."""
    return {call.id: str(call.metadata["deal"]) for call in tx.calls.all() if call.metadata.get("deal")}


def uncovered_share(tx: Transaction) -> float:
    """Return the share of moments that could be in a theme and are in none, 0 to 1."""
    total = tx.moments.count(_THEMED)
    return 1 - len(tx.themes.theme_of()) / total if total else 0.0


def theme_moments(tx: Transaction, theme_id: str) -> list[Moment]:
    """Return the moments of a theme, the most typical first; NotFound if the theme is not held."""
    ids = tx.themes.members(theme_id)
    found = tx.moments.by_ids(ids)
    return [found[name] for name in ids if name in found]
