"""Themes and gaps as the calls with certain metadata show them: counted over those calls alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import TypeAlias

from api.filters import Where
from pipeline.collateral.records import Gap
from pipeline.records import Theme
from pipeline.store.session import Transaction
from pipeline.store.themes import ThemeCounts

RankedThemes: TypeAlias = Mapping[str, ThemeCounts | None]
"""What themes count in the chosen calls, by id, in their order; None where all calls are chosen."""


def themes_within(tx: Transaction, where: Where, *, start: int = 0, most: int) -> tuple[list[Theme], int]:
    """Return `most` of the themes that the chosen calls speak of, from place `start` on, and how many there are."""
    if not where:
        return tx.themes.all(start=start, most=most), tx.themes.count()
    ranked = ranked_themes(tx, where)
    return read_themes(tx, ranked, islice(ranked, start, start + most)), len(ranked)


def ranked_themes(tx: Transaction, where: Where) -> RankedThemes:
    """Return the ids of the themes that the chosen calls speak of, those of most calls first."""
    if not where:
        return dict.fromkeys(tx.themes.ids())
    counts = tx.themes.counts_within(where).items()
    return dict(sorted(counts, key=lambda pair: (-pair[1].calls, -pair[1].moments, pair[0])))


def read_themes(tx: Transaction, ranked: RankedThemes, ids: Iterable[str]) -> list[Theme]:
    """Return the themes of some of the ranked ids, in the order given, with what they count in the chosen calls."""
    chosen = list(ids)
    held = tx.themes.by_ids(chosen)
    return [_counted(held[name], ranked[name]) for name in chosen]


def _counted(theme: Theme, of: ThemeCounts | None) -> Theme:
    if of is None:
        return theme
    return replace(theme, n_moments=of.moments, n_calls=of.calls, n_accounts=of.accounts, n_deals=of.deals)


def gaps_within(tx: Transaction, gaps: Sequence[Gap], where: Where) -> list[Gap]:
    """Return the gaps that the chosen calls speak of, with their moments, in the order given."""
    if not where:
        return list(gaps)
    chosen = set(tx.calls.ids(where))
    narrowed = []
    for gap in gaps:
        moments = tuple(moment for moment in gap.moments if moment.call in chosen)
        if moments:
            calls, accounts = {moment.call for moment in moments}, {moment.account for moment in moments} - {None}
            narrowed.append(replace(gap, moments=moments, calls=len(calls), accounts=len(accounts)))
    return narrowed
