"""Themes and gaps as the calls with certain metadata show them: counted over those calls alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from api.filters import Where
from pipeline.collateral.records import Gap
from pipeline.insights.theme_reading import deals_by_call
from pipeline.records import Moment, PhraseFilter, Theme
from pipeline.store.session import Transaction


def themes_within(tx: Transaction, where: Where) -> list[Theme]:
    """Return the themes that the chosen calls speak of, those of most calls first."""
    if not where:
        return tx.themes.all()
    said: dict[str, list[Moment]] = defaultdict(list)
    for moment in tx.moments.select(PhraseFilter(where=where, moments_only=True)):
        if moment.theme:
            said[moment.theme].append(moment)
    deals = deals_by_call(tx)
    found = [
        replace(
            theme,
            n_moments=len(said[theme.id]),
            n_calls=len({moment.call for moment in said[theme.id]}),
            n_accounts=len({moment.account for moment in said[theme.id]} - {None}),
            n_deals=len({deals[moment.call] for moment in said[theme.id] if moment.call in deals}),
        )
        for theme in tx.themes.all()
        if theme.id in said
    ]
    return sorted(found, key=lambda theme: (-theme.n_calls, -theme.n_moments, theme.id))


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
