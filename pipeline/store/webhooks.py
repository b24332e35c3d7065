"""Where others want to be told of new themes and gaps, and what is still to be told them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import JSON, Column, Connection, ForeignKey, Index, Integer, Table, Text, delete, select, update

from pipeline.errors import NotFound
from pipeline.store.rows import insert_rows
from pipeline.store.tables import KEY, SERIAL, UtcDateTime, metadata

DeliveryState = Literal["waiting", "done", "given_up"]

webhooks = Table(
    "webhooks",
    metadata,
    Column("id", KEY, primary_key=True),
    Column("url", Text, nullable=False),
    Column("events", JSON, nullable=False),
    Column("secret", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("number", SERIAL, primary_key=True),
    Column("webhook", KEY, ForeignKey("webhooks.id"), nullable=False),
    Column("event", Text, nullable=False),
    Column("body", JSON, nullable=False),
    Column("state", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("last_error", Text),
    Index("deliveries_by_due", "state", "due_at"),
    Index("deliveries_by_webhook", "webhook"),
    sqlite_autoincrement=True,
)


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address that is told of events; `secret` signs what is sent, and is needed in the clear for that."""

    id: str
    url: str
    events: tuple[str, ...]
    secret: str
    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event on its way to one webhook."""

    number: int
    webhook: str
    event: str
    body: Mapping[str, Any]
    state: DeliveryState
    tries: int
    due_at: datetime
    last_error: str | None


class Webhooks:
    """One row per webhook, and one per event to be delivered."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, webhook: Webhook) -> None:
        """Hold a new webhook."""
        insert_rows(self._connection, webhooks, [asdict(webhook) | {"events": list(webhook.events)}])

    def get(self, webhook_id: str) -> Webhook:
        """Return a webhook; NotFound if it is not held."""
        row = self._connection.execute(select(webhooks).where(webhooks.c.id == webhook_id)).mappings().first()
        if row is None:
            raise NotFound(f"No webhook {webhook_id!r}. GET /api/v1/webhooks lists those that are held.")
        return Webhook(**dict(row) | {"events": tuple(row["events"])})

    def all(self) -> list[Webhook]:
        """Return the webhooks, the first made first."""
        rows = self._connection.execute(select(webhooks).order_by(webhooks.c.at, webhooks.c.id)).mappings()
        return [Webhook(**dict(row) | {"events": tuple(row["events"])}) for row in rows]

    def remove(self, webhook_id: str) -> None:
        """Delete a webhook with what was still to be told it; NotFound if it is not held."""
        self.get(webhook_id)
        self._connection.execute(delete(deliveries).where(deliveries.c.webhook == webhook_id))
        self._connection.execute(delete(webhooks).where(webhooks.c.id == webhook_id))

    def tell(self, event: str, bodies: Sequence[Mapping[str, Any]], at: datetime) -> int:
        """Have every webhook that wants such events told each of these, and return how many deliveries that makes."""
        rows = [
            {"webhook": held.id, "event": event, "body": dict(body), "state": "waiting", "tries": 0, "due_at": at}
            for held in self.all()
            if event in held.events
            for body in bodies
        ]
        insert_rows(self._connection, deliveries, rows)
        return len(rows)

    def due(self, at: datetime, limit: int = 50) -> list[Delivery]:
        """Return what is to be sent now, the longest due first."""
        query = select(deliveries).where(deliveries.c.state == "waiting", deliveries.c.due_at <= at)
        ordered = query.order_by(deliveries.c.due_at, deliveries.c.number).limit(limit)
        return [Delivery(**row) for row in self._connection.execute(ordered).mappings()]

    def deliveries(self, webhook_id: str, limit: int = 50) -> list[Delivery]:
        """Return the last deliveries to a webhook, the latest first."""
        query = select(deliveries).where(deliveries.c.webhook == webhook_id).order_by(deliveries.c.number.desc())
        return [Delivery(**row) for row in self._connection.execute(query.limit(limit)).mappings()]

    def settle(self, number: int, state: DeliveryState, *, due_at: datetime, error: str | None) -> None:
        """Keep what became of a try."""
        self._connection.execute(
            update(deliveries)
            .where(deliveries.c.number == number)
            .values(state=state, tries=deliveries.c.tries + 1, due_at=due_at, last_error=error)
        )
