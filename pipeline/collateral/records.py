"""What marketing made, and how it meets what customers say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from pipeline.records import Moment

GapStatus = Literal["missing", "weak", "other_words", "unused", "covered"]


@dataclass(frozen=True, slots=True)
class Document:
    """A piece of collateral that marketing made."""

    id: str
    name: str
    title: str
    format: str
    sha256: str
    added_at: datetime
    metadata: Mapping[str, Any] = field(default_factory=dict)

    @property
    def stage(self) -> tuple[str, ...]:
        """The stages of a deal that it is meant for; none means any."""
        given = self.metadata.get("stage") or ()
        return tuple(given) if isinstance(given, list | tuple) else (str(given),)

    @property
    def dated(self) -> date | None:
        """The day that its content is of; None where nobody said."""
        given = self.metadata.get("date")
        return date.fromisoformat(str(given)) if given else None


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a document that stands alone, with its place (page, slide or heading path)."""

    id: str
    document: str
    document_name: str
    position: int
    locator: str
    text: str


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


@dataclass(frozen=True, slots=True)
class MomentCoverage:
    """One thing a customer said beside what collateral says to it."""

    moment: Moment
    status: GapStatus
    passages: tuple[ScoredPassage, ...]
    score: float
    """How probably the best passage answers it."""
    why: str
