"""What goes with winning, losing and no decision: themes that a deal raised, and how its reps replied.

Nothing here says that one causes the other: a deal that is lost for another reason may raise the theme as well.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from pipeline.insights.handling import Handling
from pipeline.insights.outcome_deals import CLOSED, Deal, read_deals
from pipeline.insights.outcome_statistics import (
    Difference,
    Table,
    benjamini_hochberg,
    cochran,
    mantel_haenszel,
    newcombe,
)
from pipeline.records import Moment, PhraseFilter
from pipeline.store.session import Transaction

FALSE_SHARE: Final = 0.05
"""Of what is said to be associated, at most this share is not, on the average."""
FIELDS: Final = ("stage", "segment", "size")
_DEALS_PER_BAND: Final = 15
_MOST_BANDS: Final = 5


@dataclass(frozen=True, slots=True)
class Factor:
    """Something that deals have or have not. `moments` are what shows it, by deal; `among` is None for all deals."""

    id: str
    label: str
    moments: Mapping[str, tuple[str, ...]]
    among: frozenset[str] | None = None
    exposure: Mapping[str, int] | None = None
    """How often a deal could have shown it; None for how much was said."""


@dataclass(frozen=True, slots=True)
class Adjusted:
    """The difference within the strata of something that may stand behind both."""

    by: str
    difference: Difference | None
    """None where no stratum holds deals of both groups."""
    n_strata: int
    """Strata that hold deals of both groups."""


@dataclass(frozen=True, slots=True)
class Contrast:
    """One outcome: how many deals that have the factor ended so, beside those that have it not."""

    outcome: str
    n_with: int
    n_without: int
    difference: Difference | None
    """Newcombe's interval; None where one group is empty."""
    adjusted: tuple[Adjusted, ...]
    p_value: float | None
    """The largest of the tests within strata: of exposure alone, and of exposure and each field."""
    false_share: float | None
    is_associated: bool


@dataclass(frozen=True, slots=True)
class DealShown:
    """A closed deal that has the factor, with the moments that show it."""

    deal: Deal
    moments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Association:
    """A factor beside the outcomes of deals."""

    factor: str
    label: str
    n_with: int
    n_without: int
    """Closed deals that have the factor, and those that have it not."""
    contrasts: tuple[Contrast, ...]
    """Won, lost, no decision."""
    deals: tuple[DealShown, ...]


@dataclass(frozen=True, slots=True)
class Outcomes:
    """All associations, the strongest first, and which deals they were counted over."""

    by: str
    n_deals: int
    ended: Mapping[str, int]
    """Closed deals by outcome."""
    n_open: int
    n_unknown: int
    """Deals whose calls say no outcome."""
    kinds: Mapping[str, int]
    """How many of the closed are deals, accounts and single calls."""
    associations: tuple[Association, ...]


def read_outcomes(tx: Transaction, handlings: Mapping[str, Handling] | None = None) -> Outcomes:
    """Return how deals ended by theme, or by answer where `handlings` are given; withdrawn quotes show nothing."""
    deals = read_deals(tx)
    of_call = {call: deal.id for deal in deals for call in deal.calls}
    if handlings is None:
        return _outcomes("theme", deals, _themes(tx, of_call))
    shown = {name: one for name, one in handlings.items() if one.objection.state != "withdrawn"}
    return _outcomes("answer", deals, _answers(shown, of_call))


def _outcomes(by: str, deals: Sequence[Deal], factors: Sequence[Factor]) -> Outcomes:
    closed = [deal for deal in deals if deal.outcome in CLOSED]
    return Outcomes(
        by=by,
        n_deals=len(deals),
        ended={outcome: sum(deal.outcome == outcome for deal in closed) for outcome in CLOSED},
        n_open=sum(deal.outcome is not None for deal in deals) - len(closed),
        n_unknown=sum(deal.outcome is None for deal in deals),
        kinds=dict(Counter(deal.kind for deal in closed)),
        associations=tuple(associate(closed, factors)),
    )


def _themes(tx: Transaction, of_call: Mapping[str, str]) -> list[Factor]:
    raised: dict[str, list[Moment]] = defaultdict(list)
    for moment in tx.moments.select(PhraseFilter(moments_only=True)):
        if moment.theme and moment.state != "withdrawn":
            raised[moment.theme].append(moment)
    return [Factor(theme.id, theme.label, _by_deal(raised[theme.id], of_call)) for theme in tx.themes.all()]


_ANSWERS: Final[tuple[tuple[str, str, Callable[[Handling], bool]], ...]] = (
    ("explored", "The rep asked an open question back", lambda one: one.explored is not None),
    ("answered", "The rep’s reply spoke to the objection", lambda one: one.is_answered),
    ("not_answered", "The rep replied past the objection", lambda one: bool(one.exchange) and not one.is_answered),
    ("no_reply", "No rep replied", lambda one: one.exchange is None),
    ("accepted", "The customer accepted the answer", lambda one: one.is_answered and one.reaction == "accepted"),
    ("came_back", "The objection came back in the same call", lambda one: one.came_back is not None),
)


