"""What collateral does not answer, with the evidence of both sides."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import ClassVar, Literal

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from api.desk import DeskDep
from api.filters import WhereDep
from api.gap_words import STATUS_WORDS
from api.narrowing import gaps_within
from api.pages.choices import CallChoices, call_choices
from api.pages.page import Page, answer
from pipeline.collateral.records import Gap, GapStatus
from pipeline.confidence import Chosen, worth_showing
from pipeline.records import Call

router = APIRouter()
_QUOTES_SHOWN = 3


@dataclass(frozen=True, kw_only=True)
class GapsPage(Page):
    """The gaps, the most urgent first."""

    template: ClassVar[str] = "gaps.html"
    room: ClassVar[str] = "gaps"

    gaps: list[Gap]
    quotes: dict[str, Chosen]
    """Of each theme, by its id, the quotes worth showing and the less sure ones."""
    n_quotes: int
    """How many quotes of each are shown."""
    tally: list[tuple[str, str, int]]
    """Status, its words, and how many themes have it."""
    status: str
    is_busy: bool
    """Whether the comparison is still going on."""
    n_calls: int
    n_documents: int
    calls: dict[str, Call]
    choices: CallChoices


@router.get("/gaps")
def show(desk: DeskDep, where: WhereDep, status: GapStatus | Literal[""] = "") -> HTMLResponse:
    """Show the gaps."""
    with desk.toolkit.store.read() as tx:
        found = desk.gaps.soon(tx)
        gaps = gaps_within(tx, found or (), where)
        calls = {call.id: call for call in tx.calls.all()}
        n_calls, n_documents = len(tx.calls.ids(where)), len(tx.collateral.all())
    counts = Counter(gap.status for gap in gaps)
    page = GapsPage(
        gaps=[gap for gap in gaps if status in ("", gap.status)],
        quotes={gap.theme: worth_showing(gap.moments) for gap in gaps},
        n_quotes=_QUOTES_SHOWN,
        tally=[(name, words, counts[name]) for name, words in STATUS_WORDS.items() if counts[name]],  # type: ignore[index]
        status=status,
        is_busy=found is None,
        n_calls=n_calls,
        n_documents=n_documents,
        calls=calls,
        choices=call_choices(calls.values(), where),
    )
    return answer(page)
