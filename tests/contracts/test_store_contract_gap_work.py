"""What every store promises about the work on gaps: events in order, and one state of things a day."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from pipeline.errors import NotFound
from pipeline.gap_work import GapEvent, GapSnapshot

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
OWNER = GapEvent("t1", NOON, "Ewa", "owner", {"owner": "Zoë"}, "first")
DUE = GapEvent("t2", NOON, "Ewa", "due", {"due": "2026-04-01"})


def test_events_come_back_in_the_order_given_with_numbers(store):
    with store.begin() as tx:
        tx.gap_work.add([OWNER, DUE])
        tx.gap_work.add([DUE])
    with store.read() as tx:
        events = tx.gap_work.events()
        assert [event.theme for event in events] == ["t1", "t2", "t2"]
        assert events[0].value == {"owner": "Zoë"}
        assert (events[0].at, events[0].note) == (NOON, "first")
        assert [event.number for event in events] == sorted({event.number for event in events})
        assert [event.number for event in tx.gap_work.events("t1")] == [events[0].number]
        assert tx.gap_work.get(events[1].number) == events[1]
        assert tx.gap_work.last_number() == events[2].number


def test_an_unknown_event_is_not_found(store):
    with store.begin() as tx:
        assert tx.gap_work.last_number() == 0
        with pytest.raises(NotFound, match="gap history"):
            tx.gap_work.get(7)


def test_a_day_holds_how_things_stood_last(store):
    first, second = date(2026, 3, 1), date(2026, 3, 2)
    with store.begin() as tx:
        tx.gap_work.put_snapshot(first, [GapSnapshot(first, "t1", "Price", "missing", 3, 2)])
        tx.gap_work.put_snapshot(second, [GapSnapshot(second, "t1", "Price", "weak", 4, 2)])
        tx.gap_work.put_snapshot(first, [GapSnapshot(first, "t2", "Trust", "covered", 1, 1)])
    with store.read() as tx:
        kept = [(one.day, one.theme, one.status) for one in tx.gap_work.snapshots()]
    assert kept == [(first, "t2", "covered"), (second, "t1", "weak")]
