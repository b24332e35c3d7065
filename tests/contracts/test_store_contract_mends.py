"""What every store does with words that people put right."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pipeline.errors import NotFound
from pipeline.mended import Mend
from pipeline.records import Word
from pipeline.store.visible import open_for_viewers

AT = datetime(2026, 11, 1, 9, tzinfo=UTC)


def mend(n, call="a", **more):
    given = {"turn": 0, "start_char": 3, "before": "teh", "after": "the", "who": "Ann"} | more
    return Mend(f"m{n}", call, at=AT, **given)


def test_mends_are_kept_in_the_order_made_with_all_that_was_said(store, hold):
    with store.begin() as tx:
        hold(tx, "a", ("It is teh price.",))
        hold(tx, "b", ("No.",))
        made = [mend(2, note="heard it"), mend(1, undoes="m2"), mend(3, call="b")]
        for one in made:
            tx.mends.add(one)
    with store.read() as tx:
        assert tx.mends.of_call("a") == made[:2]
        assert tx.mends.get("m3") == made[2]
        with pytest.raises(NotFound):
            tx.mends.get("m9")


def test_what_was_said_of_roles_is_kept(store, hold):
    with store.begin() as tx:
        hold(tx, "a", ("Yes.", "No."))
        tx.mends.note_roles("a", {"S1": "rep", "S2": "customer"}, who="Ann", at=AT)
        with pytest.raises(NotFound):
            tx.mends.note_roles("x", {}, who="Ann", at=AT)
    with store.read() as tx:
        [told] = tx.mends.role_changes("a")
        assert (told.roles, told.who, told.at) == ({"S1": "rep", "S2": "customer"}, "Ann", AT)


def test_a_mended_turn_has_other_words_and_is_otherwise_as_it_was(store, hold):
    with store.begin() as tx:
        hold(tx, "a", ("It is teh price.", "No."))
        before = tx.talk.turns("a")
        now = replace(before[0], text="It is the price.", words=(Word("It", 0.0, 0.2),))
        tx.talk.mend_turn(now)
        assert tx.talk.turns("a") == [now, before[1]]


def test_an_erased_call_takes_them_along_and_viewers_see_those_of_calls_that_are_open(store, store_url, hold):
    with store.begin() as tx:
        hold(tx, "a", ("It is teh price.",), metadata={"consent": "yes"})
        hold(tx, "b", ("It is teh price.",))
        for n, call in enumerate("ab"):
            tx.mends.add(mend(n, call=call))
            tx.mends.note_roles(call, {}, who="Ann", at=AT)
    seen = open_for_viewers(store_url)
    with seen.read() as tx:
        assert [one.id for one in tx.mends.of_call("a")] == ["m0"]
        assert tx.mends.of_call("b") == tx.mends.role_changes("b") == []
    seen.close()
    with store.begin() as tx:
        tx.calls.forget("a")
        assert tx.mends.role_changes("b")
    with store.read() as tx, pytest.raises(NotFound):
        tx.mends.get("m0")
