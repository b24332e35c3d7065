"""Phrases are whole by grammar: no end is cut off, no filler begins one."""

import pytest

from models.spoken_phrases import spoken_phrases

pytestmark = pytest.mark.model


def phrases(text):
    [found] = spoken_phrases([text])
    return found


def test_a_thing_a_doing_and_a_statement_are_phrases():
    found = phrases("The price per seat went up and we can't export the rota to our payroll.")
    assert {"price per seat", "can't export the rota"} <= set(found)
    assert "card has not arrived" in phrases("My card has not arrived yet.")


def test_what_is_needed_is_said_without_the_need():
    assert phrases("I need to activate my card.") == ["activate my card"]


@pytest.mark.parametrize(
    "text", ["Does the new card work with it?", "I am really happy with the top-up limit, though."]
)
def test_no_phrase_is_cut_out_of_a_larger_whole(text):
    for phrase in phrases(text):
        assert phrase.split()[0] not in {"am", "does", "card", "is", "the"}
        assert not phrase.endswith(("top", "though", "with", "the"))


def test_phrases_are_as_they_were_said():
    text = "We moved the Talarium contracts into one shared folder."
    assert all(phrase.lower() in text.lower() for phrase in phrases(text))
    assert "Talarium contracts" in phrases(text)
    assert spoken_phrases([]) == []


def test_a_whole_question_that_says_what_it_is_about_is_a_phrase():
    assert "do the hours go straight into Sage?" in phrases("So, do the hours go straight into Sage?")
    assert not any(phrase.endswith("?") for phrase in phrases("Does it do that?"))


def test_no_phrase_ends_before_what_its_verb_needs():
    assert "own phone checking up" not in phrases("Nobody here wants their own phone checking up on them.")
