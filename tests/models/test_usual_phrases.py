"""The usual words of an objection are heard, and not where they are denied."""

import pytest

from models.usual_phrases import usual_objection


@pytest.mark.parametrize(
    ("clause", "category"),
    [
        ("Honestly it's far too expensive for us", "price"),
        ("We don't have the budget this year.", "price"),
        ("I need to talk to my boss first", "authority"),
        ("It's not a good time for us", "timing"),
        ("We're not interested, thanks", "brushoff"),
        ("I've never heard of you", "trust"),
    ],
)
def test_the_usual_words_are_heard(clause, category):
    assert usual_objection(clause) == category


@pytest.mark.parametrize(
    "clause",
    ["it's not too expensive", "I don't think it's too expensive", "The coffee was lovely", "an expensive car", ""],
)
def test_what_is_denied_or_something_else_is_not(clause):
    assert usual_objection(clause) is None
