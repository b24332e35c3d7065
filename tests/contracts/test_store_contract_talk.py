"""What every store promises about segments, turns and the roles of speakers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.errors import NotFound
from pipeline.records import PhraseFilter, Segment, SpeakerRole, SpottedMoment, Turn, Word

PRICE = SpottedMoment(0, 8, 21, "objection", "price", "stated", 0.8)


def turn(place, text, **changes):
    return replace(Turn("a", place, "S1", "customer", 0.9, 1.0, 2.0, text), **changes)


def test_segments_come_back_as_given_and_are_replaced_as_a_whole(store, hold):
    words = (Word("Hello", 0.1, 0.4, 0.9), Word("you.", 0.5, 0.8))
    segments = [Segment(1, 0.1, 0.8, "Hello you.", words, 0.7, "en", ("low_confidence",)), Segment(0, 0.0, 0.1, "Hm")]
    with store.begin() as tx:
        hold(tx, "a")
        tx.talk.replace_segments("a", segments)
        assert tx.talk.segments("a") == segments
        tx.talk.replace_segments("a", segments[1:])
        assert tx.talk.segments("a") == segments[1:]


def test_turns_come_back_as_given_and_are_replaced_as_a_whole(store, hold):
    turns = [
        turn(0, "Zu teuer – 価格 🙂", words=(Word("Zu", 1.0, 1.2, 0.5),), score=0.4, marks=("overlap",)),
        turn(1, "Yes", start_s=None, end_s=None, speaker="S2", role="rep"),
    ]
    with store.begin() as tx:
        hold(tx, "a")
        tx.talk.replace_turns("a", turns)
        assert tx.talk.turns("a") == turns
        tx.talk.replace_turns("a", turns[:1])
        assert tx.talk.turns("a") == turns[:1]


@pytest.mark.parametrize("turns", [[turn(1, "No first turn")], [turn(0, "Another's", call="b")]], ids=["gap", "call"])
def test_turns_out_of_place_are_refused(store, hold, turns):
    with store.begin() as tx:
        hold(tx, "a")
        with pytest.raises(ValueError, match="call 'a'"):
            tx.talk.replace_turns("a", turns)


def test_new_turns_keep_only_the_moments_and_phrases_whose_words_are_still_there(store, hold):
    texts = ["It is 🙂 too expensive for us", "Why so?", "We are locked in too"]
    with store.begin() as tx:
        lost, kept = hold(tx, "a", texts, moments=[PRICE, replace(PRICE, turn=2, end_char=19)])
        changed = ["It is now expensive for us", *texts[1:]]
        tx.talk.replace_turns("a", [turn(place, text) for place, text in enumerate(changed)])
        assert tx.moments.by_ids([lost, kept]).keys() == {kept}
        assert [held.turn for held in tx.phrases.by_ids(tx.phrases.ids(PhraseFilter())).values()] == [1, 2, 2]
        tx.talk.replace_turns("a", [turn(0, texts[0])])
        assert tx.moments.by_ids([lost, kept]) == {}
        assert tx.phrases.count(PhraseFilter()) == 0


def test_all_turns_stream_by_call_and_turn(store, hold):
    with store.begin() as tx:
        for name in ("b", "a", "B"):
            hold(tx, name)
        places = [(held.call, held.turn) for held in tx.talk.all_turns()]
        assert places == [("B", 0), ("B", 1), ("a", 0), ("a", 1), ("b", 0), ("b", 1)]
        assert [held.call for held in tx.talk.all_turns(["b", "a", "x"])] == ["a", "a", "b", "b"]
        assert list(tx.talk.all_turns([])) == []


def test_the_roles_of_speakers_reach_their_turns_and_phrases(store, hold):
    roles = [SpeakerRole("S1", "rep", 0.7, "inferred"), SpeakerRole("S2", "unknown", 0.5, "inferred")]
    with store.begin() as tx:
        hold(tx, "a")
        tx.talk.replace_speakers("a", roles)
        assert tx.talk.speakers("a") == roles
        assert [(held.role, held.role_score) for held in tx.talk.turns("a")] == [("rep", 0.7), ("unknown", 0.5)]
        assert [held.role for held in tx.phrases.by_ids(tx.phrases.ids(PhraseFilter())).values()] == ["rep", "unknown"]


def test_a_corrected_role_survives_new_roles_and_new_turns(store, hold):
    inferred = [SpeakerRole("S1", "customer", 0.9, "inferred"), SpeakerRole("S2", "unknown", 0.6, "inferred")]
    with store.begin() as tx:
        [moment] = hold(tx, "a", moments=[PRICE])
        hold(tx, "b")
        as_told_apart = tx.talk.turns("a")
        tx.talk.correct_role("a", "S1", "rep")
        tx.talk.replace_speakers("a", inferred)
        assert tx.talk.speakers("a") == [SpeakerRole("S1", "rep", 1.0, "corrected"), inferred[1]]
        assert [(held.role, held.role_score) for held in tx.talk.turns("a")] == [("rep", 1.0), ("unknown", 0.6)]
        tx.talk.replace_turns("a", as_told_apart)
        assert [(held.role, held.role_score) for held in tx.talk.turns("a")] == [("rep", 1.0), ("rep", 0.9)]
        assert tx.moments.get(moment).role == "rep"
        assert tx.phrases.count(PhraseFilter(roles=("customer",), calls=("a",))) == 0
        assert [held.role for held in tx.talk.turns("b")] == ["customer", "rep"]


def test_a_role_may_be_corrected_twice(store, hold):
    with store.begin() as tx:
        hold(tx, "a")
        tx.talk.correct_role("a", "S2", "unknown")
        tx.talk.correct_role("a", "S2", "customer")
        assert tx.talk.speakers("a") == [SpeakerRole("S2", "customer", 1.0, "corrected")]


def test_only_a_speaker_of_the_call_can_be_corrected(store, hold):
    with store.begin() as tx:
        hold(tx, "a")
        with pytest.raises(NotFound, match="No speaker 'S9' in call 'a'; there are: S1, S2"):
            tx.talk.correct_role("a", "S9", "rep")
