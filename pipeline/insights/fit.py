"""Fit, as feedback on whom marketing brings in: which kinds of customers say "not for us", and which close."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.insights.gap_weight import deal_of
from pipeline.insights.theme_trends import Share, wilson
from pipeline.records import Call, Moment, PhraseFilter
from pipeline.store.session import Transaction

FIELDS: Final = ("segment", "industry", "lead_source", "campaign", "product")
"""Fields by which customers are brought in; `lead_source` and `campaign` where metadata have them."""
_NOT_FOR_US: Final = ("need", "brushoff")
"""Categories of objections that say so: no need of it, or no wish to hear of it."""
_CLOSED: Final = ("won", "lost", "no_decision")


@dataclass(frozen=True, slots=True)
class Fit:
    """The customers of one value of a field; accounts and deals count once each."""

    field: str
    value: str
    n_calls: int
    n_accounts: int
    not_for_us: Share
    """Accounts that say so, of all of the value."""
    won: Share
    """Deals won, of those that are closed."""
    n_lost: int
    n_no_decision: int
    quotes: tuple[Moment, ...]
    """Of those that say "not for us", one of each account, the surest first."""


def read_fit(tx: Transaction, calls: Collection[Call]) -> list[Fit]:
    """Return how customers fit by each value of `FIELDS`, within some calls; the values of most accounts first."""
    wanted = PhraseFilter(kinds=("objection",), categories=_NOT_FOR_US, roles=("customer", "unknown"), min_score=0.55)
    said: dict[str, list[Moment]] = defaultdict(list)
    for moment in tx.moments.select(wanted):
        if moment.state != "withdrawn" and moment.factuality in ("asserted", "solicited"):
            said[moment.call].append(moment)
    found = []
    for field in FIELDS:
        of_value: dict[str, list[Call]] = defaultdict(list)
        for call in calls:
            if call.metadata.get(field):
                of_value[str(call.metadata[field])].append(call)
        rows = [_fit(field, value, members, said) for value, members in of_value.items()]
        found += sorted(rows, key=lambda one: (-one.n_accounts, one.value))
    return found


def _fit(field: str, value: str, calls: Sequence[Call], said: Mapping[str, Sequence[Moment]]) -> Fit:
    accounts = {_account(call) for call in calls}
    saying: dict[str, Moment] = {}
    for call in calls:
        for moment in said.get(call.id, ()):
            held = saying.get(_account(call))
            if held is None or (moment.score, held.id) > (held.score, moment.id):
                saying[_account(call)] = moment
    ends = _ends(calls)
    closed = [end for end in ends.values() if end in _CLOSED]
    return Fit(
        field=field,
        value=value,
        n_calls=len(calls),
        n_accounts=len(accounts),
        not_for_us=wilson(len(saying), len(accounts)),
        won=wilson(closed.count("won"), len(closed)),
        n_lost=closed.count("lost"),
        n_no_decision=closed.count("no_decision"),
        quotes=tuple(sorted(saying.values(), key=lambda moment: (-moment.score, moment.id))),
    )


def _account(call: Call) -> str:
    return str(call.metadata.get("account") or call.id)


def _ends(calls: Sequence[Call]) -> dict[str, str]:
    """Return how each deal stands: what its latest call says."""
    dated = sorted(calls, key=lambda call: (str(call.metadata.get("recorded_at") or ""), call.id))
    return {deal_of(call): str(call.metadata["outcome"]) for call in dated if call.metadata.get("outcome")}
