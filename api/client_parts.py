"""The smaller parts of the client: trackers, quality, and what admins do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from api.client_connection import Connection, Where, body_of, part
from api.schemas_people import NewTokenOut, PersonOut, PersonPage, TokenPage
from api.schemas_quality import ItemPage, LabelsIn, QualityOut, SampleOut, SampleProgressOut
from api.schemas_trackers import FindOut, TrackerFindsPage, TrackerIn, TrackerOut, TrackerPage, TrackerPreviewOut
from api.schemas_webhooks import DeliveryOut, NewWebhookOut, WebhookPage


class Trackers:
    """Detectors of one's own."""

    def __init__(self, ask: Connection) -> None:
        self._ask = ask

    def all(self, **words: Any) -> TrackerPage:
        """List the trackers."""
        return self._ask.get("/trackers", TrackerPage, **words)

    def get(self, name: str) -> TrackerOut:
        """Return a tracker with its examples."""
        return self._ask.get(f"/trackers/{part(name)}", TrackerOut)

    def add(self, given: TrackerIn) -> TrackerOut:
        """Keep a new tracker."""
        return self._ask.read("POST", "/trackers", TrackerOut, json=body_of(given))

    def preview(self, given: TrackerIn) -> TrackerPreviewOut:
        """Show what a tracker would find, without keeping it."""
        return self._ask.read("POST", "/trackers/preview", TrackerPreviewOut, json=body_of(given))

    def finds(self, name: str, *, where: Where | None = None, **words: Any) -> TrackerFindsPage:
        """List what a tracker finds."""
        return self._ask.get(f"/trackers/{part(name)}/finds", TrackerFindsPage, where, **words)

    def suggestions(self, name: str, *, where: Where | None = None, **words: Any) -> list[FindOut]:
        """List what a tracker is least sure of."""
        return self._ask.get(f"/trackers/{part(name)}/suggestions", list[FindOut], where, **words)

    def answer(self, name: str, *, yes: Sequence[str] = (), no: Sequence[str] = (), who: str = "") -> TrackerOut:
        """Keep which finds are meant and which are not."""
        body = {"yes": list(yes), "no": list(no), "who": who}
        return self._ask.read("POST", f"/trackers/{part(name)}/answers", TrackerOut, json=body)

    def remove(self, name: str) -> None:
        """Remove a tracker with its examples."""
        self._ask.ask("DELETE", f"/trackers/{part(name)}")


class Quality:
    """Samples to label, and what follows from the labels."""

    def __init__(self, ask: Connection) -> None:
        self._ask = ask

    def report(self, sample: str = "") -> QualityOut:
        """Return precision, recall and true counts per kind."""
        return self._ask.get("/quality", QualityOut, sample=sample)

    def samples(self) -> list[SampleProgressOut]:
        """List the samples that were drawn."""
        return self._ask.get("/quality/samples", list[SampleProgressOut])

    def draw(self, n: int, *, seed: int | None = None) -> SampleOut:
        """Draw a sample of turns to label."""
        return self._ask.read("POST", "/quality/samples", SampleOut, json={"n": n, "seed": seed})

    def items(self, sample: str, **words: Any) -> ItemPage:
        """List the drawn turns."""
        return self._ask.get(f"/quality/samples/{part(sample)}/items", ItemPage, **words)

    def label(self, sample: str, position: int, labels: LabelsIn) -> None:
        """Keep what a person marked in a turn."""
        self._ask.ask("PUT", f"/quality/samples/{part(sample)}/items/{position}", json=body_of(labels))


class Admin:
    """People, tokens and webhooks."""

    def __init__(self, ask: Connection) -> None:
        self._ask = ask

    def people(self, **words: Any) -> PersonPage:
        """List the accounts."""
        return self._ask.get("/people", PersonPage, **words)

    def add_person(self, name: str, password: str, *, role: str = "viewer") -> PersonOut:
        """Make an account."""
        body = {"name": name, "role": role, "password": password}
        return self._ask.read("POST", "/people", PersonOut, json=body)

    def change_person(self, name: str, *, role: str | None = None, password: str | None = None) -> PersonOut:
        """Give a person another role or password."""
        body = {"role": role, "password": password}
        return self._ask.read("PATCH", f"/people/{part(name)}", PersonOut, json=body)

    def remove_person(self, name: str) -> None:
        """Delete an account."""
        self._ask.ask("DELETE", f"/people/{part(name)}")

    def tokens(self, **words: Any) -> TokenPage:
        """List the tokens."""
        return self._ask.get("/tokens", TokenPage, **words)

    def add_token(self, label: str, *, person: str = "", scope: str = "read", days: int = 90) -> NewTokenOut:
        """Make a token; its key is in this answer alone."""
        body = {"label": label, "person": person, "scope": scope, "days": days}
        return self._ask.read("POST", "/tokens", NewTokenOut, json=body)

    def revoke_token(self, token: str) -> None:
        """Delete a token."""
        self._ask.ask("DELETE", f"/tokens/{part(token)}")

    def webhooks(self, **words: Any) -> WebhookPage:
        """List the webhooks."""
        return self._ask.get("/webhooks", WebhookPage, **words)

    def add_webhook(self, url: str, events: Sequence[str]) -> NewWebhookOut:
        """Have an address told of events; its secret is in this answer alone."""
        return self._ask.read("POST", "/webhooks", NewWebhookOut, json={"url": url, "events": list(events)})

    def remove_webhook(self, webhook: str) -> None:
        """Remove a webhook."""
        self._ask.ask("DELETE", f"/webhooks/{part(webhook)}")

    def deliveries(self, webhook: str) -> list[DeliveryOut]:
        """List the last deliveries to a webhook."""
        return self._ask.get(f"/webhooks/{part(webhook)}/deliveries", list[DeliveryOut])
