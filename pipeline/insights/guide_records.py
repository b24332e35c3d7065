"""What a guide is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.collateral.records import GapStatus, ScoredPassage
from pipeline.insights.answers_given import Exchange, Utterance
from pipeline.insights.guide_practice import Practice
from pipeline.insights.handling import Outcomes
from pipeline.records import Moment


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    n: int
    of: int


@dataclass(frozen=True, slots=True)
class Tally:
    """The calls with one value of a metadata field: how many raise the objection, of how many that are held."""

    field: str
    value: str
    calls: Share


@dataclass(frozen=True, slots=True)
class Advice:
    """What collateral says to a theme: the passage to use, or the nearest one where none answers."""

    status: GapStatus
    use: ScoredPassage | None
    nearest: ScoredPassage | None
    why: str


@dataclass(frozen=True, slots=True)
class ThemeWithin:
    """A theme within a category: the calls that raise it there, and what collateral says to it."""

    theme: str
    label: str
    calls: Share
    advice: Advice | None


@dataclass(frozen=True, slots=True)
class Section:
    """One theme, one category, or the objections of a category that are in no theme (`theme` is None)."""

    label: str
    theme: str | None
    category: str | None
    moments: Share
    """Of all objections that are held."""
    calls: Share
    accounts: Share
    deals: Share
    last_heard: str | None
    """An ISO date."""
    verbatims: tuple[Moment, ...]
    """Likely ones or surer; where none is, possible ones."""
    less_sure: tuple[Moment, ...]
    """The possible ones that no quote or exchange was chosen from; the counts hold them."""
    raised_by: tuple[Tally, ...]
    replied: Share
    """The objections that a rep said something to, of those of the section."""
    handled: Outcomes | None
    """Whether they were answered, and how that was taken; None if it was not judged."""
    exchanges: tuple[Exchange, ...]
    """What followed, the best answers first if that was judged."""
    questions: tuple[Utterance, ...]
    practice: Practice
    advice: Advice | None
    """None if the theme was not compared with collateral."""
    evidence: tuple[str, ...]
    """The ids of all its moments."""
    within: tuple[ThemeWithin, ...] = ()
    """The themes of a category, those of most calls first."""


@dataclass(frozen=True, slots=True)
class Guide:
    """The sections, those of most calls first, and what they were counted over."""

    title: str
    n_objections: int
    n_calls: int
    n_accounts: int
    n_deals: int
    first_call: str | None
    last_call: str | None
    """ISO dates."""
    sections: tuple[Section, ...]
    days: Mapping[str, str]
    """The day of each call that says one, as an ISO date."""
