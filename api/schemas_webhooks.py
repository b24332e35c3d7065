"""Webhooks on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

EventName = Literal["theme.new", "gap.new"]


class WebhookIn(BaseModel):
    """Where to tell of what."""

    model_config = ConfigDict(extra="forbid")

    url: Annotated[str, Field(max_length=2000, examples=["https://hooks.example.com/buyerspeak"])]
    events: Annotated[list[EventName], Field(min_length=1, examples=[["theme.new", "gap.new"]])]


class WebhookOut(BaseModel):
    """A webhook, without its secret."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    url: str
    events: list[EventName]
    who: str
    at: datetime


class NewWebhookOut(BaseModel):
    """A webhook with the secret that signs what it is sent; it is shown this once."""

    webhook: WebhookOut
    secret: str


class WebhookPage(BaseModel):
    """A page of webhooks."""

    items: list[WebhookOut]
    total: int
    next: str | None


class DeliveryOut(BaseModel):
    """One event on its way, and what became of the last try."""

    model_config = ConfigDict(from_attributes=True)

    number: int
    event: EventName
    body: dict[str, Any]
    state: Literal["waiting", "done", "given_up"]
    tries: int
    due_at: datetime
    last_error: str | None
