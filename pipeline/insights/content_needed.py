"""What kind of content would close a gap, with the customers' own words as its brief."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.collateral.records import Gap
from pipeline.confidence import worth_showing
from pipeline.gap_work import GapWork
from pipeline.insights.guides import spread
from pipeline.records import Moment

_BRIEF_QUOTES: Final = 5


@dataclass(frozen=True, slots=True)
class Content:
    """Something to write: what it is called, what it must do, and for whom."""

    kind: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Brief:
    """What to write, and the words that it must answer, spread over accounts."""

    content: Content
    quotes: tuple[Moment, ...]


_GUIDE = Content(
    "Guide for reps",
    "The answer is there, but reps do not bring it up: put it where they look, for this moment of the call.",
)
_REWORD = Content(
    "The same answer in customers’ words",
    "The answer is there, in words that no customer uses: say it again in theirs.",
)
_AGAIN = Content(
    "Guide for reps",
    "An answer was published, and customers still ask: bring it to them before they do, or answer more exactly.",
)
_BY_CATEGORY: Final[Mapping[str, Content]] = {
    "price": Content(
        "Return-on-investment evidence",
        "What it saved a customer like them, in money and months, against what it costs.",
    ),
    "timing": Content(
        "Case for acting now",
        "What waiting costs them, and how little has to happen first.",
    ),
    "authority": Content(
        "One page for the decision-maker",
        "What their champion can forward: the problem, the gain, the risk, the price.",
    ),
    "need": Content(
        "Use case for their segment",
        "Why a business like theirs has this problem, and what changes.",
    ),
    "competitor": Content(
        "Comparison",
        "Their other option beside ours, point by point, with where it is the better one.",
    ),
    "trust": Content(
        "Case study with a reference",
        "A named customer of their size who had the same doubt, and what came of it.",
    ),
    "product": Content(
        "Product explainer",
        "Whether it does what they ask, how, and what it does not.",
    ),
    "integration": Content(
        "Migration and integration guide",
        "How it joins what they run today: steps, time, who does what, what stays.",
    ),
    "security": Content(
        "Security brief",
        "Where data lies, who sees it, certificates and contracts, for their reviewer.",
    ),
    "adoption": Content(
        "Onboarding plan",
        "How their people learn it: week by week, with the effort on their side.",
    ),
    "contract": Content(
        "Contract explainer",
        "Terms, length, exit and liability in plain words.",
    ),
    "brushoff": Content(
        "Opener for reps",
        "What to say in the first minute, so that there is a reason to listen.",
    ),
}
_PRICING = Content("Pricing explainer", "What it costs for cases like theirs, worked through, with what is included.")
_BY_KIND: Final[Mapping[str, Content]] = {
    "question": Content("Answer to a frequent question", "The answer in two sentences, then the detail."),
    "pain": Content("Problem page", "Their problem as they tell it, and what ends it."),
    "goal": Content("Outcome story", "A customer who wanted the same, and got it."),
    "signal": Content("Next-step sheet", "What happens after yes: steps, dates, people."),
    "objection": Content("Answer to an objection", "What is true in it, and what answers it, with evidence."),
}


def brief_for(gap: Gap, work: GapWork | None) -> Brief:
    """Return what would close the gap; the quotes are the likely ones, one of each account first."""
    quotes = tuple(spread(worth_showing(gap.moments).shown, _BRIEF_QUOTES))
    return Brief(_content(gap, work), quotes)


def _content(gap: Gap, work: GapWork | None) -> Content:
    if work is not None and not work.is_over and work.reason.startswith("customers asked again"):
        return _AGAIN
    if gap.status == "unused":
        return _GUIDE
    if gap.status == "other_words":
        return _REWORD
    category, kind = _most(gap.moments, "category"), _most(gap.moments, "kind")
    if category == "price" and kind == "question":
        return _PRICING
    if category in _BY_CATEGORY:
        return _BY_CATEGORY[category]
    return _BY_KIND.get(kind, _BY_KIND["objection"])


def _most(moments: Sequence[Moment], field: str) -> str:
    """Return what most accounts' moments are: one talker does not decide."""
    seen = {(moment.account or moment.call, getattr(moment, field)) for moment in moments if getattr(moment, field)}
    counts = Counter(value for _, value in seen)
    return min(counts, key=lambda value: (-counts[value], value)) if counts else ""
