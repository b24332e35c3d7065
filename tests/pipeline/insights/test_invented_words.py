"""Words are invented where they lie far from everything that was said."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.insights.invented_words import invented_words
from pipeline.insights.spans import SpeechSpan
from pipeline.records import Word

SAID = [SpeechSpan(2, 4, "rep"), SpeechSpan(3, 9, "customer"), SpeechSpan(20, 22, "rep")]


def word(start_s, end_s, text="word"):
    return Word(text, start_s, end_s)


@pytest.mark.parametrize(
    ("heard", "is_invented"),
    [
        (word(10, 11), True),
        (word(9.4, 9.9), False),
        (word(19.0, 19.6), False),
        (word(19.0, 19.4), True),
        (word(0, 1.4), True),
        (word(23, 24), True),
        (word(5, 6), False),
        (word(8, 25), False),
        (word(12, 13, "—"), False),
    ],
)
def test_a_word_is_invented_if_all_speech_is_more_than_half_a_second_away(heard, is_invented):
    per_words, _ = invented_words([heard], SAID, duration_s=30)
    assert per_words.parts["invented"] == is_invented


def test_the_words_are_counted_per_100_words_and_per_hour():
    heard = [word(5, 6), word(10, 11), word(12, 13), word(25, 26)]
    per_words, per_hour = invented_words(heard, SAID, duration_s=36)
    assert per_words.parts == {"invented": 3, "words": 4}
    assert sum(out_of for _, out_of in per_words.stretches) == pytest.approx(0.04)
    assert sum(out_of for _, out_of in per_hour.stretches) == pytest.approx(0.01)


def test_what_is_not_scored_counts_for_neither_words_nor_time():
    per_words, per_hour = invented_words(
        [word(10, 11), word(25, 26)], SAID, duration_s=36, unscored=[SpeechSpan(24, 33)]
    )
    assert per_words.parts == {"invented": 1, "words": 1}
    assert per_hour.parts["hours"] == pytest.approx(27 / 3600)


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(1, 20)), max_size=6),
    st.integers(0, 60),
    st.integers(1, 20),
)
def test_every_word_is_judged_by_its_distance_to_the_nearest_speech(speech, start, length):
    said = [SpeechSpan(at, at + for_s, "rep") for at, for_s in speech]
    heard = word(start, start + length)
    nearest_s = min((max(s.start_s - heard.end_s, heard.start_s - s.end_s) for s in said), default=float("inf"))
    assert invented_words([heard], said, duration_s=90)[0].parts["invented"] == (nearest_s > 0.5)
