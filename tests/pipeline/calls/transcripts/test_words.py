from __future__ import annotations

from pipeline.calls.transcripts.words import LooseWord, timed_words
from pipeline.records import Word


def test_words_without_times_share_the_segment():
    words = [LooseWord("a", None, None), LooseWord("b", None, None)]
    assert timed_words(words, start_s=1.0, end_s=3.0) == (Word("a", 1.0, 2.0), Word("b", 2.0, 3.0))


def test_words_at_the_edges_reach_to_the_bounds():
    words = [LooseWord("a", None, None), LooseWord("b", 2.0, 3.0), LooseWord("c", None, None)]
    assert timed_words(words, start_s=1.0, end_s=3.5) == (
        Word("a", 1.0, 2.0), Word("b", 2.0, 3.0), Word("c", 3.0, 3.5),
    )  # fmt: skip


def test_without_bounds_the_first_and_last_known_times_stand_for_them():
    words = [LooseWord("a", None, None), LooseWord("b", 2.0, 3.0), LooseWord("c", None, None)]
    assert timed_words(words, start_s=None, end_s=None) == (
        Word("a", 2.0, 2.0), Word("b", 2.0, 3.0), Word("c", 3.0, 3.0),
    )  # fmt: skip


def test_without_any_time_there_are_no_timed_words():
    assert timed_words([LooseWord("a", None, None)], start_s=None, end_s=None) == ()
    assert timed_words([], start_s=0.0, end_s=1.0) == ()


def test_blank_words_are_left_out_and_room_never_turns_negative():
    words = [LooseWord("", 0.0, 9.0), LooseWord("a", 2.0, 4.0), LooseWord("b", None, None), LooseWord("c", 3.0, 5.0)]
    assert timed_words(words, start_s=0.0, end_s=5.0) == (
        Word("a", 2.0, 4.0), Word("b", 4.0, 4.0), Word("c", 3.0, 5.0),
    )  # fmt: skip
