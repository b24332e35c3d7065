"""The themes of what is held: read if they are of today, joined by what is new, found anew once that is much."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import numpy as np

from models.protocols import Encoder
from pipeline.held_encoder import HeldEncoder, hold_vectors
from pipeline.insights.agglomeration import FEW_ROWS, join_alike
from pipeline.insights.clusters import join
from pipeline.insights.communities import Vectors
from pipeline.insights.talk_around import talk_around, turns_around
from pipeline.insights.theme_coverage import cover
from pipeline.insights.theme_lineage import what_became
from pipeline.insights.theme_vectors import Hints, SeenMoments
from pipeline.insights.themes import Earlier, ThemeSet, describe, find_themes, theme_set
from pipeline.records import THEMED_KINDS, Moment, PhraseFilter, Theme, text_hash
from pipeline.store.session import Store, Transaction

_METHOD = "themes-6"
"""Raised when themes are found in another way, so that held ones are found anew."""
_THEMED = PhraseFilter(kinds=THEMED_KINDS, moments_only=True)
_ENOUGH_NEW = 0.1
"""Themes are found anew once this share of the moments has come or gone since; until then new ones join."""
_MIN_COSINE = 0.5
"""A new moment joins a theme only if moments of it are this near; nearer than clustering asks, which sees all."""
_SURE_SHARE = 0.6
_MOST_ASKED = 100_000
"""Of more moments in themes than these, a part decides which themes new ones join."""
_HASHES_AT_ONCE = 10_000
_FIT = "themes.fit"


@dataclass(frozen=True, slots=True)
class _Held:
    """What themes are made of: moments with the vectors of their quotes, shape (n, dim), and the deal of each call."""

    moments: list[Moment]
    vectors: Vectors
    hints: Hints | None
    """What else few are compared by."""
    deals: Mapping[str, str]


def refresh_themes(store: Store, encoder: Encoder, matters: Encoder, *, force: bool = False) -> bool:
    """Bring the themes up to date where moments have changed since, and say whether that was so.

    `encoder` is the one that made the phrases' vectors; `matters` tells few moments apart by what they speak to. New
    moments join the themes that are near. Once a tenth of the moments has come or gone, or with `force`, themes are
    found anew: one that is found again keeps its id and its name, and what became of the others is recorded.
    """
    if not force and _is_current(store, encoder, matters):
        return False
    hold_vectors(store, matters, _compared(store, encoder))
    with store.read() as tx:
        way, stamp = _way_and_stamp(tx, encoder, matters)
        themes = tx.themes.all()
        previous: dict[str, Sequence[str]] = {theme.id: tx.themes.members(theme.id) for theme in themes}
        fit = tx.notes.get(_FIT)
        held = _held(tx, encoder, HeldEncoder(tx, matters))
        anew = force or fit is None or fit["way"] != way or _has_changed_much(fit, held)
        if anew:
            earlier = Earlier(
                previous,
                tx.themes.kept(),
                {theme.id: theme.at for theme in themes if theme.at is not None},
                is_start=fit is not None and fit["way"] == way,
            )
            found = find_themes(
                held.moments, held.vectors, held.deals, encoder=encoder, hints=held.hints, earlier=earlier
            )
        else:
            found = _joined(themes, held, previous)
    with store.begin() as tx:
        if anew:
            broken = fit is not None and fit["way"] != way
            # A theme whose moments all went is held no longer, and has ended all the same.
            gone = {name: () for name in (fit or {}).get("themes", ()) if name not in previous}
            tx.themes.record(what_became(previous | gone, found.members, at=datetime.now(UTC), is_break=broken))
            own = sorted(moment.id for moment in held.moments)
            tx.notes.put(_FIT, {"way": way, "moments": own, "themes": sorted(found.members)})
        tx.themes.replace(found.themes, found.members, stamp=stamp)
    return True


def _is_current(store: Store, encoder: Encoder, matters: Encoder) -> bool:
    with store.read() as tx:
        return tx.themes.stamp() == _way_and_stamp(tx, encoder, matters)[1]


def _way_and_stamp(tx: Transaction, encoder: Encoder, matters: Encoder) -> tuple[str, str]:
    """Return how themes are found, and what they are found of; the matters of many moments are not asked for."""
    way = f"{_METHOD}/{encoder.name}" + (f"/{matters.name}" if _are_few(tx) else "")
    return way, f"{way}/{tx.phrases.change_number()}/{_counted_by(tx)}"


def _are_few(tx: Transaction) -> bool:
    return tx.moments.count(_THEMED) <= FEW_ROWS


def _compared(store: Store, encoder: Encoder) -> list[str]:
    """Return the texts by whose matter few moments are compared; of many, none."""
    with store.read() as tx:
        moments = tx.moments.select(_THEMED) if _are_few(tx) else []
        return [*(moment.quote for moment in moments), *(turn.text for turn in turns_around(tx, encoder, moments))]


def _has_changed_much(fit: Mapping[str, Any], held: _Held) -> bool:
    then, now = set(fit["moments"]), {moment.id for moment in held.moments}
    return len(then ^ now) >= _ENOUGH_NEW * len(then)


def _held(tx: Transaction, encoder: Encoder, by_matter: Encoder) -> _Held:
    moments = [moment for moment in tx.moments.select(_THEMED) if moment.state != "withdrawn"]
    moments.sort(key=lambda moment: moment.id)
    matrix, found = np.empty((len(moments), encoder.dim), np.float32), np.zeros(len(moments), bool)
    for start in range(0, len(moments), _HASHES_AT_ONCE):
        hashes = [text_hash(moment.quote) for moment in moments[start : start + _HASHES_AT_ONCE]]
        vectors = tx.vectors.of_hashes(encoder.name, hashes)
        for row, name in enumerate(hashes, start):
            if name in vectors:
                matrix[row], found[row] = vectors[name], True
    if not found.all():
        moments, matrix = [moments[row] for row in np.flatnonzero(found)], matrix[found]
    hints, held_encoder = None, HeldEncoder(tx, encoder)
    if _are_few(tx):
        around, by_matter_around = (talk_around(tx, encoder, one, moments) for one in (held_encoder, by_matter))
        hints = Hints(by_matter.encode([moment.quote for moment in moments]), around, by_matter_around)
    return _Held(moments, matrix, hints, deals_by_call(tx))


def _joined(themes: Sequence[Theme], held: _Held, previous: Mapping[str, Sequence[str]]) -> ThemeSet:
    """Return the themes as they are with the new moments that are near to them, named as before."""
    theme_of = {name: place for place, theme in enumerate(themes) for name in previous[theme.id]}
    numbers = np.array([theme_of.get(moment.id, -1) for moment in held.moments], np.int64)
    seen = SeenMoments(held.moments, held.vectors, held.hints)
    likeness = seen.likeness()
    if likeness is not None:
        numbers = join_alike(likeness, numbers)
    else:
        old, new = np.flatnonzero(numbers >= 0), np.flatnonzero(numbers < 0)
        asked = old[:: max(1, len(old) // _MOST_ASKED)]
        numbers[new] = join(seen[new], seen[asked], numbers[asked], min_cosine=_MIN_COSINE, sure_share=_SURE_SHARE)
    rows_of = [np.flatnonzero(numbers == place).tolist() for place in range(len(themes))]
    alive = [place for place, rows in enumerate(rows_of) if rows]
    found = []
    for place, rows in zip(alive, cover(seen, [rows_of[place] for place in alive]), strict=True):
        theme = themes[place]
        now, members = describe(theme.id, rows, held.moments, held.vectors, held.deals, terms=theme.terms)
        kept = {name: getattr(theme, name) for name in ("label", "broad", "broad_label", "stability", "at")}
        found.append((replace(now, **kept), members))
    return theme_set(found, len(held.moments))


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
