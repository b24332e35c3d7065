"""Corrections on the wire: what is asked, what was kept, and a page of them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from pipeline.corrected import Correction, Placement

Who = Annotated[
    str, Field(description="Who says it; needed only where nobody signs in. Else it is the person.", max_length=200)
]
Note = Annotated[str | None, Field(description="Why, for those who read the history.", max_length=2000)]
KindName = Annotated[str, Field(description="objection, pain, goal, question or signal.")]
CategoryName = Annotated[str | None, Field(description="Of an objection, such as price.")]
QuoteText = Annotated[
    str | None, Field(description="The words meant, as they stand in the turn; or give both offsets instead.")
]
Offset = Annotated[int | None, Field(description="Offset into the turn's text; the end is exclusive.", ge=0)]


class CorrectionIn(BaseModel):
    """A word on a moment; a change says what is different: kind or category, the words or offsets, or all of them."""

    model_config = ConfigDict(extra="forbid")

    action: Literal["confirmed", "rejected", "changed"]
    who: Who = ""
    note: Note = None
    kind: Annotated[str | None, Field(description="The right kind, if another.")] = None
    category: CategoryName = None
    quote: QuoteText = None
    start_char: Offset = None
    end_char: Offset = None


class MissedMomentIn(BaseModel):
    """A moment that was missed: a stretch of a customer's turn, and what it is."""

    model_config = ConfigDict(extra="forbid")

    turn: int
    kind: KindName
    who: Who = ""
    note: Note = None
    category: CategoryName = None
    quote: QuoteText = None
    start_char: Offset = None
    end_char: Offset = None


class MachineMomentOut(BaseModel):
    """The moment as a model had found it."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    start_char: int
    end_char: int
    kind: str
    category: str | None


class CorrectionOut(BaseModel):
    """A person's word on a point: `turn` to `quote` as the transcript was then, `moment` and `placed` as it is now."""

    id: str
    call: str
    point: str
    action: str
    turn: int
    start_char: int
    end_char: int
    quote: str
    kind: str | None
    category: str | None
    machine: MachineMomentOut | None
    who: str
    at: str
    note: str | None
    undone_by: str | None
    undone_at: str | None
    live: bool
    """Whether it holds: it was neither undone nor followed by another on the same point."""
    placed: bool
    """Whether it holds and its words are found in the transcript as it is."""
    moment: str | None
    """The id of the moment that it makes now."""
    reason: str | None
    """Why it is not placed."""

    @classmethod
    def of(cls, correction: Correction, placement: Placement | None) -> CorrectionOut:
        """Return a correction with where it stands; one without a placement does not hold."""
        stretch = correction.stretch
        return cls(
            id=correction.id,
            call=correction.call,
            point=correction.point,
            action=correction.action,
            turn=stretch.turn,
            start_char=stretch.start_char,
            end_char=stretch.end_char,
            quote=stretch.quote,
            kind=correction.kind,
            category=correction.category,
            machine=None if correction.machine is None else MachineMomentOut.model_validate(correction.machine),
            who=correction.who,
            at=correction.at.isoformat(),
            note=correction.note,
            undone_by=correction.undone_by,
            undone_at=None if correction.undone_at is None else correction.undone_at.isoformat(),
            live=placement is not None,
            placed=placement is not None and placement.stretch is not None,
            moment=None if placement is None else placement.moment,
            reason=None if placement is None else placement.reason,
        )


class CorrectionPage(BaseModel):
    """A page of corrections."""

    items: list[CorrectionOut]
    total: int
    next: str | None
