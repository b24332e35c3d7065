"""What customers keep saying: moments in, themes out, with ids that survive a new reading of the same corpus."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.protocols import Encoder
from pipeline.insights.clusters import find_clusters
from pipeline.insights.theme_labels import label_of, name_themes
from pipeline.records import CATEGORIES, Moment, Theme, text_hash

_CATEGORY_WEIGHT = 0.35
"""How far a shared category pulls two quotes together; labelled ones bear 0.5, but those found err at times."""
_MIN_SHARED = 0.3
"""A new theme takes an old one's id when they share this much of their members (Jaccard)."""

THEMED_KINDS = ("objection", "pain", "goal", "question")
"""Praise is kept out: it asks for no answer."""


@dataclass(frozen=True, slots=True)
class ThemeSet:
    """All themes of a corpus; `members` maps a theme's id to its moments' ids, the most typical first."""

    themes: tuple[Theme, ...]
    members: Mapping[str, tuple[str, ...]]
    n_moments: int

    @property
    def uncovered_share(self) -> float:
        """The share of moments in no theme."""
        covered = sum(len(ids) for ids in self.members.values())
        return 1 - covered / self.n_moments if self.n_moments else 0.0


def find_themes(
    moments: Sequence[Moment],
    vectors: npt.NDArray[np.float32],
    deals: Mapping[str, str],
    *,
    encoder: Encoder,
    previous: Mapping[str, Sequence[str]] | None = None,
) -> ThemeSet:
    """Return the themes of `moments` with their quotes' unit `vectors`, shape (n, dim).

    `deals` maps a call to its deal; `encoder`, the one that made the vectors, helps to name themes. A theme has at
    least two moments, of at least two calls where the corpus has several. `previous` (theme id to moment ids) lets a
    theme that is found again keep its id. The order of the moments changes nothing.
    """
    order = sorted(range(len(moments)), key=lambda row: moments[row].id)
    moments, vectors = [moments[row] for row in order], vectors[order]
    labels = find_clusters(_with_category(moments, vectors))
    groups = _groups(labels, moments)
    ids = _ids(groups, moments, previous or {})
    centres = np.array([vectors[rows].mean(axis=0) for rows in groups], dtype=np.float32).reshape(
        len(groups), vectors.shape[1]
    )
    phrases = name_themes([[moments[row].quote for row in rows] for rows in groups], centres, encoder)
    found = [
        _theme(theme_id, rows, moments, vectors, deals, terms)
        for theme_id, rows, terms in zip(ids, groups, phrases, strict=True)
    ]
    found.sort(key=lambda pair: (-pair[0].n_calls, -pair[0].n_moments, pair[0].id))
    return ThemeSet(tuple(theme for theme, _ in found), {theme.id: ids for theme, ids in found}, len(moments))


def _with_category(moments: Sequence[Moment], vectors: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    names = {name: place for place, name in enumerate(CATEGORIES)}
    categories = np.zeros((len(moments), len(names)), dtype=np.float32)
    for row, moment in enumerate(moments):
        if moment.category is not None:
            categories[row, names[moment.category]] = _CATEGORY_WEIGHT
    joined = np.hstack([vectors, categories])
    return np.asarray(joined / np.maximum(np.linalg.norm(joined, axis=1, keepdims=True), 1e-12), dtype=np.float32)


def _groups(labels: npt.NDArray[np.int64], moments: Sequence[Moment]) -> list[list[int]]:
    rows_of: dict[int, list[int]] = defaultdict(list)
    for row, label in enumerate(labels.tolist()):
        if label >= 0:
            rows_of[label].append(row)
    min_calls = min(2, len({moment.call for moment in moments}))
    return [
        rows
        for _, rows in sorted(rows_of.items())
        if len(rows) >= 2 and len({moments[row].call for row in rows}) >= min_calls
    ]


def _inherited_ids(
    groups: Sequence[Sequence[int]], moments: Sequence[Moment], previous: Mapping[str, Sequence[str]]
) -> dict[int, str]:
    """Give each group at most one old id, the pairs that share most first."""
    old_sets = {theme: set(ids) for theme, ids in previous.items()}
    pairs = []
    for number, rows in enumerate(groups):
        new = {moments[row].id for row in rows}
        for theme, old in old_sets.items():
            shared = len(new & old) / len(new | old)
            if shared >= _MIN_SHARED:
                pairs.append((-shared, theme, number))
    taken: dict[int, str] = {}
    for _, theme, number in sorted(pairs):
        if number not in taken and theme not in taken.values():
            taken[number] = theme
    return taken


def _ids(
    groups: Sequence[Sequence[int]], moments: Sequence[Moment], previous: Mapping[str, Sequence[str]]
) -> list[str]:
    """Return an id for each group: its old one, or a new one that no theme has or had."""
    inherited = _inherited_ids(groups, moments, previous)
    used = {*inherited.values(), *previous}
    ids = []
    for number, rows in enumerate(groups):
        theme_id, members = inherited.get(number), "\n".join(sorted(moments[row].id for row in rows))
        while theme_id is None or (number not in inherited and theme_id in used):
            members += "\n"
            theme_id = text_hash(members)[:10]
        used.add(theme_id)
        ids.append(theme_id)
    return ids


def _theme(
    theme_id: str,
    rows: Sequence[int],
    moments: Sequence[Moment],
    vectors: npt.NDArray[np.float32],
    deals: Mapping[str, str],
    terms: Sequence[str],
) -> tuple[Theme, tuple[str, ...]]:
    centre = vectors[rows].mean(axis=0)
    cosines = vectors[rows] @ (centre / max(float(np.linalg.norm(centre)), 1e-12))
    typical_first = [rows[place] for place in np.argsort(-cosines, kind="stable")]
    members = tuple(moments[row].id for row in typical_first)
    theme = Theme(
        id=theme_id,
        label=label_of(terms, moments[typical_first[0]].quote),
        terms=tuple(terms),
        medoid=members[0],
        n_moments=len(rows),
        n_calls=_distinct(moments[row].call for row in rows),
        n_accounts=_distinct(moments[row].account for row in rows),
        n_deals=_distinct(deals.get(moments[row].call) for row in rows),
        cohesion=float(cosines.mean()),
    )
    return theme, members


def _distinct(names: Iterable[str | None]) -> int:
    return len({name for name in names if name})
