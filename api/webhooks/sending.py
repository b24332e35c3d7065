"""One delivery: signed, sent to the address that was checked, and tried again later if it fails."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

import httpx

from api.webhooks.addresses import Resolve, checked_address
from pipeline.errors import BadInput
from pipeline.store.session import Store
from pipeline.store.webhooks import Delivery, Webhook

WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=12),
)
"""Between one try and the next; after the last it is given up."""
_TIMEOUT_S = 10.0


@dataclass(frozen=True, slots=True)
class Post:
    """What goes over the wire."""

    url: str
    body: bytes
    headers: Mapping[str, str]


def signature(secret: str, at: datetime, body: bytes) -> str:
    """Return `t=SECONDS,v1=HEX`: HMAC-SHA256 of "SECONDS.BODY", which no older message can be passed off for."""
    seconds = int(at.timestamp())
    signed = hmac.new(secret.encode(), f"{seconds}.".encode() + body, sha256).hexdigest()
    return f"t={seconds},v1={signed}"


def post_of(webhook: Webhook, delivery: Delivery, at: datetime) -> Post:
    """Return what a delivery sends."""
    content: dict[str, Any] = {"id": delivery.number, "event": delivery.event, **delivery.body}
    body = json.dumps(content, ensure_ascii=False).encode()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Buyerspeak",
        "Buyerspeak-Event": delivery.event,
        "Buyerspeak-Delivery": str(delivery.number),
        "Buyerspeak-Signature": signature(webhook.secret, at, body),
    }
    return Post(webhook.url, body, headers)


def send(post: Post, *, resolve: Resolve, private_too: bool) -> None:
    """Send it. Raises BadInput for an address that must not be, httpx.HTTPError for any answer but 2xx."""
    address = checked_address(post.url, resolve=resolve, private_too=private_too)
    parts = urlsplit(post.url)
    host = parts.hostname or ""
    numeric = f"[{address}]" if address.version == 6 else str(address)
    pinned = parts._replace(netloc=f"{numeric}:{parts.port}" if parts.port else numeric, fragment="").geturl()
    with httpx.Client(timeout=_TIMEOUT_S, follow_redirects=False, trust_env=False) as client:
        request = client.build_request(
            "POST", pinned, content=post.body, headers={**post.headers, "Host": parts.netloc}
        )
        # The certificate must be of the name, though the connection goes to the number.
        request.extensions["sni_hostname"] = host
        answer = client.send(request, stream=True)
        answer.close()
    if not answer.is_success:
        raise httpx.HTTPStatusError(f"It answered {answer.status_code}.", request=request, response=answer)


def deliver_due(store: Store, at: datetime, *, resolve: Resolve, private_too: bool) -> int:
    """Send what is due, keep what became of each, and return how many arrived."""
    with store.read() as tx:
        due = tx.webhooks.due(at)
        known = {webhook.id: webhook for webhook in tx.webhooks.all()}
    n_arrived = 0
    for delivery in due:
        if delivery.webhook not in known:
            continue
        error = _tried(post_of(known[delivery.webhook], delivery, at), resolve=resolve, private_too=private_too)
        n_arrived += error is None
        _keep(store, delivery, at, error)
    return n_arrived


def _tried(post: Post, *, resolve: Resolve, private_too: bool) -> str | None:
    try:
        send(post, resolve=resolve, private_too=private_too)
    except (httpx.HTTPError, httpx.InvalidURL, BadInput, OSError) as error:
        return (str(error) or type(error).__name__)[:500]
    return None


def _keep(store: Store, delivery: Delivery, at: datetime, error: str | None) -> None:
    with store.begin() as tx:
        if error is None:
            tx.webhooks.settle(delivery.number, "done", due_at=at, error=None)
        elif delivery.tries < len(WAITS):
            tx.webhooks.settle(delivery.number, "waiting", due_at=at + WAITS[delivery.tries], error=error)
        else:
            tx.webhooks.settle(delivery.number, "given_up", due_at=at, error=error)
