"""Who is told of new themes and gaps. For admins."""

from __future__ import annotations

from datetime import UTC, datetime
from secrets import token_hex

from fastapi import APIRouter

from api.desk import DeskDep
from api.paging import PartDep
from api.people.secrets import new_key
from api.people.visitor import visitor_now
from api.schemas_webhooks import DeliveryOut, NewWebhookOut, WebhookIn, WebhookOut, WebhookPage
from api.webhooks.addresses import checked_address, resolve
from api.webhooks.news import tell_news
from pipeline.store.webhooks import Webhook

router = APIRouter(prefix="/webhooks", tags=["webhooks"])


@router.get("")
def list_webhooks(desk: DeskDep, part: PartDep) -> WebhookPage:
    """List the webhooks, the first made first. For admins."""
    with desk.toolkit.store.read() as tx:
        held = tx.webhooks.all()
    chosen, cursor = part.page(held, lambda webhook: webhook.id)
    return WebhookPage(items=[WebhookOut.model_validate(one) for one in chosen], total=len(held), next=cursor)


@router.post("", status_code=201)
def add_webhook(desk: DeskDep, given: WebhookIn) -> NewWebhookOut:
    """Have an address told of new themes, or of themes that collateral does not answer, from now on. For admins.

    Each message carries `Buyerspeak-Signature: t=SECONDS,v1=HEX`, the HMAC-SHA256 of "SECONDS.BODY" with the secret in
    this answer. What fails is tried again after 1, 5 and 30 minutes, 2 and 12 hours. No words of customers are sent.
    """
    checked_address(given.url, resolve=resolve, private_too=desk.toolkit.settings.webhooks_to_private)
    now = datetime.now(UTC)
    events = tuple(sorted(set(given.events)))
    made = Webhook(token_hex(6), given.url, events, new_key(), visitor_now().says(""), now)
    with desk.toolkit.store.begin() as tx:
        tx.webhooks.add(made)
    # What is held already is no news; this notes it.
    tell_news(desk.toolkit.store, desk.gaps.now, now)
    return NewWebhookOut(webhook=WebhookOut.model_validate(made), secret=made.secret)


@router.delete("/{webhook}", status_code=204)
def remove_webhook(desk: DeskDep, webhook: str) -> None:
    """Remove a webhook with what was still to be told it. For admins."""
    with desk.toolkit.store.begin() as tx:
        tx.webhooks.remove(webhook)


@router.get("/{webhook}/deliveries")
def list_deliveries(desk: DeskDep, webhook: str) -> list[DeliveryOut]:
    """List the last 50 deliveries to a webhook, the latest first, with what became of them. For admins."""
    with desk.toolkit.store.read() as tx:
        tx.webhooks.get(webhook)
        return [DeliveryOut.model_validate(delivery) for delivery in tx.webhooks.deliveries(webhook)]
