"""What every store promises about moments, phrases and the filters over both."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pipeline.errors import NotFound
from pipeline.moment_ids import moment_id
from pipeline.records import Moment, PhraseFilter, SpottedMoment, Theme, text_hash

EVERYTHING = PhraseFilter()
PRICE = SpottedMoment(0, 8, 21, "objection", "price", "stated", 0.8)
PAIN = SpottedMoment(2, 0, 12, "pain", None, "reported", 0.4)
TEXTS = ("That is too expensive for us.", "I see, what is your budget then?", "It crashes 🙂 every day.", "Ok.")
ACME = {"account": "Acme", "outcome": "won", "recorded_at": "2026-01-07T23:30:00Z"}
BOLT = {"account": "Bolt", "outcome": "lost", "recorded_at": "2026-02-01"}


def test_a_moment_is_read_with_its_call_its_turn_and_its_theme(store, hold):
    with store.begin() as tx:
        [found] = hold(tx, "a", TEXTS, moments=[PRICE], metadata=ACME)
        tx.themes.replace([Theme("T1", "price", (), found, 1, 1, 1, 0, 1.0)], {"T1": [found]}, stamp="1")
        held = tx.moments.get(found)
    assert held == Moment(
        id=moment_id("a", 0, 8, 21, "objection"),
        call="a",
        source="a.wav",
        account="Acme",
        turn=0,
        speaker="S1",
        role="customer",
        start_s=0.0,
        end_s=8.0,
        kind="objection",
        category="price",
        quote="too expensive",
        context="That is too expensive for us.",
        score=0.8,
        state="machine",
        theme="T1",
        factuality="stated",
        start_char=8,
        end_char=21,
        recorded_at="2026-01-07T23:30:00Z",
    )


def test_a_missing_moment_is_named(store):
    with store.read() as tx, pytest.raises(NotFound, match="No moment 'x'"):
        tx.moments.get("x")


@pytest.mark.parametrize(
    "span",
    [
        {"start_char": -1},
        {"start_char": 21},
        {"end_char": 30},
        {"turn": 4},
    ],
    ids=["before", "empty", "beyond", "turn"],
)
def test_a_span_outside_its_turn_is_refused(store, hold, span):
    with store.begin() as tx:
        hold(tx, "a", TEXTS)
        with pytest.raises(ValueError, match="not within turn"):
            tx.moments.replace("a", [replace(PRICE, **span)])


def test_moments_are_replaced_as_a_whole_and_returned_in_the_order_given(store, hold):
    with store.begin() as tx:
        price, pain = hold(tx, "a", TEXTS, moments=[PRICE, PAIN])
        assert tx.moments.replace("a", [PAIN, PRICE, PAIN]) == [pain, price, pain]
        assert tx.moments.replace("a", [replace(PAIN, category="product", score=0.6)]) == [pain]
        assert [(held.id, held.category, held.score) for held in tx.moments.select(EVERYTHING)] == [
            (pain, "product", 0.6)
        ]
        assert tx.phrases.count(PhraseFilter(moments_only=True)) == 1


def test_a_judgement_survives_new_moments_even_if_its_quote_was_lost_for_a_while(store, hold):
    with store.begin() as tx:
        price, pain = hold(tx, "a", TEXTS, moments=[PRICE, PAIN])
        tx.moments.set_state(price, "cleared")
        tx.moments.set_state(pain, "withdrawn")
        tx.moments.replace("a", [replace(PRICE, score=0.9)])
        assert (tx.moments.get(price).state, tx.moments.get(price).score) == ("cleared", 0.9)
        tx.moments.replace("a", [PRICE, PAIN])
        assert tx.moments.get(pain).state == "withdrawn"
        tx.moments.set_state(pain, "machine")
        assert tx.moments.get(pain).state == "machine"


def test_moments_come_by_place_or_by_score_a_page_at_a_time(store, hold):
    spotted = [replace(PRICE, score=score, end_char=end) for score, end in ((0.5, 10), (0.9, 12), (0.9, 11))]
    with store.begin() as tx:
        hold(tx, "b", TEXTS, moments=spotted)
        hold(tx, "a", TEXTS, moments=[PAIN, PRICE])
        by_place = tx.moments.select(EVERYTHING)
        assert [(held.call, held.turn) for held in by_place] == [("a", 0), ("a", 2), ("b", 0), ("b", 0), ("b", 0)]
        by_score = tx.moments.select(EVERYTHING, order="score")
        assert [held.score for held in by_score] == [0.9, 0.9, 0.8, 0.5, 0.4]
        pages = [tx.moments.select(EVERYTHING, order="score", limit=2, offset=start) for start in (0, 2, 4)]
        assert [held for page in pages for held in page] == by_score
        assert tx.moments.select(EVERYTHING, offset=3) == by_place[3:]


def test_any_number_of_moments_can_be_asked_for_by_id(store, hold):
    with store.begin() as tx:
        price, pain = hold(tx, "a", TEXTS, moments=[PRICE, PAIN])
        asked = [pain, *(f"none{number}" for number in range(70_000)), price]
        assert list(tx.moments.by_ids(asked)) == [pain, price]


def test_phrases_are_the_moments_and_every_turn_that_says_anything(store, hold):
    with store.begin() as tx:
        [price] = hold(tx, "a", TEXTS, moments=[PRICE])
        assert tx.phrases.replace_of_call("a") == 5
        ids = tx.phrases.ids(EVERYTHING)
        phrases = list(tx.phrases.by_ids(ids).values())
    assert ids.dtype == np.int64
    assert sorted(ids) == list(ids) == [phrase.id for phrase in phrases]
    assert {(phrase.turn, phrase.moment, phrase.text) for phrase in phrases} == {
        (0, None, TEXTS[0]),
        (0, price, "too expensive"),
        (1, None, TEXTS[1]),
        (2, None, TEXTS[2]),
        (3, None, TEXTS[3]),
    }
    assert all(phrase.text == TEXTS[phrase.turn][phrase.start_char : phrase.end_char] for phrase in phrases)
    assert all(phrase.text_hash == text_hash(phrase.text) for phrase in phrases)
    assert [phrase.role for phrase in phrases if phrase.turn == 1] == ["rep"]


def test_unchanged_phrases_keep_their_ids_and_no_id_is_given_twice(store, hold):
    with store.begin() as tx:
        hold(tx, "a", TEXTS, moments=[PRICE, PAIN])
        before = tx.phrases.by_ids(tx.phrases.ids(EVERYTHING))
        tx.moments.replace("a", [PRICE, replace(PAIN, end_char=10)])
        tx.phrases.replace_of_call("a")
        after = tx.phrases.by_ids(tx.phrases.ids(EVERYTHING))
    gone = before.keys() - after.keys()
    new = after.keys() - before.keys()
    assert [before[phrase].text for phrase in gone] == ["It crashes 🙂"]
    assert [after[phrase].text for phrase in new] == ["It crashes"]
    assert min(new) > max(before)


def test_the_change_number_grows_when_phrases_come_or_go_and_only_then(store, hold):
    numbers = []
    for change in (
        lambda tx: hold(tx, "a", TEXTS, moments=[PRICE]),
        lambda tx: tx.moments.replace("a", []),
        lambda tx: hold(tx, "b", TEXTS),
        lambda tx: tx.calls.forget("b"),
    ):
        with store.begin() as tx:
            numbers.append(tx.phrases.change_number())
            change(tx)
    with store.begin() as tx:
        numbers.append(tx.phrases.change_number())
        tx.phrases.replace_of_call("a")
        tx.talk.correct_role("a", "S1", "rep")
        assert tx.phrases.change_number() == numbers[-1]
    assert numbers == sorted(set(numbers))


@pytest.fixture
def two_calls(store, hold):
    """Call a: price (0.8, cleared, theme T1) and pain (0.4); call b: pain of the rep (0.9)."""
    with store.begin() as tx:
        price, _ = hold(tx, "a", TEXTS, moments=[PRICE, PAIN], metadata=ACME)
        hold(tx, "b", TEXTS, moments=[replace(PAIN, turn=1, score=0.9)], metadata=BOLT)
        tx.moments.set_state(price, "cleared")
        tx.themes.replace([Theme("T1", "price", (), price, 1, 1, 1, 0, 1.0)], {"T1": [price]}, stamp="1")
    return store


@pytest.mark.parametrize(
    ("wanted", "moments", "n_phrases"),
    [
        (PhraseFilter(), ["a0", "a2", "b1"], 11),
        (PhraseFilter(moments_only=True), ["a0", "a2", "b1"], 3),
        (PhraseFilter(kinds=("pain",)), ["a2", "b1"], 2),
        (PhraseFilter(kinds=("pain", "objection")), ["a0", "a2", "b1"], 3),
        (PhraseFilter(categories=("price", "trust")), ["a0"], 1),
        (PhraseFilter(roles=("customer",)), ["a0", "a2"], 6),
        (PhraseFilter(states=("machine",)), ["a2", "b1"], 2),
        (PhraseFilter(states=("cleared", "heard")), ["a0"], 1),
        (PhraseFilter(themes=("T1",)), ["a0"], 1),
        (PhraseFilter(themes=("T9",)), [], 0),
        (PhraseFilter(calls=("b", "x")), ["b1"], 5),
        (PhraseFilter(where={"outcome": ("WON",)}), ["a0", "a2"], 6),
        (PhraseFilter(where={"outcome": ("won", "lost"), "account": ("bolt",)}), ["b1"], 5),
        (PhraseFilter(where={"nothing": ("won",)}), [], 0),
        (PhraseFilter(since="2026-01-08"), ["b1"], 5),
        (PhraseFilter(until="2026-01-07"), ["a0", "a2"], 6),
        (PhraseFilter(until="2026-01-06"), [], 0),
        (PhraseFilter(since="2026-01-07", until="2026-02"), ["a0", "a2", "b1"], 11),
        (PhraseFilter(min_score=0.8), ["a0", "b1"], 2),
        (PhraseFilter(kinds=("pain",), roles=("customer",), calls=("a",), min_score=0.4), ["a2"], 1),
        (PhraseFilter(kinds=("pain",), where={"outcome": ("won",)}, since="2026-01-08"), [], 0),
    ],
)
def test_a_filter_lets_the_same_moments_and_phrases_pass(two_calls, wanted, moments, n_phrases):
    with two_calls.read() as tx:
        assert [f"{held.call}{held.turn}" for held in tx.moments.select(wanted)] == moments
        assert tx.moments.count(wanted) == len(moments)
        ids = tx.phrases.ids(wanted)
        assert len(ids) == tx.phrases.count(wanted) == n_phrases
        of_moments = [held.moment for held in tx.phrases.by_ids(ids).values() if held.moment]
        assert sorted(of_moments) == sorted(held.id for held in tx.moments.select(wanted))


def test_a_call_without_a_date_is_in_no_period(store, hold):
    with store.begin() as tx:
        hold(tx, "a", TEXTS)
        assert tx.phrases.count(PhraseFilter(since="1900")) == tx.phrases.count(PhraseFilter(until="2999")) == 0
