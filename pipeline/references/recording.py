"""What a file of records says of one recording, while it is read line by line."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.insights.reference import SaidTurn
from pipeline.insights.spans import SpeechSpan


@dataclass(slots=True)
class Recording:
    """The turns in the order of the lines, and the stretches that are not scored."""

    turns: list[SaidTurn] = field(default_factory=list)
    unscored: list[SpeechSpan] = field(default_factory=list)
