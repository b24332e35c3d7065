"""What goes over the wire about lines that people write into guides."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from pipeline.guide_lines import Standing


class LineEvidenceOut(BaseModel):
    """A quote that a line rests on: `start_char` to `end_char` of a turn."""

    call: str
    turn: int
    start_char: int
    end_char: int
    quote: str


class GuideLineOut(BaseModel):
    """A line by a person. `amber` says why it is to be looked at again; null while what it rests on holds."""

    number: int
    subject: str
    part: str
    text: str
    who: str
    at: datetime
    last_evidence: str | None
    amber: str | None
    evidence: list[LineEvidenceOut]

    @classmethod
    def of(cls, one: Standing) -> GuideLineOut:
        """Return a line as it stands."""
        line = one.line
        return cls(
            number=line.number,
            subject=line.subject,
            part=line.part,
            text=line.text,
            who=line.who,
            at=line.at,
            last_evidence=one.last_evidence,
            amber=one.amber,
            evidence=[
                LineEvidenceOut(
                    call=place.call, turn=place.turn, start_char=place.start_char, end_char=place.end_char, quote=said
                )
                for place, said in one.quotes
            ],
        )


class GuideLinesOut(BaseModel):
    """The lines that people wrote."""

    items: list[GuideLineOut]


class NewGuideLine(BaseModel):
    """A line for the guide to a theme or to a category; `evidence` are ids of moments."""

    model_config = ConfigDict(extra="forbid")

    theme: str | None = None
    category: str | None = None
    part: Literal["listen", "acknowledge", "explore", "respond", "avoid"]
    text: str
    who: str
    evidence: list[str] = []


class ChangedGuideLine(BaseModel):
    """Another text for a line."""

    model_config = ConfigDict(extra="forbid")

    text: str
    who: str
