"""What marketing made, and how it meets what customers say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from pipeline.collateral.metadata import day_of, words_of
from pipeline.records import Moment

GapStatus = Literal["missing", "weak", "other_words", "unused", "covered"]


@dataclass(frozen=True, slots=True)
class Document:
    """A piece of collateral that marketing made.

    `metadata` is as it was given, by the names `stage`, `persona`, `product`, `owner`, `date`, `url` and any others.
    """

    id: str
    name: str
    title: str
    format: str
    sha256: str
    added_at: datetime
    metadata: Mapping[str, Any] = field(default_factory=dict)
    version: int = 1
    """Counts the contents that were held under this name."""
    remarks: tuple[str, ...] = ()
    """What a person should know of what was read, such as pages that hold no text."""

    @property
    def stage(self) -> tuple[str, ...]:
        """The stages of a deal that it is meant for; none means any."""
        return words_of(self.metadata.get("stage"))

    @property
    def persona(self) -> tuple[str, ...]:
        """The kinds of people that it is meant for; none means any."""
        return words_of(self.metadata.get("persona"))

    @property
    def product(self) -> tuple[str, ...]:
        """The products that it speaks of; none means any."""
        return words_of(self.metadata.get("product"))

    @property
    def owner(self) -> str:
        """Who answers for it; empty where nobody is named."""
        return ", ".join(words_of(self.metadata.get("owner")))

    @property
    def dated(self) -> date | None:
        """The day that its content is of, as it says itself or as somebody said; None where nobody did."""
        return day_of(self.metadata.get("date"))

    @property
    def url(self) -> str:
        """Where it is published; empty if that is unknown."""
        return str(self.metadata.get("url") or "")


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a document that stands alone, with its place (page, slide or heading path)."""

    id: str
    document: str
    document_name: str
    position: int
    locator: str
    text: str
    fragment: str = ""
    """What leads to it within its document, such as "#page=3"; empty where the format has no such thing."""
    document_url: str = ""
    is_notes: bool = False
    """Whether it is a speaker's notes, which customers do not get to see."""

    @property
    def link(self) -> str:
        """Where it stands, such as "prices.pdf#page=3", or at the address of its document if that is published."""
        return f"{self.document_url or self.document_name}{self.fragment}"


@dataclass(frozen=True, slots=True)
class ScoredPassage:
    """A passage beside a theme, with how far it answers it."""

    passage: Passage
    score: float


@dataclass(frozen=True, slots=True)
class GapFlag:
    """What makes the document that answers doubtful, beside the status; `why` is a sentence."""

    kind: Literal["stage_mismatch", "stale"]
    document: str
    why: str


@dataclass(frozen=True, slots=True)
class Gap:
    """A theme beside what collateral says to it, and why the status is what it is."""

    theme: str
    label: str
    status: GapStatus
    calls: int
    accounts: int
    moments: tuple[Moment, ...]
    passages: tuple[ScoredPassage, ...]
    score: float
    """How urgent it is, 0 to 1."""
    why: str
    flags: tuple[GapFlag, ...] = ()

    @property
    def likeliest(self) -> ScoredPassage | None:
        """The passage that answers most probably; what merely touches the theme may stand before it."""
        return max(self.passages, key=lambda scored: scored.score, default=None)


@dataclass(frozen=True, slots=True)
class MomentCoverage:
    """One thing a customer said beside what collateral says to it."""

    moment: Moment
    status: GapStatus
    passages: tuple[ScoredPassage, ...]
    score: float
    """How probably the best passage answers it."""
    why: str
