"""Samples, their turns and the quality report on the wire."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from pipeline.insights.quality_sampling import MIN_TURNS
from pipeline.insights.quality_sheet import ItemView
from pipeline.records import Kind
from pipeline.store.quality import SampleProgress


class _Read(BaseModel):
    model_config = ConfigDict(from_attributes=True, frozen=True)


class EstimateOut(_Read):
    """An estimate with its 95 % interval."""

    value: float
    low: float
    high: float


class KindQualityOut(_Read):
    """How well one kind is found; null where the sample cannot tell, and `note` says why."""

    kind: str
    found: int
    found_read: int
    there_read: int
    precision: EstimateOut | None
    recall: EstimateOut | None
    f1: EstimateOut | None
    moments: EstimateOut | None
    note: str


class StratumOut(_Read):
    """A stratum: the turns it holds, those that were read, and those with a moment."""

    stratum: str
    turns: int
    read: int
    with_moment: int


class QualityOut(_Read):
    """Quality by kind, with what it rests on."""

    sample: str
    drawn_at: datetime
    calls: int
    turns: int
    read: int
    unread: int
    changed: int
    strata: list[StratumOut]
    kinds: list[KindQualityOut]


class SampleIn(BaseModel):
    """How many turns to draw; the same seed draws the same turns."""

    n: int = Field(200, ge=MIN_TURNS, le=10_000)
    seed: int | None = Field(None, ge=0, le=2**53)


class SampleOut(BaseModel):
    """A sample that was drawn."""

    id: str
    drawn_at: datetime
    seed: str
    items: int


class SampleProgressOut(BaseModel):
    """A sample, how many turns it holds, and how many of them were read."""

    id: str
    drawn_at: datetime
    seed: str
    items: int
    read: int

    @classmethod
    def of(cls, progress: SampleProgress) -> SampleProgressOut:
        """Return a sample with how much of it was read."""
        sample = progress.sample
        return cls(
            id=sample.id, drawn_at=sample.drawn_at, seed=sample.seed, items=progress.n_items, read=progress.n_read
        )


class SpanOut(_Read):
    """A marked moment, `text[start_char:end_char]` of the turn."""

    start_char: int = Field(ge=0, le=10_000_000)
    end_char: int = Field(ge=0, le=10_000_000)
    kind: Kind
    category: str | None = None


class NeighbourOut(_Read):
    """A turn beside the one to read."""

    speaker: str
    text: str


class ItemOut(BaseModel):
    """A drawn turn to read; `text` is null if its transcript has changed, `labels` until it was read."""

    position: int
    call: str
    source: str
    turn: int
    speaker: str | None
    text: str | None
    before: list[NeighbourOut]
    after: list[NeighbourOut]
    labels: list[SpanOut] | None

    @classmethod
    def of(cls, view: ItemView) -> ItemOut:
        """Return an item without a word of what was found in it."""
        item, turn = view.item, view.turn
        return cls(
            position=item.position,
            call=item.call,
            source=view.source,
            turn=item.turn,
            speaker=None if turn is None else turn.speaker,
            text=None if turn is None else turn.text,
            before=[NeighbourOut.model_validate(one) for one in view.before],
            after=[NeighbourOut.model_validate(one) for one in view.after],
            labels=None if item.labels is None else [SpanOut.model_validate(span) for span in item.labels],
        )


class ItemPage(BaseModel):
    """A page of drawn turns, in the order of reading."""

    items: list[ItemOut]
    total: int
    next: str | None


class LabelsIn(BaseModel):
    """What a person marked in a turn; an empty list says that it was read and holds no moment."""

    labels: list[SpanOut] = Field(max_length=100)
