"""Words heard are laid beside the words said."""

import pytest

from pipeline.insights.alignment import align, placed_words, word_error_rate


def test_equal_words_map_to_each_other_across_other_turn_boundaries():
    heard, said = placed_words(["we pay", "too much"]), placed_words(["well we pay too much"])
    pairs = align(heard, said)
    assert [said[pairs[place]].text for place in range(4)] == ["we", "pay", "too", "much"]


def test_a_misheard_word_stands_for_the_one_in_its_place():
    heard, said = placed_words(["the white bar works"]), placed_words(["the whiteboard works"])
    pairs = align(heard, said)
    assert {said[pairs[1]].text, said[pairs[2]].text} == {"whiteboard"}


@pytest.mark.parametrize(
    ("heard", "said", "rate"),
    [("a b c", "a b c", 0), ("a c", "a b c", 1 / 3), ("a x c d", "a b c", 2 / 3), ("", "a", 1)],
)
def test_word_error_rate_counts_what_to_mend_over_what_was_said(heard, said, rate):
    assert word_error_rate(heard.split(), said.split()) == pytest.approx(rate)
