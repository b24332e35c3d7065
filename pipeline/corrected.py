"""What people said of moments: corrections, and where each of them stands in the transcript as it is now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pipeline.records import Kind

CorrectionAction = Literal["confirmed", "rejected", "changed", "added"]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of one turn and its words: `quote` is the turn's `text[start_char:end_char]`."""

    turn: int
    start_char: int
    end_char: int
    quote: str


@dataclass(frozen=True, slots=True)
class MachineMoment:
    """The moment that a model had found, before anybody spoke of it; it stood in the turn of the correction."""

    id: str
    start_char: int
    end_char: int
    kind: Kind
    category: str | None


@dataclass(frozen=True, slots=True)
class Correction:
    """A person's word on one point of a call: never changed afterwards, only followed by another or undone."""

    id: str
    call: str
    point: str
    """The id of the first correction of the same point; of those that are not undone, the last holds."""
    action: CorrectionAction
    stretch: Stretch
    """In the transcript as it was when the person spoke."""
    kind: Kind | None
    """What the stretch is; None if it is rejected."""
    category: str | None
    machine: MachineMoment | None
    """None if a person added the moment."""
    who: str
    at: datetime
    note: str | None = None
    undone_by: str | None = None
    undone_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a correction that holds stands in the transcript as it is now, or the reason why it stands nowhere."""

    correction: str
    stretch: Stretch | None
    moment: str | None = None
    """The id of the moment that it makes; None if it rejects, or stands nowhere."""
    reason: str | None = None
