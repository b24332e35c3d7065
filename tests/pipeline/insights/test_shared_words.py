"""Texts share a word when its stem is the same; words that everybody says do not count."""

import pytest

from pipeline.insights.shared_words import content_words, share_met, shared_words, stem, usual_words


@pytest.mark.parametrize(
    ("one", "other"),
    [("trained", "training"), ("plans", "planning"), ("prices", "pricing"), ("company", "companies"), ("Site", "sites")],
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


def test_the_share_counts_texts_that_meet_a_passage():
    said = ["who trains them", "it is the price", "my nurses are busy", "what does training cost"]
    assert share_met(said, "Training is free.") == 0.5


def test_the_usual_words_come_first_and_leave_out_the_passages():
    said = ["set up takes ages", "the set up is slow", "slow set up", "price"]
    assert usual_words(said, but="Slowly onboarded.", n=2)[0] == "set"
