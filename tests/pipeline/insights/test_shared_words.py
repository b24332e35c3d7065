"""Texts share a word when its stem is the same; words that everybody says do not count."""

import pytest

from pipeline.insights.shared_words import content_words, recurring_words, shared_words, stem, words_beyond


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("trained", "training"),
        ("plans", "planning"),
        ("prices", "pricing"),
        ("company", "companies"),
        ("Site", "sites"),
    ],
)
def test_forms_of_a_word_have_one_stem(one, other):
    assert stem(one) == stem(other)


@pytest.mark.parametrize(("one", "other"), [("price", "prize"), ("contract", "contact"), ("staff", "start")])
def test_different_words_keep_different_stems(one, other):
    assert stem(one) != stem(other)


def test_words_that_everybody_says_are_no_content():
    assert list(content_words("We really don't want to pay for it").values()) == ["pay"]


def test_the_shared_words_are_those_of_the_passage():
    assert shared_words(["I can't train them in a day"], "Training takes days.") == ["training", "days"]


def test_words_recur_where_enough_texts_use_them_in_any_form():
    said = ["who trains them", "training is slow", "they were never trained", "slow", "my nurses", "the price"]
    assert recurring_words(said, least=3, least_share=0.25) == ["trains"]
    assert recurring_words(said, least=2, least_share=0.25) == ["trains", "slow"]
    assert recurring_words(said, least=2, least_share=0.6) == []


def test_the_words_beyond_what_was_said_come_longest_first():
    assert words_beyond("Onboarding trains every nurse swiftly.", ["training nurses"]) == ["onboarding", "swiftly"]
