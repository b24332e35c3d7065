"""Trackers on the wire: what is asked, what is kept, and what they find."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from api.schemas_search import QuotedOut, where_it_stands
from pipeline.insights.trackers import Find, TrackerReading
from pipeline.store.trackers import Tracker, TrackerExample

Texts = Annotated[list[str], Field(max_length=500)]
QuoteIds = Annotated[list[str], Field(max_length=500, description="Ids of finds or suggestions.")]
Who = Annotated[str, Field(description="Who says it.", max_length=200)]


class TrackerIn(BaseModel):
    """A tracker to be made: 5 to 20 examples of what is meant, and texts that come near and are not meant."""

    model_config = ConfigDict(extra="forbid")

    name: str
    examples: Texts
    counter_examples: Texts = []
    role: Annotated[str, Field(description="Whose speech is read: customer, rep, unknown or any.")] = "customer"
    description: Annotated[str, Field(max_length=2000)] = ""
    threshold: Annotated[float | None, Field(ge=0, le=1, description="Finds score this much; empty means 0.5.")] = None
    who: Who


class AnswersIn(BaseModel):
    """Which finds or suggestions are meant, and which are not."""

    model_config = ConfigDict(extra="forbid")

    yes: QuoteIds = []
    no: QuoteIds = []
    who: Who


class TrackerOut(BaseModel):
    """A tracker with its examples; `threshold` is None where it is the detector's own, 0.5."""

    name: str
    description: str
    role: str
    threshold: float | None
    examples: list[str]
    counter_examples: list[str]
    who: str
    at: str

    @classmethod
    def of(cls, tracker: Tracker, examples: Sequence[TrackerExample]) -> TrackerOut:
        """Return a tracker with its examples."""
        return cls(
            name=tracker.name,
            description=tracker.description,
            role=tracker.role,
            threshold=tracker.threshold,
            examples=[example.text for example in examples if not example.is_counter],
            counter_examples=[example.text for example in examples if example.is_counter],
            who=tracker.who,
            at=tracker.at.isoformat(),
        )


class FindOut(QuotedOut):
    """A stretch of a turn, and how surely it is what the tracker means, 0 to 1."""

    @classmethod
    def of(cls, find: Find) -> FindOut:
        """Return a find as one flat object."""
        return cls(**where_it_stands(find.quote), score=round(find.score, 4))


class TrackerReadingOut(BaseModel):
    """What a tracker finds, the surest first; the counts are of all of it, whatever part the list holds."""

    threshold: float
    turns: int
    calls: int
    accounts: int
    deals: int
    turns_read: int
    calls_held: int
    examples_found_again: int
    """How many of its own examples the tracker would find if it had not seen them."""
    notes: list[str]
    finds: list[FindOut]

    @classmethod
    def of(cls, reading: TrackerReading) -> TrackerReadingOut:
        """Return a reading with its finds."""
        return cls(
            threshold=reading.threshold,
            turns=reading.n_found,
            calls=reading.n_calls,
            accounts=reading.n_accounts,
            deals=reading.n_deals,
            turns_read=reading.n_turns_read,
            calls_held=reading.n_calls_held,
            examples_found_again=reading.found_again,
            notes=list(reading.notes),
            finds=[FindOut.of(find) for find in reading.finds],
        )


class TrackerPreviewOut(BaseModel):
    """What a tracker finds, and where it is least sure."""

    reading: TrackerReadingOut
    unsure: list[FindOut]


class TrackerPage(BaseModel):
    """A page of trackers; `next` is the cursor of the page after it."""

    items: list[TrackerOut]
    total: int
    next: str | None


class TrackerFindsPage(BaseModel):
    """A page of finds, with the counts of all of them."""

    reading: TrackerReadingOut
    next: str | None
