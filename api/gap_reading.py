"""The gaps as last computed: judging every passage against every theme takes a while, so it is done once per change."""

from __future__ import annotations

from threading import Lock, Thread
from typing import Any

from pipeline.assemble import Toolkit
from pipeline.insights.gaps import find_gaps
from pipeline.records import Gap
from pipeline.store.session import Transaction

_PATIENCE_S = 1.0
"""A page waits this long for gaps before it says that they are being computed."""


class GapReading:
    """Keeps the gaps until phrases, themes or documents change. Threads may share it."""

    def __init__(self, toolkit: Toolkit) -> None:
        """Take the toolkit; nothing is computed before it is asked for."""
        self._toolkit = toolkit
        self._lock = Lock()
        self._last: tuple[Any, list[Gap]] | None = None
        self._failed: tuple[Any, Exception] | None = None
        self._worker: Thread | None = None

    def now(self, tx: Transaction) -> list[Gap]:
        """Return the gaps of what is held, however long that takes."""
        state = _state(tx)
        with self._lock:
            if self._last is None or self._last[0] != state:
                self._last = state, find_gaps(tx, self._toolkit.answer_judge, self._toolkit.encoder)
            return self._last[1]

    def soon(self, tx: Transaction) -> list[Gap] | None:
        """Return the gaps of what is held, or None while they are computed. Raises what the computation raised."""
        state = _state(tx)
        for wait_s in (0.0, _PATIENCE_S):
            if wait_s:
                self._start().join(wait_s)
            last, failed = self._last, self._failed
            if last is not None and last[0] == state:
                return last[1]
            if failed is not None and failed[0] == state:
                self._failed = None
                raise failed[1]
        return None

    def _start(self) -> Thread:
        if self._worker is None or not self._worker.is_alive():
            self._worker = Thread(target=self._compute, name="gaps", daemon=True)
            self._worker.start()
        return self._worker

    def _compute(self) -> None:
        with self._toolkit.store.read() as tx:
            try:
                self.now(tx)
            except Exception as error:
                # Kept for the next who asks: this thread has nobody to tell.
                self._failed = _state(tx), error


def _state(tx: Transaction) -> tuple[Any, ...]:
    themes = tuple((theme.id, theme.label) for theme in tx.themes.all())
    documents = tuple((document.id, document.name) for document in tx.collateral.all())
    return tx.phrases.change_number(), tx.themes.stamp(), themes, documents
