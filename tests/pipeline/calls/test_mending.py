"""An edit of a turn takes its words, its spans and people's word along."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.calls.mending import carried, mended_turn, moved_span, replayed, token_times
from pipeline.corrected import Correction, MachineMoment, Stretch
from pipeline.mended import Mend
from pipeline.records import Turn, Word

NOW = datetime(2026, 11, 1, tzinfo=UTC)
TEXT = "We had the good bestest plan."
WORDS = tuple(Word(text, n * 0.5, n * 0.5 + 0.4, 0.9) for n, text in enumerate(TEXT.split()))
TURN = Turn("c", 0, "S1", "customer", 0.9, 0.0, 3.0, TEXT, WORDS)


def mend(before, after, text=TEXT, **more):
    return replace(Mend("m", "c", 0, text.index(before), before, after, "Ann", NOW), **more)


def test_new_words_share_the_time_of_the_old_and_the_others_keep_theirs():
    now = mended_turn(TURN, mend("good bestest", "Guild Vestas annual"))
    assert now.text == "We had the Guild Vestas annual plan."
    assert [word.text for word in now.words] == now.text.split()
    assert (now.words[:3], now.words[-1]) == (WORDS[:3], WORDS[-1])
    assert (now.words[3].start_s, now.words[5].end_s) == (WORDS[3].start_s, WORDS[4].end_s)
    assert [word.score for word in now.words[3:6]] == [None] * 3


def test_a_part_of_a_word_is_mended_within_it():
    now = mended_turn(TURN, mend("est plan", "tom plan"))
    assert [word.text for word in now.words] == "We had the good besttom plan.".split()


def test_words_that_nobody_said_are_taken_out_with_their_times():
    now = mended_turn(TURN, mend(" bestest", ""))
    assert now.text == "We had the good plan."
    assert [word.text for word in now.words] == now.text.split()


def test_what_does_not_stand_there_cannot_be_mended():
    with pytest.raises(ValueError, match="does not stand"):
        mended_turn(TURN, mend("good", "bad", start_char=0))


def test_every_stretch_without_blanks_has_the_time_of_its_word():
    assert token_times(TURN) == [word.start_s for word in WORDS]
    joined = replace(TURN, text="We had, the good bestest plan.", words=WORDS[:2])
    assert token_times(joined) == [0.0, 0.5, None, None, None, None]


@given(st.data())
def test_a_span_apart_from_the_edit_keeps_its_words(data):
    text = data.draw(st.text("ab ", min_size=2, max_size=20))
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    first = data.draw(st.integers(0, len(text) - 1))
    last = data.draw(st.integers(first + 1, len(text)))
    edit = Mend("m", "c", 0, start, text[start:end], data.draw(st.text("xy", max_size=5)), "Ann", NOW)
    now = text[:start] + edit.after + text[end:]
    span = moved_span((first, last), edit)
    if last <= start or first >= end:
        assert span is not None
        assert now[span[0] : span[1]] == text[first:last]
    elif span is not None:
        assert 0 <= span[0] < span[1] <= len(now)
        assert edit.after in now[span[0] : span[1]]
    else:
        assert edit.after == ""


def test_a_correction_follows_the_words_that_were_mended_after_it_was_said():
    stretch = Stretch(0, 3, 23, "had the good bestest")
    said = Correction(
        "k", "c", "k", "changed", stretch, "pain", None, MachineMoment("x", 11, 29, "pain", None), "Bo", NOW
    )
    later = mend("good bestest", "Vestas", at=NOW + timedelta(seconds=1))
    now = carried(said, [later])
    assert now.stretch == Stretch(0, 3, 17, "had the Vestas")
    assert (now.machine.start_char, now.machine.end_char) == (11, 23)
    assert carried(said, [replace(later, at=NOW - timedelta(seconds=1))]) == said
    assert carried(said, [replace(later, turn=1)]) == said
    back = Mend("n", "c", 0, 11, "Vestas", "good bestest", "Bo", NOW + timedelta(seconds=2), undoes="m")
    assert carried(said, [later, back]) == said


def test_mends_are_put_into_a_transcript_made_anew_unless_their_words_are_gone():
    one = mend("good bestest", "Vestas")
    two = Mend("n", "c", 0, 0, "We", "They", "Ann", NOW)
    back = Mend("o", "c", 0, 13, "Vestas", "good bestest", "Ann", NOW, undoes="m")
    [now] = replayed([TURN], [one, two])
    assert now.text == "They had the Vestas plan."
    [moved] = replayed([replace(TURN, text="Well, we had the good bestest plan.")], [one])
    assert moved.text == "Well, we had the Vestas plan."
    [other] = replayed([replace(TURN, text="We had the Vestas plan.")], [one, two, back])
    assert other.text == "They had the Vestas plan."
