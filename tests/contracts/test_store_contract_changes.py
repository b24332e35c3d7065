"""What every store promises about its history: whatever changes what search goes by is in it, whoever changed it."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.records import PhraseFilter, SpottedMoment, text_hash
from pipeline.store.changes import Point

EVERYTHING = PhraseFilter()
MOMENT = SpottedMoment(0, 8, 21, "objection", "price", "stated", 0.8)


@pytest.fixture
def touched(store, hold):
    """Hold a call, and return a function that tells what another piece of work touches: phrases and calls."""
    with store.begin() as tx:
        hold(tx, "a", moments=[MOMENT], metadata={"account": "Acme"})

    def of(work):
        with store.read() as tx:
            before = tx.changes.last()
        with store.begin() as tx:
            work(tx)
        with store.read() as tx:
            assert tx.changes.holds(before)
            found = tx.changes.since(before)
            return set(found.phrases), found.calls

    return of


def ids(store, wanted=EVERYTHING):
    with store.read() as tx:
        return set(tx.phrases.ids(wanted).tolist())


def test_phrases_and_calls_that_come_and_go(store, touched, hold):
    before = ids(store)
    added, calls = touched(lambda tx: hold(tx, "b"))
    assert (added, calls) == (ids(store) - before, ["b"])
    assert len(added) == 2
    with store.read() as tx:
        before = tx.changes.last()
    assert touched(lambda tx: tx.calls.forget("b")) == (added, [])
    with store.read() as tx:
        assert tx.changes.since(before).lost_calls
        assert tx.changes.since(Point(0, 0)).calls == ["a"]


def test_what_filters_go_by(store, touched):
    [moment] = ids(store, PhraseFilter(moments_only=True))
    with store.read() as tx:
        name = tx.phrases.by_ids([moment])[moment].moment
    assert touched(lambda tx: tx.moments.set_state(name, "cleared")) == ({moment}, [])
    assert touched(lambda tx: tx.moments.set_state(name, "cleared")) == (set(), [])
    assert touched(lambda tx: tx.moments.set_state(name, "machine")) == ({moment}, [])
    assert touched(lambda tx: tx.talk.correct_role("a", "S2", "customer"))[0] == ids(store) - {moment} - {
        min(ids(store))
    }
    assert touched(lambda tx: tx.calls.set_metadata("a", {"account": "Bell"})) == (set(), ["a"])


def test_a_vector_touches_all_phrases_with_its_text(store, touched, hold):
    text = "That is too expensive for us."
    touched(lambda tx: hold(tx, "b"))

    def put(tx):
        tx.vectors.put("e", [text_hash(text)], np.ones((1, 4), np.float32))

    assert len(touched(put)[0]) == 2
    assert touched(put) == (set(), [])


def test_themes_count_on_their_own(store, touched):
    with store.read() as tx:
        number = tx.changes.themes_number()
    assert touched(lambda tx: tx.themes.replace([], {}, stamp="s")) == (set(), [])
    with store.read() as tx:
        assert tx.changes.themes_number() >= number


def test_a_point_of_another_history_is_not_held(store, touched):
    with store.read() as tx:
        last = tx.changes.last()
        assert tx.changes.holds(last)
        assert not tx.changes.holds(Point(last.number, last.mark + 1))
        assert not tx.changes.holds(Point(last.number + 1, last.mark))


def test_what_search_goes_by_is_told_by_id(store, touched):
    with store.read() as tx:
        found = list(tx.phrases.for_index(tx.phrases.ids(PhraseFilter())))
        facts = list(tx.calls.facts())
    assert [(row.turn, row.kind, row.category, row.state) for row in found] == [
        (0, None, None, None),
        (1, None, None, None),
        (0, "objection", "price", "machine"),
    ]
    assert (facts[0].id, facts[0].account, facts[0].fields) == ("a", "Acme", (("account", "acme"),))
