"""What every store shows to viewers: what consent allows, and nothing of what was withdrawn."""

from __future__ import annotations

import pytest

from pipeline.errors import Forbidden, NotFound
from pipeline.records import PhraseFilter, SpottedMoment, StageRun, Theme
from pipeline.store.visible import open_for_viewers

DEAR = "That is too expensive for us."
SAID = SpottedMoment(0, 0, len(DEAR), "objection", "price", "asserted", 0.9)
SLOW = "Setting it up takes too long."
CUT = SpottedMoment(2, 0, len(SLOW), "pain", None, "asserted", 0.8)
TEXTS = (DEAR, "I see, what is your budget then?", SLOW)


@pytest.fixture
def held(store, hold):
    """Three calls: open to viewers, without a word on consent, and refused; a theme of all and one of the refused."""
    with store.begin() as tx:
        ids = {}
        for call, metadata in {
            "open": {"consent": "Yes", "account": "A", "deal": "1"},
            "silent": {"account": "B"},
            "refused": {"consent": "no", "account": "C"},
        }.items():
            ids[call] = hold(tx, call, TEXTS, moments=[SAID, CUT], metadata=metadata)
            tx.stages.record(StageRun(call, "turns", "done", "f", detail={"dropped": [DEAR]}))
        all_dear, all_slow = [[moments[place] for moments in ids.values()] for place in (0, 1)]
        price = Theme("t1", "price", ("price",), all_dear[2], 3, 3, 3, 1, 0.9)
        setup = Theme("t2", "set-up", ("set",), ids["refused"][1], 1, 1, 1, 0, 0.9)
        tx.themes.replace([price, setup], {"t1": all_dear[::-1], "t2": [all_slow[2]]}, stamp="s")
    return ids


@pytest.fixture
def seen(store_url, store):
    opened = open_for_viewers(store_url)
    yield opened
    opened.close()


def test_viewers_see_the_calls_whose_consent_says_yes(held, seen):
    with seen.read() as tx:
        assert [call.id for call in tx.calls.all()] == tx.calls.ids() == ["open"]
        assert tx.calls.count() == 1
        assert [moment.id for moment in tx.moments.select(PhraseFilter())] == held["open"]
        assert {turn.call for turn in tx.talk.all_turns()} == {"open"}
        assert {phrase.call for phrase in tx.phrases.by_ids(tx.phrases.ids(PhraseFilter())).values()} == {"open"}
        assert set(tx.stages.all()) == {"open"}
        assert tx.calls.field_values(most=9)["account"] == ["A"]
        with pytest.raises(NotFound):
            tx.moments.get(held["refused"][0])


def test_themes_are_counted_over_what_is_seen(held, seen):
    with seen.read() as tx:
        [theme] = tx.themes.all()
        assert (theme.id, theme.medoid) == ("t1", held["open"][0])
        assert (theme.n_moments, theme.n_calls, theme.n_accounts, theme.n_deals) == (1, 1, 1, 1)
        assert tx.themes.members("t1") == [held["open"][0]]
        assert tx.themes.theme_of() == {held["open"][0]: "t1"}


def test_a_withdrawn_quote_takes_its_turn_and_the_recording_along(held, store, seen):
    with seen.read() as tx:
        assert tx.calls.get("open").media_key == "open.flac"
    with store.begin() as tx:
        tx.moments.set_state(held["open"][0], "withdrawn")
    with seen.read() as tx:
        assert tx.calls.get("open").media_key is None
        assert [turn.text for turn in tx.talk.turns("open")] == ["", *TEXTS[1:]]
        assert [moment.id for moment in tx.moments.select(PhraseFilter())] == held["open"][1:]
        assert DEAR not in {phrase.text for phrase in tx.phrases.by_ids(tx.phrases.ids(PhraseFilter())).values()}
        assert tx.stages.of_call("open")["turns"].detail == {}
        assert tx.themes.all() == []


def test_consent_that_changes_is_followed_at_once(held, store, seen):
    with store.begin() as tx:
        tx.calls.set_metadata("refused", {"consent": True})
        tx.calls.set_metadata("open", {"consent": "withdrawn"})
    with seen.read() as tx:
        assert tx.calls.ids() == ["refused"]


def test_viewers_write_nothing(held, seen):
    with pytest.raises(Forbidden, match="read"), seen.begin():
        pass


def test_those_who_see_everything_still_do(held, store, seen):
    with seen.read() as tx:
        assert tx.calls.count() == 1
    with store.read() as tx:
        assert tx.calls.count() == 3
        assert len(tx.themes.all()) == 2
