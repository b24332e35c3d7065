"""What goes over the wire: the one place that turns records into JSON."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, computed_field

from pipeline.collateral.records import Document, Gap, Passage, ScoredPassage
from pipeline.confidence import Band, band_of
from pipeline.records import Call, Moment, StageRun, Theme, Turn


class _Out(BaseModel):
    model_config = ConfigDict(from_attributes=True, frozen=True)


class MomentOut(_Out):
    """A stretch of a customer's speech worth quoting; `quote` is `context[start_char:end_char]`."""

    id: str
    call: str
    source: str
    account: str | None
    turn: int
    speaker: str
    role: str
    start_s: float | None
    end_s: float | None
    kind: str
    category: str | None
    quote: str
    context: str
    score: float
    state: str
    theme: str | None
    factuality: str
    start_char: int
    end_char: int
    recorded_at: str | None

    @computed_field  # type: ignore[prop-decorator]  # mypy does not know decorated properties
    @property
    def band(self) -> Band:
        """How sure the score is, in a word."""
        return band_of(self.score)


class TurnOut(_Out):
    """One stretch by one speaker."""

    call: str
    source: str
    turn: int
    speaker: str
    role: str
    role_score: float
    start_s: float | None
    end_s: float | None
    text: str
    marks: list[str] = Field(default_factory=list)

    @classmethod
    def of(cls, turn: Turn, source: str) -> TurnOut:
        """Return a turn with the base name of its call's file."""
        return cls(
            call=turn.call,
            source=source,
            turn=turn.turn,
            speaker=turn.speaker,
            role=turn.role,
            role_score=round(turn.role_score, 4),
            start_s=turn.start_s,
            end_s=turn.end_s,
            text=turn.text,
            marks=list(turn.marks),
        )


class StageOut(_Out):
    """The last run of one stage."""

    stage: str
    state: str
    seconds: float
    error: str | None
    detail: dict[str, Any] = Field(default_factory=dict)
    """What the stage notes, such as languages, names it listened for, and what its gates refused and why."""


class CallOut(_Out):
    """A held call and the state of its stages."""

    id: str
    source: str
    form: str
    duration_s: float | None
    n_channels: int | None
    metadata: dict[str, Any]
    added_at: str
    state: str
    stages: list[StageOut]

    @classmethod
    def of(cls, call: Call, stages: dict[str, StageRun], expected: tuple[str, ...]) -> CallOut:
        """Return a call; its state is failed, done or unfinished."""
        runs = [stages[name] for name in expected if name in stages]
        failed = any(run.state == "failed" for run in runs)
        done = len(runs) == len(expected) and all(run.state == "done" for run in runs)
        return cls(
            id=call.id,
            source=call.source,
            form=call.form,
            duration_s=call.duration_s,
            n_channels=call.n_channels,
            metadata=dict(call.metadata),
            added_at=call.added_at.isoformat(),
            state="failed" if failed else "done" if done else "unfinished",
            stages=[StageOut.model_validate(run) for run in runs],
        )


class ThemeOut(_Out):
    """What customers keep saying, counted by calls, accounts and deals."""

    id: str
    label: str
    terms: list[str]
    moments: int
    calls: int
    accounts: int
    deals: int
    cohesion: float
    broad: str | None = None
    broad_label: str | None = None
    stability: float | None = None
    at: tuple[float, float] | None = None
    """Where it lies on the map of themes, across and up; what is alike lies together."""
    quote: MomentOut | None = None

    @classmethod
    def of(cls, theme: Theme, medoid: Moment | None = None) -> ThemeOut:
        """Return a theme with its most typical quote."""
        return cls(
            id=theme.id,
            label=theme.label,
            terms=list(theme.terms),
            moments=theme.n_moments,
            calls=theme.n_calls,
            accounts=theme.n_accounts,
            deals=theme.n_deals,
            cohesion=round(theme.cohesion, 4),
            broad=theme.broad,
            broad_label=theme.broad_label,
            stability=None if theme.stability is None else round(theme.stability, 4),
            at=theme.at,
            quote=None if medoid is None else MomentOut.model_validate(medoid),
        )


class PassageOut(BaseModel):
    """A passage of collateral beside a theme."""

    document: str
    locator: str
    text: str
    score: float

    @classmethod
    def of(cls, scored: ScoredPassage) -> PassageOut:
        """Return a passage with how far it answers."""
        passage = scored.passage
        return cls(
            document=passage.document_name, locator=passage.locator, text=passage.text, score=round(scored.score, 4)
        )


class GapFlagOut(_Out):
    """What makes the document that answers doubtful."""

    kind: str
    document: str
    why: str


class GapOut(BaseModel):
    """A theme beside what collateral says to it."""

    theme: str
    label: str
    status: str
    calls: int
    accounts: int
    moments: list[MomentOut]
    passages: list[PassageOut]
    score: float
    why: str
    flags: list[GapFlagOut] = []

    @classmethod
    def of(cls, gap: Gap) -> GapOut:
        """Return a gap with the evidence of both sides."""
        return cls(
            theme=gap.theme,
            label=gap.label,
            status=gap.status,
            calls=gap.calls,
            accounts=gap.accounts,
            moments=[MomentOut.model_validate(moment) for moment in gap.moments],
            passages=[PassageOut.of(scored) for scored in gap.passages],
            score=round(gap.score, 4),
            why=gap.why,
            flags=[GapFlagOut.model_validate(flag) for flag in gap.flags],
        )


class DocumentOut(_Out):
    """A piece of collateral."""

    id: str
    name: str
    title: str
    format: str
    added_at: str
    passages: int
    version: int
    metadata: dict[str, Any]

    @classmethod
    def of(cls, document: Document, passages: list[Passage]) -> DocumentOut:
        """Return a document with the number of its passages."""
        return cls(
            id=document.id,
            name=document.name,
            title=document.title,
            format=document.format,
            added_at=document.added_at.isoformat(),
            passages=len(passages),
            version=document.version,
            metadata=dict(document.metadata),
        )
