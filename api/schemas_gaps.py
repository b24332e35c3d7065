"""Gaps with their work as they go over the wire: the fields of the contract, and what stands beside them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.schemas import GapOut, MomentOut, PassageOut
from pipeline.collateral.records import GapStatus
from pipeline.gap_desk import GapCase
from pipeline.gap_work import GapEvent, GapWork, Overturn, Urgency, WorkStatus
from pipeline.insights.gap_weight import Part
from pipeline.insights.unasked import UnaskedDocument


class PartOut(BaseModel):
    """So much of so much."""

    n: float
    of: float

    @classmethod
    def from_part(cls, part: Part) -> PartOut:
        """Return a part."""
        return cls(n=round(part.n, 2), of=round(part.of, 2))


class AffectedOut(BaseModel):
    """Calls of one value of a metadata field that raise it."""

    field: str
    value: str
    calls: int
    of: int


class GapPassageOut(PassageOut):
    """A passage beside a theme, and why it answers or fails."""

    id: str
    reason: str


class GapWorkOut(BaseModel):
    """Where the work on a gap stands."""

    status: WorkStatus
    owner: str
    due: str | None
    overdue: bool
    urgency: Urgency
    opened: str
    reason: str
    evidence: dict[str, str] | None

    @classmethod
    def of(cls, work: GapWork, *, is_overdue: bool) -> GapWorkOut:
        """Return the work on a gap."""
        found = work.evidence
        return cls(
            status=work.status,
            owner=work.owner,
            due=work.due.isoformat() if work.due else None,
            overdue=is_overdue,
            urgency=work.urgency,
            opened=work.opened_at.date().isoformat(),
            reason=work.reason,
            evidence={"document": found.document, "locator": found.locator} if found else None,
        )


class OverturnOut(BaseModel):
    """A person's word against what was found."""

    status: GapStatus
    found: GapStatus
    score: float
    who: str
    day: str
    note: str
    event: int

    @classmethod
    def of(cls, said: Overturn) -> OverturnOut:
        """Return an overturned status."""
        return cls(
            status=said.status,
            found=said.found,
            score=said.score,
            who=said.who,
            day=said.at.date().isoformat(),
            note=said.note,
            event=said.number,
        )


class ContentOut(BaseModel):
    """What would close a gap; `brief` are the ids of the moments whose words it must answer."""

    kind: str
    purpose: str
    brief: list[str]


class GapCaseOut(GapOut):
    """A gap with what it touches, who works on it, and what would close it."""

    passages: list[GapPassageOut]  # type: ignore[assignment]  # more of each, nothing less
    deals: PartOut
    money: PartOut
    """Amounts of deals, each counted once."""
    priority: float
    urgency: Urgency
    affected: list[AffectedOut]
    found: GapStatus
    """The status before people's words."""
    overturned: OverturnOut | None
    work: GapWorkOut | None
    content: ContentOut
    data_version: str = ""

    @classmethod
    def of_case(cls, case: GapCase, data_version: str = "") -> GapCaseOut:
        """Return a case."""
        base, weight = GapOut.of(case.gap).model_dump(exclude={"passages", "moments"}), case.weight
        return cls(
            **base,
            moments=[MomentOut.model_validate(moment) for moment in case.gap.moments],
            passages=[
                GapPassageOut(**out.model_dump(), id=scored.passage.id, reason=reason)
                for out, scored, reason in zip(
                    GapOut.of(case.gap).passages, case.gap.passages, case.reasons, strict=True
                )
            ],
            deals=PartOut.from_part(weight.deals),
            money=PartOut.from_part(weight.money),
            priority=round(weight.priority, 4),
            urgency=weight.urgency,
            affected=[
                AffectedOut(field=one.field, value=one.value, calls=int(one.calls.n), of=int(one.calls.of))
                for one in weight.affected
            ],
            found=case.found.status,
            overturned=OverturnOut.of(case.overturn) if case.overturn else None,
            work=GapWorkOut.of(case.work, is_overdue=case.is_overdue) if case.work else None,
            content=ContentOut(
                kind=case.brief.content.kind,
                purpose=case.brief.content.purpose,
                brief=[moment.id for moment in case.brief.quotes],
            ),
            data_version=data_version,
        )


class GapEventOut(BaseModel):
    """What was done about a gap."""

    number: int
    theme: str
    at: str
    who: str
    action: str
    value: dict[str, Any]
    note: str

    @classmethod
    def of(cls, event: GapEvent) -> GapEventOut:
        """Return an event."""
        return cls(
            number=event.number,
            theme=event.theme,
            at=event.at.isoformat(),
            who=event.who,
            action=event.action,
            value=dict(event.value),
            note=event.note,
        )


class UnaskedOut(BaseModel):
    """A document with passages that answer nothing anybody asked."""

    document: str
    title: str
    passages: int
    whole: bool
    unasked: list[dict[str, Any]]


def unasked_out(unasked: Sequence[UnaskedDocument]) -> list[UnaskedOut]:
    """Return the reverse list."""
    return [
        UnaskedOut(
            document=one.document.name,
            title=one.document.title,
            passages=one.n_passages,
            whole=one.is_whole,
            unasked=[
                {
                    "id": held.passage.id,
                    "locator": held.passage.locator,
                    "text": held.passage.text,
                    "nearest": held.nearest.id,
                    "score": round(held.score, 4),
                }
                for held in one.unasked
            ],
        )
        for one in unasked
    ]


class GapEditIn(BaseModel):
    """What somebody says about the work on a gap: any of owner, due and status; empty texts take one away."""

    model_config = ConfigDict(extra="forbid")

    owner: str | None = None
    due: date | Literal[""] | None = None
    status: WorkStatus | None = None
    who: str = Field(min_length=1)
    note: str = ""


class OverturnIn(BaseModel):
    """What somebody says the status of a theme is; `passage` is the id of the one that answers."""

    model_config = ConfigDict(extra="forbid")

    status: GapStatus
    passage: str | None = None
    who: str = Field(min_length=1)
    note: str = ""


class UndoIn(BaseModel):
    """Who takes something back."""

    model_config = ConfigDict(extra="forbid")

    who: str = Field(min_length=1)


class GapCasePage(BaseModel):
    """A part of the gaps."""

    items: list[GapCaseOut]
    total: int
    next: str | None
