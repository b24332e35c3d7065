"""Readings that take a while, as last computed: once per change of what is held."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock, Thread
from time import monotonic
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from api.background import give_way
from pipeline.assemble import Toolkit
from pipeline.collateral.records import Gap
from pipeline.insights.gaps import find_gaps
from pipeline.insights.handling import Handling, handle_objections
from pipeline.insights.unasked import UnaskedDocument, find_unasked
from pipeline.records import PhraseFilter
from pipeline.store.changes import Point
from pipeline.store.session import Transaction

T = TypeVar("T")
_PATIENCE_S = 1.0
"""A page waits this long for a reading before it says that it is computed; if it took longer before, not at all."""
_states: WeakKeyDictionary[Transaction, tuple[Any, ...]] = WeakKeyDictionary()
_MANY = 200_000
"""After so many changes of what is held no reading is quick enough to be waited for."""


class KeptReading(Generic[T]):
    """Keeps what was computed until phrases, scores, themes or documents change. Threads may share it."""

    def __init__(
        self,
        toolkit: Toolkit,
        compute: Callable[[Toolkit, Transaction], T],
        name: str,
        *,
        also: Callable[[Transaction], object] = lambda _: None,
        lane: Lock | None = None,
    ) -> None:
        """Take the toolkit; nothing is computed before it is asked for. `also` says what else it depends on.

        In the background, readings that share a lane are computed one after another.
        """
        self._also = also
        self._lane = lane or Lock()
        self._toolkit = toolkit
        self._compute = compute
        self._name = name
        self._lock = Lock()
        self._took_s = 0.0
        self._begun_s = 0.0
        self._last: tuple[Any, T] | None = None
        self._failed: tuple[Any, Exception] | None = None
        self._worker: Thread | None = None

    def now(self, tx: Transaction) -> T:
        """Return the reading of what is held, however long that takes."""
        state = self._state(tx)
        with self._lock:
            if self._last is None or self._last[0] != state:
                started = monotonic()
                self._last = state, self._compute(self._toolkit, tx)
                self._took_s = monotonic() - started
            return self._last[1]

    def soon(self, tx: Transaction) -> T | None:
        """Return the reading of what is held, or None while it is computed. Raises what the computation raised."""
        state = self._state(tx)
        for is_first in (True, False):
            if not is_first:
                self._start().join(self._patience_s(state))
            last, failed = self._last, self._failed
            if last is not None and last[0] == state:
                return last[1]
            if failed is not None and failed[0] == state:
                self._failed = None
                raise failed[1]
        return None

    def _patience_s(self, state: tuple[Any, ...]) -> float:
        """Return how long to wait for the worker, who may have been at it for a while."""
        last: Point = state[0]
        if self._took_s >= _PATIENCE_S or last.number > _MANY:
            return 0.0
        return max(0.0, self._begun_s + _PATIENCE_S - monotonic())

    def _state(self, tx: Transaction) -> tuple[Any, ...]:
        return (*_state(tx), self._also(tx))

    def _start(self) -> Thread:
        if self._worker is None or not self._worker.is_alive():
            self._begun_s = monotonic()
            self._worker = Thread(target=self._work, name=self._name, daemon=True)
            self._worker.start()
        return self._worker

    def _work(self) -> None:
        give_way()
        with self._lane, self._toolkit.store.read() as tx:
            try:
                self.now(tx)
            except Exception as error:
                # Kept for the next who asks: this thread has nobody to tell.
                self._failed = self._state(tx), error


def _state(tx: Transaction) -> tuple[Any, ...]:
    """Return what every reading depends on; one snapshot has one, however many readings a page asks for."""
    if tx not in _states:
        _states[tx] = _state_of(tx)
    return _states[tx]


def _state_of(tx: Transaction) -> tuple[Any, ...]:
    names = tuple(sorted(tx.themes.names().items()))
    documents = tuple((held.id, held.name, held.added_at, repr(held.metadata)) for held in tx.collateral.all())
    return tx.changes.last(), tx.changes.themes_number(), tx.themes.stamp(), names, documents


def read_gaps(toolkit: Toolkit, tx: Transaction) -> list[Gap]:
    """Return the gaps of what is held: every passage is judged against every theme."""
    days = toolkit.settings.stale_after_days
    return find_gaps(tx, toolkit.answer_judge, toolkit.encoder, stale_after_days=days)


def read_unasked(toolkit: Toolkit, tx: Transaction) -> list[UnaskedDocument]:
    """Return what collateral says that nobody asked for: every passage is judged against every theme."""
    return find_unasked(tx, toolkit.answer_judge)


def read_handlings(toolkit: Toolkit, tx: Transaction) -> dict[str, Handling]:
    """Return what became of every objection that is held, by its id."""
    objections = tx.moments.select(PhraseFilter(kinds=("objection",)))
    return handle_objections(tx, objections, toolkit.reply_judge, toolkit.encoder)
