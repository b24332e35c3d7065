"""Collateral on the wire: what was held under a name, and what is said about documents."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from pipeline.collateral.versions import PassageText, VersionChange
from pipeline.collateral_intake import TakenDocument
from pipeline.passages_asked import Asked

FieldValue = str | list[str] | int | float | bool | None


class PassageAskedOut(BaseModel):
    """What one passage answers: themes as (id, label), and how many accounts and calls raise any of them."""

    passage: str
    themes: list[tuple[str, str]]
    accounts: int
    calls: int

    @classmethod
    def of(cls, passage: str, asked: Asked) -> PassageAskedOut:
        """Return what a passage answers."""
        return cls(passage=passage, themes=list(asked.themes), accounts=asked.n_accounts, calls=asked.n_calls)


class DocumentFieldsIn(BaseModel):
    """Fields of a document as somebody sets them; null or an empty text empties a field."""

    model_config = ConfigDict(extra="forbid")

    who: Annotated[str, Field(description="Who says it.", min_length=1, max_length=200)]
    fields: Annotated[
        dict[str, FieldValue],
        Field(description="stage, persona, product, owner, date, url, title or others of your own.", max_length=50),
    ]


class PassageTextOut(BaseModel):
    """A passage as one version had it."""

    model_config = ConfigDict(from_attributes=True)

    locator: str
    text: str


class RewordedOut(BaseModel):
    """A passage that says something else in the same place."""

    model_config = ConfigDict(from_attributes=True)

    locator: str
    before: str
    after: str


class VersionOut(BaseModel):
    """One content of a document, and what it changed; `ended_at` is null while it is held."""

    name: str
    version: int
    change: Annotated[str, Field(description="added, changed or put_back")]
    title: str
    sha256: str
    added_at: str
    ended_at: str | None
    end: Annotated[str | None, Field(description="replaced or removed")]
    passages: int
    kept: int
    gained: list[PassageTextOut]
    lost: list[PassageTextOut]
    reworded: list[RewordedOut]

    @classmethod
    def of(cls, change: VersionChange) -> VersionOut:
        """Return a version with what it gained and lost beside the one before it."""
        version = change.version
        return cls(
            name=version.name,
            version=version.number,
            change=version.change,
            title=version.title,
            sha256=version.sha256,
            added_at=version.added_at.isoformat(),
            ended_at=version.ended_at.isoformat() if version.ended_at else None,
            end=version.end,
            passages=len(version.passages),
            kept=change.n_kept,
            gained=_texts(change.gained),
            lost=_texts(change.lost),
            reworded=[RewordedOut.model_validate(one) for one in change.reworded],
        )


def _texts(passages: tuple[PassageText, ...]) -> list[PassageTextOut]:
    return [PassageTextOut.model_validate(one) for one in passages]


class HistoryOut(BaseModel):
    """All that was held under a name, the first version first."""

    versions: list[VersionOut]


class TakenOut(BaseModel):
    """What became of a document that was taken in: counts of passages beside the version before."""

    document: str
    change: Annotated[str, Field(description="added, changed, put_back or unchanged")]
    version: int
    gained: int
    lost: int
    reworded: int
    remarks: list[str]

    @classmethod
    def of(cls, taken: TakenDocument) -> TakenOut:
        """Return what a document changed."""
        change = taken.change
        counts: dict[str, Any] = {"gained": 0, "lost": 0, "reworded": 0}
        if not taken.is_unchanged:
            counts = {name: len(getattr(change, name)) for name in counts}
        return cls(
            document=taken.document.id,
            change="unchanged" if taken.is_unchanged else change.version.change,
            version=taken.document.version,
            remarks=list(taken.document.remarks),
            **counts,
        )
