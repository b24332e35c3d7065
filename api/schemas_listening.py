"""Listening and mended words on the wire."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from api.quoting import PlacedQuote
from api.schemas import MomentOut
from api.schemas_corrections import Note, Offset, QuoteText, Who
from pipeline.insights.listening_list import Listened
from pipeline.mended import Mend, RoleChange


class PeaksOut(BaseModel):
    """How loud a recording is: each channel's peaks, 0 to 100 of the loudest, each of an equal part of it."""

    model_config = ConfigDict(from_attributes=True)

    duration_s: float
    channels: list[list[int]]


class QuoteOut(BaseModel):
    """An exact stretch of a turn by its place, which is CALL:TURN:START:END."""

    place: str
    quote: str
    call: str
    source: str
    account: str | None
    recorded_at: str | None
    turn: int
    speaker: str
    role: str
    start_char: int
    end_char: int
    start_s: float | None
    end_s: float | None
    moment: MomentOut | None
    """The moment of this very stretch, if it is one."""
    link: str

    @classmethod
    def of(cls, quote: PlacedQuote) -> QuoteOut:
        """Return a quote."""
        recorded_at = quote.call.metadata.get("recorded_at")
        return cls(
            place=quote.place,
            quote=quote.text,
            call=quote.call.id,
            source=quote.call.source,
            account=quote.account,
            recorded_at=None if recorded_at is None else str(recorded_at),
            turn=quote.turn.turn,
            speaker=quote.turn.speaker,
            role=quote.turn.role,
            start_char=quote.start_char,
            end_char=quote.end_char,
            start_s=quote.start_s,
            end_s=quote.end_s,
            moment=None if quote.moment is None else MomentOut.model_validate(quote.moment),
            link=quote.link,
        )


class QuotesOut(BaseModel):
    """Quotes in the order asked for."""

    items: list[QuoteOut]


class ListenedOut(BaseModel):
    """A moment of the listening list, with from when to when it is played."""

    moment: MomentOut
    place: str
    theme_label: str | None
    from_s: float
    to_s: float

    @classmethod
    def of(cls, listened: Listened, place: str) -> ListenedOut:
        """Return a moment with its place."""
        return cls(
            moment=MomentOut.model_validate(listened.moment),
            place=place,
            theme_label=listened.theme,
            from_s=listened.from_s,
            to_s=listened.to_s,
        )


class ListeningOut(BaseModel):
    """The most telling moments of a period, to be played one after another, and the rule they were chosen by."""

    since: date
    until: date
    rule: str
    seconds: float
    items: list[ListenedOut]


class MendIn(BaseModel):
    """Words of a turn and what was said instead; an empty text takes out what nobody said."""

    model_config = ConfigDict(extra="forbid")

    text: Annotated[str, Field(description="What was said.", max_length=500)]
    quote: QuoteText = None
    start_char: Offset = None
    end_char: Offset = None
    who: Who = ""
    note: Note = None


class MendOut(BaseModel):
    """An edit of a turn: `before`, at `start_char` of the text as it then was, became `after`."""

    id: str
    call: str
    turn: int
    start_char: int
    before: str
    after: str
    who: str
    at: str
    undoes: str | None
    """The mend that this one takes back."""
    note: str | None

    @classmethod
    def of(cls, mend: Mend) -> MendOut:
        """Return an edit."""
        return cls(
            id=mend.id,
            call=mend.call,
            turn=mend.turn,
            start_char=mend.start_char,
            before=mend.before,
            after=mend.after,
            who=mend.who,
            at=mend.at.isoformat(),
            undoes=mend.undoes,
            note=mend.note,
        )


class RoleChangeOut(BaseModel):
    """What somebody said of who is who."""

    roles: dict[str, str]
    who: str
    at: str

    @classmethod
    def of(cls, change: RoleChange) -> RoleChangeOut:
        """Return a change of roles."""
        return cls(roles=dict(change.roles), who=change.who, at=change.at.isoformat())


class MendsOut(BaseModel):
    """What was put right in a call's transcript, in the order made."""

    mends: list[MendOut]
    roles: list[RoleChangeOut]
