"""What a transcript file says, before anything is inferred from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pipeline.records import Role, Word

UNKNOWN_SPEAKER: Final = "unknown"


@dataclass(frozen=True, slots=True)
class GivenTurn:
    """One turn as the file gives it; role "unknown" and times None where the file says nothing."""

    speaker: str
    role: Role
    start_s: float | None
    end_s: float | None
    text: str
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class GivenTranscript:
    """A call as a file gives it: its id if it has one, its metadata, and its turns in the file's order."""

    id: str | None
    metadata: Mapping[str, Any]
    turns: tuple[GivenTurn, ...]
    form: str
    """The shape that was recognised, such as "gong"."""
