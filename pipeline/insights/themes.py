"""What customers keep saying: moments in, themes out, with ids that survive a new reading of the same corpus."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from models.protocols import Encoder
from pipeline.insights.clusters import Clusters, find_clusters
from pipeline.insights.communities import Numbers, Vectors
from pipeline.insights.theme_coverage import cover
from pipeline.insights.theme_labels import label_of, name_themes
from pipeline.insights.theme_map import Place, place_themes
from pipeline.insights.theme_stability import stabilities
from pipeline.insights.theme_vectors import Hints, SeenMoments
from pipeline.records import Moment, Theme, text_hash

_MIN_SHARED = 0.3
"""A new theme takes an old one's id when they share this much of their members (Jaccard)."""


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


@dataclass(frozen=True, slots=True)
class Earlier:
    """The themes of before: their moments' ids by their own, those that stay whole, and where they lie on the map."""

    members: Mapping[str, Sequence[str]] = field(default_factory=dict)
    kept: Collection[str] = ()
    places: Mapping[str, Place] = field(default_factory=dict)
    is_start: bool = True
    """Whether the search starts from them: not where they were found in another way."""


def find_themes(
    moments: Sequence[Moment],
    vectors: Vectors,
    deals: Mapping[str, str],
    *,
    encoder: Encoder,
    hints: Hints | None = None,
    earlier: Earlier | None = None,
) -> ThemeSet:
    """Return the themes of `moments` with their quotes' unit `vectors`, shape (n, dim).

    By `hints` few moments are compared too. `deals` maps a call to its deal; `encoder`, the one that made the vectors,
    helps to name themes. A theme has at least two moments, of at least two calls where the corpus has several. Of more
    than two thousand moments at most a tenth is in none, but for what is like no theme; of fewer, none is in a theme
    that it is unlike. A theme that is found again keeps the id that it had `earlier`. The order of the moments changes
    nothing.
    """
    order = sorted(range(len(moments)), key=lambda row: moments[row].id)
    if order != list(range(len(moments))):
        moments, vectors = [moments[row] for row in order], vectors[order]
        hints = hints and hints.of(order)
    seen = SeenMoments(moments, vectors, hints)
    before = earlier or Earlier()
    start = _numbers(moments, before.members) if before.members and before.is_start else None
    clusters = find_clusters(seen, earlier=start, likeness=seen.likeness())
    stays = {theme: ids for theme, ids in before.members.items() if theme in before.kept}
    numbers, own_ids = _keep(clusters.of_row, moments, stays)
    groups = _groups(numbers, moments, own_ids)
    rows_of = [_typical_first(rows, vectors) for rows in cover(seen, list(groups.values()))]
    ids = _ids(rows_of, moments, before.members, [own_ids.get(number) for number in groups])
    centres = _centres(rows_of, vectors)
    names = name_themes([[_said(moments[row]) for row in rows] for rows in rows_of], centres, encoder)
    broad = _broad_themes(rows_of, ids, clusters, centres, [name[0] if name else "" for name in names])
    steady = stabilities(clusters, rows_of, len(moments))
    laid = place_themes(ids, centres, before.places)
    found = [
        describe(theme_id, rows, moments, vectors, deals, terms=terms)
        for theme_id, rows, terms in zip(ids, rows_of, names, strict=True)
    ]
    whole = [
        (
            replace(theme, broad=part[0], broad_label=part[1], stability=stability, at=laid[theme.id]),
            members,
        )
        for (theme, members), part, stability in zip(found, broad, steady, strict=True)
    ]
    return theme_set(whole, len(moments))


def theme_set(found: Iterable[tuple[Theme, tuple[str, ...]]], n_moments: int) -> ThemeSet:
    """Return themes with their members as a set, those of most calls first."""
    ordered = sorted(found, key=lambda pair: (-pair[0].n_calls, -pair[0].n_moments, pair[0].id))
    return ThemeSet(tuple(theme for theme, _ in ordered), {theme.id: ids for theme, ids in ordered}, n_moments)


def _numbers(moments: Sequence[Moment], previous: Mapping[str, Sequence[str]]) -> Numbers:
    """Return the place of each moment's earlier theme among them, -1 for those in none."""
    theme_of = {name: place for place, theme in enumerate(sorted(previous)) for name in previous[theme]}
    return np.array([theme_of.get(moment.id, -1) for moment in moments], np.int64)


def _said(moment: Moment) -> tuple[str, str]:
    return moment.quote, moment.account or moment.call


