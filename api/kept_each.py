"""Readings of one thing each, as last computed: a tracker, a sample, a part of the guide, a period of the review."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

from api.kept_reading import KeptReading
from pipeline.assemble import Toolkit
from pipeline.store.session import Transaction

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


class KeptEach(Generic[K, T]):
    """One kept reading for each key, those asked for last. Threads may share it."""

    def __init__(
        self,
        toolkit: Toolkit,
        compute: Callable[[Toolkit, Transaction, K], T],
        name: str,
        *,
        also: Callable[[Transaction, K], object] = lambda _tx, _key: None,
        most: int = 8,
        lane: Lock | None = None,
    ) -> None:
        """Take what computes the reading of a key; `also` says what else it depends on, `most` how many stay."""
        self._toolkit = toolkit
        self._compute = compute
        self._name = name
        self._also = also
        self._most = most
        self._lane = lane or Lock()
        self._lock = Lock()
        self._of: OrderedDict[K, KeptReading[T]] = OrderedDict()

    def of(self, key: K) -> KeptReading[T]:
        """Return the reading of a key."""
        with self._lock:
            if key not in self._of:
                self._of[key] = KeptReading(
                    self._toolkit,
                    lambda kit, tx: self._compute(kit, tx, key),
                    f"{self._name} {key}",
                    also=lambda tx: self._also(tx, key),
                    lane=self._lane,
                )
            self._of.move_to_end(key)
            while len(self._of) > self._most:
                self._of.popitem(last=False)
            return self._of[key]
