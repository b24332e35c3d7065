"""What every store promises about trackers: names, examples, and what goes with a call."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from pipeline.errors import Conflict, NotFound
from pipeline.records import PhraseFilter
from pipeline.store.trackers import Tracker, TrackerExample

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PRICE = Tracker("Price", "too dear", "customer", None, "Ann", NOON)
DEAR = TrackerExample("It is too dear.", False, None, "Ann", NOON)
CHEAP = TrackerExample("It is cheap enough.", True, None, "Ann", NOON + timedelta(minutes=1))
SAID = TrackerExample("Too dear for us. " * 400, False, "a", "Zoë", NOON + timedelta(minutes=2))


@pytest.fixture
def tracked(store, hold):
    with store.begin() as tx:
        hold(tx, "a")
        tx.trackers.add(PRICE, [DEAR, CHEAP, SAID])
    return store


def test_a_tracker_comes_back_with_its_examples_in_the_order_given(tracked):
    with tracked.read() as tx:
        assert tx.trackers.get("Price") == PRICE
        assert tx.trackers.examples("Price") == [DEAR, CHEAP, SAID]


def test_trackers_are_listed_by_name(tracked):
    with tracked.begin() as tx:
        tx.trackers.add(replace(PRICE, name="Again", threshold=0.7), [])
        assert [tracker.name for tracker in tx.trackers.all()] == tx.trackers.names() == ["Again", "Price"]
        assert tx.trackers.get("Again").threshold == 0.7


def test_a_name_is_given_once(tracked):
    with tracked.begin() as tx, pytest.raises(Conflict, match="Price"):
        tx.trackers.add(PRICE, [])


def test_an_unknown_name_is_told_with_those_that_are_near(tracked):
    with tracked.begin() as tx:
        with pytest.raises(NotFound, match="Did you mean 'Price'"):
            tx.trackers.get("prise")
        with pytest.raises(NotFound, match="tracker list"):
            tx.trackers.remove("weather")


def test_the_last_word_on_a_text_holds(tracked):
    with tracked.begin() as tx:
        tx.trackers.put_examples("Price", [replace(DEAR, is_counter=True, who="Zoë"), replace(CHEAP, text="new")])
        held = {example.text: example.is_counter for example in tx.trackers.examples("Price")}
    assert held == {DEAR.text: True, CHEAP.text: True, SAID.text: False, "new": True}


def test_a_removed_tracker_leaves_nothing(tracked):
    with tracked.begin() as tx:
        tx.trackers.remove("Price")
        assert tx.trackers.all() == []
        tx.trackers.add(PRICE, [])
        assert tx.trackers.examples("Price") == []


def test_examples_said_in_a_call_go_with_it(tracked):
    with tracked.begin() as tx:
        assert tx.calls.forget("a")["tracker_examples"] == 1
        assert tx.trackers.examples("Price") == [DEAR, CHEAP]


def test_stacks_of_vectors_come_in_place_of_the_vector_of_the_whole(store, hold):
    with store.begin() as tx:
        hold(tx, "a", ["Whole one here", "In two. Pieces here", "Nothing yet here"])
        [whole, cut, _] = hashes = [
            tx.phrases.by_ids([i])[i].text_hash for i in tx.phrases.ids(PhraseFilter()).tolist()
        ]
        tx.vectors.put("e", [whole, cut], np.ones((2, 3), np.float32))
        tx.vectors.put_stacks("e/pieces", {cut: np.arange(6, dtype=np.float32).reshape(2, 3)})
        first, second, _ = tx.phrases.ids(PhraseFilter()).tolist()
        for batch in (1, 9):
            read = list(tx.vectors.stacks_of_phrases("e", "e/pieces", dim=3, batch=batch))
            ids, places, vectors = (np.concatenate(column) for column in zip(*read, strict=True))
            assert ids.tolist() == [first, second, second]
            assert places.tolist() == [-1, 0, 1]
            assert vectors.tolist() == [[1, 1, 1], [0, 1, 2], [3, 4, 5]]
        assert tx.phrases.sample(PhraseFilter(), 2) == sorted(hashes)[:2]


def test_places_are_those_of_the_phrases_that_pass(store, hold):
    with store.begin() as tx:
        hold(tx, "a")
        first, second = tx.phrases.ids(PhraseFilter()).tolist()
        assert tx.phrases.places(PhraseFilter()) == [(first, "a", 0, False), (second, "a", 1, False)]
        assert tx.phrases.places(PhraseFilter(roles=("rep",))) == [(second, "a", 1, False)]
