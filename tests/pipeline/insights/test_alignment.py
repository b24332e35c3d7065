"""Words heard are laid beside the words said."""

from pipeline.insights.alignment import align, placed_words


def test_equal_words_map_to_each_other_across_other_turn_boundaries():
    heard, said = placed_words(["we pay", "too much"]), placed_words(["well we pay too much"])
    pairs = align(heard, said)
    assert [said[pairs[place]].text for place in range(4)] == ["we", "pay", "too", "much"]


def test_a_misheard_word_stands_for_the_one_in_its_place():
    heard, said = placed_words(["the white bar works"]), placed_words(["the whiteboard works"])
    pairs = align(heard, said)
    assert {said[pairs[1]].text, said[pairs[2]].text} == {"whiteboard"}
