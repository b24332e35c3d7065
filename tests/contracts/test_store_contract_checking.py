"""What every store promises about the queue of moments that nobody has judged yet."""

from datetime import UTC, datetime

import pytest

from pipeline.corrected import Correction, Placement, Stretch
from pipeline.records import PhraseFilter, SpottedMoment
from pipeline.store.checking import Checked

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SPOTTED = [
    SpottedMoment(0, 0, 4, "objection", "price", "asserted", 0.9),
    SpottedMoment(0, 5, 7, "pain", None, "asserted", 0.4),
    SpottedMoment(0, 8, 11, "objection", "need", "asserted", 0.6),
    SpottedMoment(0, 12, 21, "question", None, "asserted", 0.4),
]


@pytest.fixture
def held(store, hold):
    """One call with four moments."""
    with store.begin() as tx:
        hold(tx, "a", moments=SPOTTED)
    return store


@pytest.fixture
def ids(held):
    """Those of the moments, in the order of `SPOTTED`."""
    with held.read() as tx:
        return [moment.id for moment in sorted(tx.moments.select(PhraseFilter()), key=lambda one: one.start_char)]


def by_score(ids):
    return sorted(ids, key=lambda moment: (SPOTTED[ids.index(moment)].score, moment))


def judge(tx, correction, action, moment):
    said = Stretch(0, 0, 4, "That")
    tx.corrections.add(Correction(correction, "a", correction, action, said, "pain", None, None, "Ann", NOON))
    return Placement(correction, said, moment=moment)


def test_the_least_sure_come_first_and_equal_ones_by_their_ids(held, ids):
    with held.read() as tx:
        assert tx.checking.ids("unsure", limit=9) == by_score(ids)
        assert tx.checking.ids("unsure", limit=2) == by_score(ids)[:2]


def test_random_ones_come_by_their_ids(held, ids):
    with held.read() as tx:
        assert tx.checking.ids("random", limit=9) == sorted(ids)


@pytest.mark.parametrize("stream", ["unsure", "random"])
def test_the_queue_goes_on_behind_any_moment_to_its_end(held, stream):
    with held.read() as tx:
        whole = tx.checking.ids(stream, limit=9)
        for place, moment in enumerate(whole):
            assert tx.checking.ids(stream, limit=9, after=moment) == whole[place + 1 :]


def test_behind_a_moment_that_is_not_held_the_least_sure_begin_anew(held, ids):
    with held.read() as tx:
        assert tx.checking.ids("unsure", limit=9, after="gone") == by_score(ids)


def test_some_kinds_only(held, ids):
    with held.read() as tx:
        assert tx.checking.ids("unsure", limit=9, kinds=["objection"]) == [ids[2], ids[0]]
        assert tx.checking.ids("unsure", limit=9, kinds=["pain", "goal"]) == [ids[1]]


def test_what_was_judged_leaves_the_queue_and_what_was_undone_comes_back(held, ids):
    with held.begin() as tx:
        tx.corrections.place("a", [judge(tx, "c1", "confirmed", ids[1])])
        tx.moments.set_state(ids[2], "withdrawn")
        assert tx.checking.ids("unsure", limit=9) == [ids[3], ids[0]]
        tx.corrections.place("a", [])
        assert tx.checking.ids("unsure", limit=9) == [one for one in by_score(ids) if one != ids[2]]


def test_what_people_said_is_counted_by_what_they_did_while_it_stands(held, ids):
    with held.begin() as tx:
        assert tx.checking.checked() == Checked(0, 0, 0)
        actions = ("confirmed", "confirmed", "rejected", "changed")
        placed = [judge(tx, f"c{n}", action, ids[n]) for n, action in enumerate(actions)]
        judge(tx, "c9", "confirmed", None)
        tx.corrections.place("a", placed)
        assert tx.checking.checked() == Checked(2, 1, 1)
        assert tx.checking.checked().n == 4
