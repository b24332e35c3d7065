"""Webhooks: which addresses are told of new themes and gaps, and what became of the last messages. For admins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import ValidationError

from api import work_urls
from api.desk import Desk, DeskDep
from api.pages.page import Page, answer
from api.routes.webhooks import add_webhook, remove_webhook
from api.schemas_webhooks import NewWebhookOut, WebhookIn
from pipeline.errors import BadInput
from pipeline.store.webhooks import Delivery, Webhook

router = APIRouter()
EVENT_WORDS = {"theme.new": "a new theme", "gap.new": "a theme that collateral does not answer"}
_STATE_WORDS = {"waiting": "On its way", "done": "Delivered", "given_up": "Given up"}
_SHOWN = 8


@dataclass(frozen=True, slots=True)
class WebhookRow:
    """A webhook with its last deliveries, the latest first."""

    webhook: Webhook
    deliveries: list[Delivery]


@dataclass(frozen=True, kw_only=True)
class WebhooksPage(Page):
    """The webhooks, and the secret of one that was just made."""

    template: ClassVar[str] = "webhooks.html"
    room: ClassVar[str] = "webhooks"

    rows: list[WebhookRow]
    made: NewWebhookOut | None
    complaint: str
    url: str
    chosen: list[str]
    events: dict[str, str]
    states: dict[str, str]


def _page(
    desk: Desk,
    *,
    made: NewWebhookOut | None = None,
    complaint: str = "",
    url: str = "",
    chosen: list[str] | None = None,
) -> HTMLResponse:
    with desk.toolkit.store.read() as tx:
        rows = [WebhookRow(held, tx.webhooks.deliveries(held.id, limit=_SHOWN)) for held in tx.webhooks.all()]
    page = WebhooksPage(
        rows=rows,
        made=made,
        complaint=complaint,
        url=url,
        chosen=list(EVENT_WORDS) if chosen is None else chosen,
        events=EVENT_WORDS,
        states=_STATE_WORDS,
    )
    return answer(page, 422 if complaint else 201 if made else 200)


@router.get("/webhooks")
def show(desk: DeskDep) -> HTMLResponse:
    """Show the webhooks."""
    return _page(desk)


@router.post("/webhooks/add")
def add(
    desk: DeskDep,
    url: Annotated[str, Form(max_length=2000)] = "",
    events: Annotated[list[str] | None, Form()] = None,
) -> HTMLResponse:
    """Make a webhook and show its secret this once."""
    chosen = events or []
    if not chosen:
        return _page(desk, complaint="Choose at least one thing to be told of.", url=url, chosen=chosen)
    try:
        made = add_webhook(desk, WebhookIn.model_validate({"url": url.strip(), "events": chosen}))
    except (BadInput, ValidationError) as error:
        reason = str(error) if isinstance(error, BadInput) else "That is no event that webhooks tell of."
        return _page(desk, complaint=reason, url=url, chosen=chosen)
    return _page(desk, made=made)


@router.post("/webhooks/remove")
def remove(desk: DeskDep, webhook: Annotated[str, Form()] = "") -> RedirectResponse:
    """Remove a webhook with what was still to be told it."""
    remove_webhook(desk, webhook)
    return RedirectResponse(work_urls.webhooks(), 303)
