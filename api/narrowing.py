"""Themes and gaps as the calls with certain metadata show them: counted over those calls alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from api.filters import Where
from pipeline.collateral.records import Gap
from pipeline.records import Theme
from pipeline.store.session import Transaction


def themes_within(tx: Transaction, where: Where, *, most: int | None = None) -> list[Theme]:
    """Return the themes that the chosen calls speak of, those of most calls first, and of them the first `most`."""
    if not where:
        return tx.themes.all(most=most)
    counts = tx.themes.counts_within(where)
    found = [
        replace(theme, n_moments=of.moments, n_calls=of.calls, n_accounts=of.accounts, n_deals=of.deals)
        for theme in tx.themes.all()
        if (of := counts.get(theme.id)) is not None
    ]
    return sorted(found, key=lambda theme: (-theme.n_calls, -theme.n_moments, theme.id))[:most]


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
