"""The server's thread that looks for news and delivers them."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from threading import Event, Thread

from api.desk import Desk
from api.webhooks.addresses import Resolve, resolve
from api.webhooks.news import tell_news
from api.webhooks.sending import deliver_due
from pipeline.errors import SAID_IN_WORDS

log = logging.getLogger(__name__)
_EVERY_S = 20.0


class WebhookWorker:
    """Looks every few seconds, also for what other processes took in."""

    def __init__(self, desk: Desk, *, resolve: Resolve = resolve) -> None:
        """Take the desk of those who see everything; nothing runs before `start`."""
        self._desk = desk
        self._resolve = resolve
        self._ended = Event()
        self._thread = Thread(target=self._work, name="webhooks", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def close(self, timeout_s: float = 2.0) -> None:
        """Stop after what is being sent."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    def look(self, at: datetime) -> int:
        """Note what is new, send what is due, and return how many deliveries arrived."""
        toolkit = self._desk.toolkit
        tell_news(toolkit.store, self._desk.gaps.now, at)
        private_too = toolkit.settings.webhooks_to_private
        return deliver_due(toolkit.store, at, resolve=self._resolve, private_too=private_too)

    def _work(self) -> None:
        while not self._ended.wait(_EVERY_S):
            try:
                self.look(datetime.now(UTC))
            except SAID_IN_WORDS as error:
                log.warning("webhooks: %s", error)
            except Exception:
                # The next look may go well; what is due stays due.
                log.exception("webhooks could not be told")
