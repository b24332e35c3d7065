"""People and tokens on the wire; no hash ever is."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.people.door import MAX_TOKEN_DAYS, TOKEN_DAYS
from pipeline.store.people import AccountRole, Scope


class VisitorOut(BaseModel):
    """Who asks; `name` is null where nobody signs in."""

    model_config = ConfigDict(from_attributes=True)

    name: str | None
    role: AccountRole
    scope: Scope
    by: Literal["nothing", "session", "token"]


class PersonOut(BaseModel):
    """An account."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    role: AccountRole
    added_at: datetime


class PersonIn(BaseModel):
    """A new account."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=100, examples=["Ann Reed"])]
    role: AccountRole = "viewer"
    password: Annotated[str, Field(min_length=12, max_length=200, examples=["a long one of your own"])]


class PersonChange(BaseModel):
    """What is to be different about an account."""

    model_config = ConfigDict(extra="forbid")

    role: AccountRole | None = None
    password: Annotated[str | None, Field(min_length=12, max_length=200)] = None


class PersonPage(BaseModel):
    """A page of accounts."""

    items: list[PersonOut]
    total: int
    next: str | None


class TokenOut(BaseModel):
    """A token, without its key."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    label: str
    person: str
    scope: Scope
    made_at: datetime
    expires_at: datetime


class TokenIn(BaseModel):
    """A new token; without a person it is of whoever asks."""

    model_config = ConfigDict(extra="forbid")

    label: Annotated[str, Field(min_length=1, max_length=100, examples=["Nightly report"])]
    person: Annotated[str, Field(max_length=100)] = ""
    scope: Scope = "read"
    days: Annotated[int, Field(ge=1, le=MAX_TOKEN_DAYS)] = TOKEN_DAYS


class NewTokenOut(BaseModel):
    """A token with its key, which cannot be had again."""

    token: TokenOut
    key: str


class TokenPage(BaseModel):
    """A page of tokens."""

    items: list[TokenOut]
    total: int
    next: str | None
