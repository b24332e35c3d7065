"""From the words of an address to filters; `where.<field>=value` means the calls whose metadata say so.

What FastAPI calls here is `async` though it waits for nothing: the way to another thread and back takes longer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Annotated, Literal

from fastapi import Depends, Query, Request
from pydantic import BeforeValidator

from pipeline.confidence import Band
from pipeline.insights.search import phrase_filter
from pipeline.records import PhraseFilter

WHERE = "where."

Where = Mapping[str, tuple[str, ...]]


def _none_if_blank(value: object) -> object:
    return value or None


Day = Annotated[date | None, BeforeValidator(_none_if_blank)]
Words = Annotated[list[str], Query(default_factory=list)]
Confidence = Annotated[
    Band | Literal[""],
    Query(description="Only moments this sure or surer: sure, likely or possible; possible leaves nothing out."),
]


async def where_of(request: Request) -> Where:
    """Return the accepted values of each metadata field that the address names; blank ones mean any."""
    where: dict[str, tuple[str, ...]] = {}
    for name, value in request.query_params.multi_items():
        if name.startswith(WHERE) and len(name) > len(WHERE) and value.strip():
            field = name.removeprefix(WHERE)
            where[field] = (*where.get(field, ()), value.strip())
    return where


WhereDep = Annotated[Where, Depends(where_of)]


def _filled(words: list[str]) -> tuple[str, ...]:
    return tuple(word for word in words if word)


async def _search_filter(  # noqa: PLR0913  one per word of the address
    where: WhereDep,
    kind: Words,
    category: Words,
    state: Words,
    theme: Words,
    call: Words,
    role: str = "customer",
    since: Day = None,
    until: Day = None,
    confidence: Confidence = "",
) -> PhraseFilter:
    return phrase_filter(
        kinds=_filled(kind),
        categories=_filled(category),
        role=role or "customer",
        where=where,
        since=since.isoformat() if since else None,
        until=until.isoformat() if until else None,
        confidence=confidence,
        states=_filled(state),
        themes=_filled(theme),
        calls=_filled(call),
    )


SearchFilter = Annotated[PhraseFilter, Depends(_search_filter)]


async def _moment_filter(  # noqa: PLR0913  one per word of the address
    where: WhereDep,
    kind: Words,
    category: Words,
    state: Words,
    theme: Words,
    call: Words,
    role: str = "any",
    since: Day = None,
    until: Day = None,
    min_score: Annotated[float, Query(ge=0, le=1)] = 0.0,
    confidence: Confidence = "",
) -> PhraseFilter:
    held = role or "any"
    common = await _search_filter(where, kind, category, state, theme, call, held, since, until, confidence)
    return replace(common, min_score=max(min_score, common.min_score), moments_only=True)


MomentFilter = Annotated[PhraseFilter, Depends(_moment_filter)]
