"""What a question asks for is read the same however it is typed."""

import pytest

from pipeline.insights.question import Correction, read_question, respelt


@pytest.mark.parametrize("typed", ['renewal "too expensive"', "renewal “too expensive”", "renewal „too expensive“"])
def test_what_stands_in_quotation_marks_is_wanted_word_for_word(typed):
    question = read_question(typed)
    assert question.verbatim == ("too expensive",)
    assert question.text == "renewal too expensive"


def test_a_quotation_mark_without_a_partner_and_an_empty_pair_ask_for_nothing():
    assert read_question('too "expensive').verbatim == ()
    assert read_question('price "" ').verbatim == ()
    assert read_question('price "?!"').terms == ("price",)


def test_words_that_say_nothing_are_left_out_unless_there_are_no_others():
    assert read_question("how is the price").content == ("price",)
    assert read_question("how is it").content == ("how", "is", "it")


def test_short_words_numbers_and_what_is_quoted_are_not_taken_for_misspelt():
    assert read_question('the onbording of 24x7 SSO "exakt this"').spellable == ["onbording"]


def test_a_question_is_respelt_as_whole_words():
    assert respelt("Pric of pricing", [Correction("pric", "price")]) == "price of pricing"
