"""What every store promises about the sample that its calls are: counts, what is lacking, and the calls behind each."""

from datetime import timedelta

import pytest

from pipeline.records import SpeakerRole, StageRun
from pipeline.store.sample import LACKING, ChosenCalls, LastAdded

ALL = ChosenCalls({})


@pytest.fixture
def held(store, hold):
    """Four calls, added a, b, c, d, a minute apart: only a lacks nothing, d has no turn and no metadata."""
    whole = {"account": "Acme", "segment": "Small", "outcome": "won", "recorded_at": "2026-02-01", "consent": "yes"}
    with store.begin() as tx:
        hold(tx, "a", metadata=whole)
        hold(tx, "b", metadata={"account": "Acme", "segment": "small", "recorded_at": "2026-02-03", "consent": ""})
        hold(tx, "c", metadata={"account": "Bell", "segment": "mid"})
        hold(tx, "d", ())
        tx.talk.replace_speakers("a", [SpeakerRole("S1", "customer", 0.9, "inferred")])
        tx.talk.replace_speakers("b", [SpeakerRole("S1", "rep", 0.9, "inferred")])
        tx.stages.record(StageRun("a", "moments", "done", "x"))
        tx.stages.record(StageRun("b", "roles", "failed", "x", error="It broke."))
        tx.stages.record(StageRun("b", "moments", "failed", "x", error="It broke."))
    return store


def ids(calls):
    return [call.id for call in calls]


def test_what_a_call_lacks_is_a_field_that_says_nothing_or_a_customer_nobody_knows(held):
    with held.read() as tx:
        lacking = {what: sorted(ids(tx.sample.latest(ChosenCalls({}, what), limit=9))) for what in LACKING}
        counted = {what: tx.sample.count(ChosenCalls({}, what)) for what in LACKING}
    assert lacking == {
        "consent": ["b", "c", "d"],
        "segment": ["d"],
        "account": ["d"],
        "outcome": ["b", "c", "d"],
        "recorded_at": ["c", "d"],
        "customer": ["b", "c"],
    }
    assert counted == {what: len(calls) for what, calls in lacking.items()}


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        (ALL, ["b", "a", "d", "c"]),
        (ChosenCalls({"segment": ("SMALL",)}), ["b", "a"]),
        (ChosenCalls({"segment": ("small", "mid")}, lacks="outcome"), ["b", "c"]),
        (ChosenCalls({}, failed=True), ["b"]),
        (ChosenCalls({}, since="2026-02-02"), ["b"]),
        (ChosenCalls({}, until="2026-02-01"), ["a"]),
        (ChosenCalls({"account": ("nobody",)}), []),
    ],
)
def test_chosen_calls_come_the_last_recorded_first_and_undated_ones_by_their_coming(held, chosen, found):
    with held.read() as tx:
        assert ids(tx.sample.latest(chosen, limit=9)) == found
        assert tx.sample.count(chosen) == len(found)
        assert ids(tx.sample.latest(chosen, limit=1, offset=1)) == found[1:2]


def test_what_came_in_last_is_told_with_how_many_came_that_day(held, hold):
    with held.begin() as tx:
        assert ids(tx.sample.added_last(limit=3)) == ["d", "c", "b"]
        assert ids(tx.sample.added_last(limit=3, failed=True)) == ["b"]
        last = tx.calls.get("d").added_at
        assert tx.sample.last_added() == LastAdded(last, 4)
        tx.calls.forget("d")
        assert tx.sample.last_added() == LastAdded(last - timedelta(minutes=1), 3)


def test_accounts_hours_and_values_are_counted_by_call(held):
    with held.read() as tx:
        assert tx.sample.n_accounts() == 2
        assert tx.sample.hours() == pytest.approx(4 / 60)
        assert [(value.lower(), n) for value, n in tx.sample.per_value("segment")] == [("mid", 1), ("small", 2)]
        assert tx.sample.per_value("account") == [("Bell", 1), ("Acme", 2)]
        assert tx.sample.per_value("nothing") == []


def test_of_nothing_there_is_nothing_to_count(store):
    with store.read() as tx:
        assert (tx.sample.count(ALL), tx.sample.last_added(), tx.sample.n_accounts(), tx.sample.hours()) == (
            0,
            None,
            0,
            0,
        )
        assert tx.sample.latest(ALL, limit=9) == tx.sample.added_last(limit=9) == []
