"""What trackers find, as last read: a tracker reads all of history, and its page is looked at again and again."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import Final

from api.filters import Where
from api.kept_reading import KeptReading
from pipeline.assemble import Toolkit
from pipeline.insights.trackers import Find, TrackedHistory, TrackerReading, track
from pipeline.store.session import Transaction

FIRST_PAGE: Final = 20
SUGGESTED: Final = 8
_KEPT: Final = 4
"""A reading holds a score for every turn, so that few of them are kept: those asked for last."""


@dataclass(frozen=True, slots=True)
class TrackedNow:
    """What a tracker finds: its first page, what it is least sure of, and all of it."""

    history: TrackedHistory
    first: TrackerReading
    unsure: tuple[Find, ...]


class KeptTrackers:
    """One kept reading for each tracker and choice of calls."""

    def __init__(self, toolkit: Toolkit) -> None:
        """Take the toolkit; nothing is read before it is asked for."""
        self._toolkit = toolkit
        self._lock = Lock()
        self._of: OrderedDict[tuple[str, str], KeptReading[TrackedNow]] = OrderedDict()

    def of(self, name: str, where: Where) -> KeptReading[TrackedNow]:
        """Return the reading of a tracker over the calls whose metadata say so."""
        key = (name, repr(sorted(where.items())))

        def read(kit: Toolkit, tx: Transaction) -> TrackedNow:
            history = track(tx, kit.encoder, tx.trackers.get(name), tx.trackers.examples(name), where)
            return TrackedNow(history, history.read(tx, limit=FIRST_PAGE), tuple(history.suggestions(tx, SUGGESTED)))

        with self._lock:
            if key not in self._of:
                self._of[key] = KeptReading(
                    self._toolkit,
                    read,
                    f"tracker {name}",
                    also=lambda tx: (tx.trackers.all(), tx.trackers.examples(name)),
                )
            self._of.move_to_end(key)
            while len(self._of) > _KEPT:
                self._of.popitem(last=False)
            return self._of[key]
