"""What every store promises about corrections: a history that only grows, and where each correction stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from pipeline.corrected import Correction, MachineMoment, Placement, Stretch
from pipeline.errors import Conflict, NotFound
from pipeline.moment_ids import moment_id
from pipeline.records import PhraseFilter, SpottedMoment

NOON = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
WORDS = Stretch(0, 8, 21, "too expensive")
PRICE = SpottedMoment(0, 8, 21, "objection", "price", "asserted", 0.8)
MACHINE = MachineMoment(moment_id("a", 0, 8, 21, "objection"), 8, 21, "objection", "price")
CONFIRMED = Correction("c1", "a", "c1", "confirmed", WORDS, "objection", "price", MACHINE, "Ann", NOON, "heard it")
CHANGED = replace(CONFIRMED, id="c2", action="changed", kind="pain", category=None, who="Zoë", note=None)
ADDED = Correction("c3", "a", "c3", "added", Stretch(0, 0, 4, "That"), "signal", None, None, "Ann", NOON)


@pytest.fixture
def corrected(store, hold):
    """Call a with its price moment and three corrections on two points; call b with none."""
    with store.begin() as tx:
        hold(tx, "a", moments=[PRICE])
        hold(tx, "b", moments=[PRICE])
        for said in (CONFIRMED, ADDED, CHANGED):
            tx.corrections.add(said)
    return store


def test_corrections_come_back_as_they_were_given_in_the_order_made(corrected):
    with corrected.read() as tx:
        assert tx.corrections.of_call("a") == tx.corrections.all() == [CONFIRMED, ADDED, CHANGED]
        assert tx.corrections.of_call("b") == []
        assert tx.corrections.get("c1") == CONFIRMED


def test_the_time_comes_back_in_utc(store, hold):
    tokyo = NOON.astimezone(timezone(timedelta(hours=9)))
    with store.begin() as tx:
        hold(tx, "a")
        tx.corrections.add(replace(CONFIRMED, at=tokyo))
        assert tx.corrections.get("c1").at.isoformat() == NOON.isoformat()


def test_the_last_of_a_point_holds(corrected):
    with corrected.read() as tx:
        assert tx.corrections.live("a") == tx.corrections.live() == [ADDED, CHANGED]
        assert tx.corrections.live("b") == []


def test_an_undone_correction_stays_in_the_history_and_the_one_before_it_holds_again(corrected):
    with corrected.begin() as tx:
        undone = tx.corrections.undo("c2", who="Bo", at=NOON)
        assert undone == replace(CHANGED, undone_by="Bo", undone_at=NOON)
        assert tx.corrections.live("a") == [CONFIRMED, ADDED]
        assert tx.corrections.of_call("a") == [CONFIRMED, ADDED, undone]


def test_only_the_last_of_a_point_can_be_undone_and_only_once(corrected):
    with corrected.begin() as tx:
        with pytest.raises(Conflict, match="followed by 'c2'"):
            tx.corrections.undo("c1", who="Bo", at=NOON)
        tx.corrections.undo("c2", who="Bo", at=NOON)
        with pytest.raises(Conflict, match="undone by Bo already"):
            tx.corrections.undo("c2", who="Cy", at=NOON)
        tx.corrections.undo("c1", who="Bo", at=NOON)
        assert tx.corrections.live("a") == [ADDED]


def test_what_is_not_held_is_named(corrected):
    with corrected.begin() as tx:
        for ask in (tx.corrections.get, lambda name: tx.corrections.undo(name, who="Bo", at=NOON)):
            with pytest.raises(NotFound, match="No correction 'c9'"):
                ask("c9")
        with pytest.raises(NotFound, match="No call 'x'"):
            tx.corrections.add(replace(ADDED, id="c9", call="x"))
        with pytest.raises(NotFound, match="No call 'x'"):
            tx.corrections.place("x", [])


def test_an_id_is_given_once(corrected):
    with pytest.raises(Conflict), corrected.begin() as tx:
        tx.corrections.add(replace(ADDED, point="c9"))


def test_placements_are_replaced_as_a_whole_and_tell_who_made_a_moment(corrected):
    made, nowhere = Placement("c2", WORDS, moment="m2"), Placement("c3", None, reason="gone")
    with corrected.begin() as tx:
        tx.corrections.place("a", [made, nowhere])
        assert tx.corrections.placements("a") == tx.corrections.placements() == {"c2": made, "c3": nowhere}
        assert tx.corrections.of_moment("m2") == CHANGED
        assert tx.corrections.of_moment(MACHINE.id) is None
        tx.corrections.place("b", [])
        tx.corrections.place("a", [nowhere])
        assert tx.corrections.placements("a") == {"c3": nowhere}
        assert tx.corrections.of_moment("m2") is None


def test_an_undone_correction_stands_nowhere(corrected):
    with corrected.begin() as tx:
        tx.corrections.place("a", [Placement("c2", WORDS, moment="m2")])
        tx.corrections.undo("c2", who="Bo", at=NOON)
        assert tx.corrections.placements("a") == {}


def test_a_moment_that_a_person_set_is_heard_unless_a_verdict_says_otherwise(corrected):
    other = moment_id("b", 0, 8, 21, "objection")
    with corrected.begin() as tx:
        tx.corrections.place("a", [Placement("c1", WORDS, moment=MACHINE.id)])
        assert (tx.moments.get(MACHINE.id).state, tx.moments.get(other).state) == ("heard", "machine")
        heard = PhraseFilter(states=("heard",))
        assert [held.id for held in tx.moments.select(heard)] == [MACHINE.id]
        assert (tx.moments.count(heard), tx.phrases.count(heard)) == (1, 1)
        tx.moments.set_state(MACHINE.id, "withdrawn")
        assert tx.moments.get(MACHINE.id).state == "withdrawn"
        assert tx.moments.count(heard) == 0


def test_themes_and_gaps_learn_of_a_new_placement_and_of_nothing_when_it_is_the_same(corrected):
    numbers = []
    for placed in ([], [Placement("c1", WORDS, moment="m1")], [Placement("c1", WORDS, moment="m1")], []):
        with corrected.begin() as tx:
            tx.corrections.place("a", placed)
            numbers.append(tx.phrases.change_number())
    assert numbers[0] < numbers[1] == numbers[2] < numbers[3]