def _answers(handlings: Mapping[str, Handling], of_call: Mapping[str, str]) -> list[Factor]:
    objected = Counter(of_call[one.objection.call] for one in handlings.values())
    return [
        Factor(
            name,
            label,
            _by_deal([one.objection for one in handlings.values() if has(one)], of_call),
            among=frozenset(objected),
            exposure=objected,
        )
        for name, label, has in _ANSWERS
    ]


def _by_deal(moments: Sequence[Moment], of_call: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for moment in moments:
        found[of_call[moment.call]].append(moment.id)
    return {deal: tuple(ids) for deal, ids in found.items()}


def associate(deals: Sequence[Deal], factors: Sequence[Factor]) -> list[Association]:
    """Return each factor beside the outcomes of closed deals, those that are most surely associated first.

    The tests are of all factors and outcomes at once (Benjamini and Hochberg).
    """
    found = [_association(deals, factor) for factor in factors]
    p_values = [contrast.p_value for one in found for contrast in one.contrasts]
    shares = iter(benjamini_hochberg(p_values))
    told = [replace(one, contrasts=tuple(_told(contrast, next(shares)) for contrast in one.contrasts)) for one in found]
    return sorted(told, key=lambda one: (_surest(one), -one.n_with, one.factor))


def _told(contrast: Contrast, share: float | None) -> Contrast:
    return replace(contrast, false_share=share, is_associated=share is not None and share <= FALSE_SHARE)


def _surest(one: Association) -> float:
    return min((contrast.p_value for contrast in one.contrasts if contrast.p_value is not None), default=2.0)


def _association(deals: Sequence[Deal], factor: Factor) -> Association:
    asked = [deal for deal in deals if factor.among is None or deal.id in factor.among]
    has = [deal for deal in asked if factor.moments.get(deal.id)]
    return Association(
        factor=factor.id,
        label=factor.label,
        n_with=len(has),
        n_without=len(asked) - len(has),
        contrasts=tuple(_contrast(asked, factor, outcome) for outcome in CLOSED),
        deals=tuple(DealShown(deal, factor.moments[deal.id]) for deal in has),
    )


def _contrast(deals: Sequence[Deal], factor: Factor, outcome: str) -> Contrast:
    whole = _table(deals, factor, outcome)
    exposed = exposure_bands(deals, factor.exposure)
    ways: list[tuple[str, Callable[[Deal], object]]] = [("exposure", lambda deal: exposed[deal.id])]
    ways += [(field, lambda deal, field=field: getattr(deal, field)) for field in FIELDS if _tells(deals, field)]  # type: ignore[misc]
    tests = [cochran(_strata(deals, factor, outcome, ways[0][1]))]
    for _, of in ways[1:]:
        both = {deal.id: (exposed[deal.id], of(deal)) for deal in deals}
        tests.append(cochran(_strata(deals, factor, outcome, lambda deal, both=both: both[deal.id])))  # type: ignore[misc]
    made = [p for p in tests if p is not None]
    return Contrast(
        outcome=outcome,
        n_with=whole.with_won,
        n_without=whole.without_won,
        difference=newcombe(whole),
        adjusted=tuple(_adjusted(name, _strata(deals, factor, outcome, of)) for name, of in ways),
        p_value=max(made) if tests[0] is not None else None,
        false_share=None,
        is_associated=False,
    )


def _tells(deals: Sequence[Deal], field: str) -> bool:
    return len({getattr(deal, field) for deal in deals} - {None}) > 1


def _adjusted(name: str, strata: Sequence[Table]) -> Adjusted:
    return Adjusted(name, mantel_haenszel(strata), sum(table.tells for table in strata))


def exposure_bands(deals: Sequence[Deal], exposure: Mapping[str, int] | None = None) -> dict[str, int]:
    """Return for each deal which of up to five equal bands its exposure is in: at least 15 deals a band."""
    of = {deal.id: deal.exposure if exposure is None else exposure.get(deal.id, 0) for deal in deals}
    n_bands = max(1, min(_MOST_BANDS, len(deals) // _DEALS_PER_BAND))
    ordered = sorted(of.values())
    cuts = [ordered[len(ordered) * band // n_bands] for band in range(1, n_bands)] if ordered else []
    return {deal: sum(amount >= cut for cut in cuts) for deal, amount in of.items()}


def _strata(deals: Sequence[Deal], factor: Factor, outcome: str, of: Callable[[Deal], object]) -> list[Table]:
    gathered: dict[object, list[Deal]] = defaultdict(list)
    for deal in deals:
        gathered[of(deal)].append(deal)
    return [_table(some, factor, outcome) for some in gathered.values()]


def _table(deals: Sequence[Deal], factor: Factor, outcome: str) -> Table:
    counts = Counter((bool(factor.moments.get(deal.id)), deal.outcome == outcome) for deal in deals)
    with_won, without_won = counts[True, True], counts[False, True]
    return Table(with_won, with_won + counts[True, False], without_won, without_won + counts[False, False])
