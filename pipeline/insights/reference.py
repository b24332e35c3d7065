"""What a person wrote down of a call, to compare with what is held."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.insights.agreement import Span
from pipeline.insights.spans import SpeechSpan
from pipeline.records import Role


@dataclass(frozen=True, slots=True)
class SaidTurn:
    """One stretch by one speaker; None where the file says neither who nor when."""

    speaker: str | None
    role: Role
    start_s: float | None
    end_s: float | None
    text: str


@dataclass(frozen=True, slots=True)
class Reference:
    """One recording of one reference file."""

    file: str
    """The file's name, for messages."""
    names: tuple[str, ...]
    """What the call may be called: its id in the file, and the file's own name."""
    turns: tuple[SaidTurn, ...]
    has_words: bool = True
    moments: tuple[Span, ...] | None = None
    """None where nobody labelled any, which is not the same as that there are none."""
    unscored: tuple[SpeechSpan, ...] = ()
    """Where the file says that nothing is to be scored."""
