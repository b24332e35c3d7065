"""What goes over the wire around the records: pages of lists, details, and what became of a request."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from api.schemas import CallOut, DocumentOut, MomentOut, ThemeOut, TurnOut
from api.schemas_collateral import TakenOut


class _Read(BaseModel):
    model_config = ConfigDict(from_attributes=True, frozen=True)


class SpeakerOut(_Read):
    """Who a speaker is taken to be, how surely, and whether that was given, inferred or corrected."""

    speaker: str
    role: str
    score: float
    source: str


class CallDetailOut(BaseModel):
    """A call with its speakers; `state` is waiting or running while its stages are worked on."""

    call: CallOut
    speakers: list[SpeakerOut]


class DocumentPassageOut(_Read):
    """A passage of a document, in its place."""

    id: str
    position: int
    locator: str
    text: str
    link: str
    is_notes: bool


class DocumentDetailOut(BaseModel):
    """A document with its passages."""

    document: DocumentOut
    passages: list[DocumentPassageOut]


class ThemeDetailOut(BaseModel):
    """A theme with its moments, the most typical first."""

    theme: ThemeOut
    moments: list[MomentOut]


class RefusedOut(_Read):
    """A file that was not taken in, and why."""

    source: str
    reason: str


class CallsTakenOut(BaseModel):
    """What became of uploaded files; the stages of the calls run afterwards, one call at a time."""

    calls: list[CallOut]
    refused: list[RefusedOut]


class DocumentsTakenOut(BaseModel):
    """What became of uploaded documents."""

    documents: list[DocumentOut]
    changes: list[TakenOut]
    refused: list[RefusedOut]


class RetriedOut(BaseModel):
    """How many failed calls are run again."""

    calls: int


class ErasedOut(_Read):
    """The receipt of an erasure: what was removed, counted."""

    call: str
    source: str
    removed: dict[str, int]


class RefreshedOut(BaseModel):
    """The themes as they are after a refresh, and the share of moments that are in none."""

    themes: int
    uncovered_share: float


class FactsOut(BaseModel):
    """What is held."""

    calls: int
    accounts: int
    hours: float
    moments: int
    themes: int
    documents: int
    uncovered_share: float


class HealthOut(BaseModel):
    """Whether the store answers."""

    status: str


class CallPage(BaseModel):
    """A page of calls; `next` is the cursor of the page after it."""

    items: list[CallOut]
    total: int
    next: str | None


class TurnPage(BaseModel):
    """A page of turns."""

    items: list[TurnOut]
    total: int
    next: str | None


class MomentPage(BaseModel):
    """A page of moments."""

    items: list[MomentOut]
    total: int
    next: str | None


class ThemePage(BaseModel):
    """A page of themes."""

    items: list[ThemeOut]
    total: int
    next: str | None


class DocumentPage(BaseModel):
    """A page of documents."""

    items: list[DocumentOut]
    total: int
    next: str | None