def _keep(
    numbers: Numbers, moments: Sequence[Moment], stays: Mapping[str, Sequence[str]]
) -> tuple[Numbers, dict[int, str]]:
    """Give themes that stay a cluster each, with the rest of a cluster of which they make more than half."""
    numbers, place = numbers.copy(), {moment.id: row for row, moment in enumerate(moments)}
    found, own_ids = numbers.copy(), {}
    for new, (theme, ids) in enumerate(sorted(stays.items()), start=int(numbers.max(initial=-1)) + 1):
        rows = np.array([place[name] for name in ids if name in place], np.int64)
        if not len(rows):
            continue
        for number, n_own in zip(*np.unique(found[rows], return_counts=True), strict=True):
            cluster = np.flatnonzero(found == number)
            if number >= 0 and n_own * 2 > len(cluster):
                numbers[cluster] = new
        numbers[rows] = new
        own_ids[new] = theme
    return numbers, own_ids


def _broad_themes(
    groups: Sequence[Sequence[int]], ids: Sequence[str], clusters: Clusters, centres: Vectors, labels: Sequence[str]
) -> list[tuple[str, str]]:
    """Return the id and the label of each group's broad theme: those of its group that is nearest to the whole."""
    numbers = [int(np.bincount(clusters.of_row[rows] + 1).argmax()) - 1 for rows in groups]
    broad = [int(clusters.broad_of[number]) if number >= 0 else -1 - place for place, number in enumerate(numbers)]
    named: dict[int, tuple[str, str]] = {}
    for number in set(broad):
        places = [place for place, one in enumerate(broad) if one == number]
        middle = np.average(centres[places], axis=0, weights=[len(groups[place]) for place in places])
        nearest = max(places, key=lambda place: (float(centres[place] @ middle), ids[place]))
        named[number] = ids[nearest], labels[nearest]
    return [named[number] for number in broad]


def _centres(groups: Sequence[Sequence[int]], vectors: Vectors) -> Vectors:
    means = [vectors[rows].mean(axis=0) for rows in groups]
    return np.array(means, dtype=np.float32).reshape(len(groups), vectors.shape[1])


def _typical_first(rows: Sequence[int], vectors: Vectors) -> list[int]:
    held = vectors[np.asarray(rows, np.int64)]
    return [rows[place] for place in np.argsort(-(held @ held.mean(axis=0)), kind="stable")]


def _groups(numbers: Numbers, moments: Sequence[Moment], own_ids: Mapping[int, str]) -> dict[int, list[int]]:
    rows_of: dict[int, list[int]] = defaultdict(list)
    for row, number in enumerate(numbers.tolist()):
        if number >= 0:
            rows_of[number].append(row)
    min_calls = min(2, len({moment.call for moment in moments}))
    return {
        number: rows
        for number, rows in sorted(rows_of.items())
        if number in own_ids or (len(rows) >= 2 and len({moments[row].call for row in rows}) >= min_calls)
    }


def _inherited_ids(
    groups: Sequence[Sequence[int]],
    moments: Sequence[Moment],
    previous: Mapping[str, Sequence[str]],
    own: Sequence[str | None],
) -> dict[int, str]:
    """Give each group its own id, or at most one old id, the pairs that share most first."""
    theme_of = {name: theme for theme, ids in previous.items() for name in ids}
    pairs = []
    for number, rows in enumerate(groups):
        shared = Counter(theme_of[moments[row].id] for row in rows if moments[row].id in theme_of)
        for theme, n_shared in shared.items():
            share = n_shared / (len(rows) + len(previous[theme]) - n_shared)
            if share >= _MIN_SHARED:
                pairs.append((-share, theme, number))
    taken = {number: theme for number, theme in enumerate(own) if theme is not None}
    for _, theme, number in sorted(pairs):
        if number not in taken and theme not in taken.values():
            taken[number] = theme
    return taken


def _ids(
    groups: Sequence[Sequence[int]],
    moments: Sequence[Moment],
    previous: Mapping[str, Sequence[str]],
    own: Sequence[str | None],
) -> list[str]:
    """Return an id for each group: its old one, or a new one that no theme has or had."""
    inherited = _inherited_ids(groups, moments, previous, own)
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


def describe(
    theme_id: str,
    rows: Sequence[int],
    moments: Sequence[Moment],
    vectors: Vectors,
    deals: Mapping[str, str],
    *,
    terms: Sequence[str],
) -> tuple[Theme, tuple[str, ...]]:
    """Return a theme of the moments in `rows`, counted and named, with their ids, the most typical first."""
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
