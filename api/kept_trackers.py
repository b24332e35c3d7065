"""What trackers find, as last read: a tracker reads all of history, and its page is looked at again and again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

from pipeline.assemble import Toolkit
from pipeline.insights.trackers import Find, TrackedHistory, TrackerReading, track
from pipeline.store.session import Transaction

FIRST_PAGE: Final = 20
SUGGESTED: Final = 8
MOST_KEPT: Final = 4
"""A reading holds a score for every turn, so that few of them are kept."""
Tracked: TypeAlias = tuple[str, tuple[tuple[str, tuple[str, ...]], ...]]
"""A tracker's name, and the accepted values of each metadata field."""


@dataclass(frozen=True, slots=True)
class TrackedNow:
    """What a tracker finds: its first page, what it is least sure of, and all of it."""

    history: TrackedHistory
    first: TrackerReading
    unsure: tuple[Find, ...]


def read_tracked(toolkit: Toolkit, tx: Transaction, key: Tracked) -> TrackedNow:
    """Return what a tracker finds in the calls whose metadata say so."""
    name, where = key
    history = track(tx, toolkit.encoder, tx.trackers.get(name), tx.trackers.examples(name), dict(where))
    return TrackedNow(history, history.read(tx, limit=FIRST_PAGE), tuple(history.suggestions(tx, SUGGESTED)))
