"""What goes over the wire about outcomes of deals: counts, differences with intervals, and what is behind them."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

from pipeline.insights.outcomes import FALSE_SHARE, Association, Contrast, Outcomes


class _Read(BaseModel):
    model_config = ConfigDict(from_attributes=True, frozen=True)


class DifferenceOut(_Read):
    """A difference of shares with its 95 % interval."""

    value: float
    low: float
    high: float


class AdjustedOut(_Read):
    """The difference within strata (Mantel and Haenszel, interval of Sato); null where no stratum tells."""

    by: str
    difference: DifferenceOut | None
    n_strata: int


class ContrastOut(_Read):
    """One outcome: so many of the deals with the factor ended so, and so many of those without (Newcombe's interval).

    `false_share` is the p-value after Benjamini and Hochberg; at most 0.05 is said to be associated.
    """

    outcome: str
    n_with: int
    n_without: int
    difference: DifferenceOut | None
    adjusted: list[AdjustedOut]
    p_value: float | None
    false_share: float | None
    is_associated: bool
    words: str


class DealOut(BaseModel):
    """A closed deal that has the factor: its calls and the moments that show it."""

    id: str
    kind: str
    outcome: str | None
    calls: list[str]
    moments: list[str]


class AssociationOut(BaseModel):
    """A theme, or a way of answering, beside the outcomes of closed deals."""

    factor: str
    label: str
    n_with: int
    n_without: int
    contrasts: list[ContrastOut]
    deals: list[DealOut]


class OutcomesOut(BaseModel):
    """Outcomes by theme or by answer; `kinds` says how many units are deals, accounts or single calls."""

    by: str
    deals: int
    ended: dict[str, int]
    open: int
    unknown: int
    kinds: dict[str, int]
    false_discovery_rate: float = FALSE_SHARE
    associations: list[AssociationOut]


def outcomes_out(found: Outcomes) -> OutcomesOut:
    """Return a reading as it goes over the wire."""
    return OutcomesOut(
        by=found.by,
        deals=found.n_deals,
        ended=dict(found.ended),
        open=found.n_open,
        unknown=found.n_unknown,
        kinds=dict(found.kinds),
        associations=[_association(one) for one in found.associations],
    )


def _association(one: Association) -> AssociationOut:
    return AssociationOut(
        factor=one.factor,
        label=one.label,
        n_with=one.n_with,
        n_without=one.n_without,
        contrasts=[_contrast(one, contrast) for contrast in one.contrasts],
        deals=[
            DealOut(
                id=shown.deal.id,
                kind=shown.deal.kind,
                outcome=shown.deal.outcome,
                calls=list(shown.deal.calls),
                moments=list(shown.moments),
            )
            for shown in one.deals
        ],
    )


def _contrast(one: Association, contrast: Contrast) -> ContrastOut:
    from api.outcome_words import contrast_words

    held: dict[str, Any] = {
        name: getattr(contrast, name)
        for name in ("outcome", "n_with", "n_without", "difference", "p_value", "false_share", "is_associated")
    }
    adjusted = [AdjustedOut.model_validate(by) for by in contrast.adjusted]
    return ContrastOut.model_validate(held | {"adjusted": adjusted, "words": contrast_words(one, contrast)})
