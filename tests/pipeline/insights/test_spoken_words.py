"""What was said counts, not how it is written."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.insights.spoken_words import FILLERS, spoken_words


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("OKAY, “fine”.", "ok fine"),
        ("a follow-up at 3:30 p.m.", "A follow up at three thirty PM"),
        ("$20k", "twenty thousand dollars"),
        ("$1.5m", "one point five million dollars"),
        ("£1 each", "one pound each"),
        ("10%", "ten per cent"),
        ("in 1999 and 2025", "in nineteen ninety-nine and twenty twenty-five"),
        ("555-0123", "five five five oh one two three"),
        ("2,304,006", "two million three hundred and four thousand and six"),
        ("150,200", "one hundred and fifty thousand two hundred"),
        ("the 21st, 3rd and 20th", "the twenty first, third and twentieth"),
        ("1,000 and 100", "a thousand and a hundred"),
        ("1905", "nineteen hundred and five"),
        ("0.05 or 99.90", "zero point oh five or ninety nine point nine zero"),
        ("100 200", "one hundred two hundred"),
        ("007", "zero zero seven"),
        ("I'm sure we can't, won't, don't", "I am sure we cannot, will not, do not"),
        ("they've said you'll", "they have said you will"),
        ("yes [laughter] <noise> no", "yes no"),
        ("R&D uses the A.P.I.", "r and d uses the api"),
    ],
)
def test_writings_of_the_same_words_are_equal(written, spoken):
    assert spoken_words(written) == spoken_words(spoken)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("we're", "were"),
        ("it's", "its"),
        ("fifteen", "fifty"),
        ("1.5", "15"),
        ("twelve thousand", "twelve hundred"),
        ("hundred", "100"),
    ],
)
def test_other_words_are_not(one, other):
    assert spoken_words(one) != spoken_words(other)


def test_fillers_count_only_if_asked_for():
    text = "Um, well, uh-huh, erm, mm-hmm yes"
    assert spoken_words(text) == ["well", "huh", "yes"]
    assert spoken_words(text, fillers=True) == ["um", "well", "uh", "huh", "erm", "mm", "hmm", "yes"]


def test_scripts_without_spaces_count_by_character_and_marks_stay_in_their_words():
    assert spoken_words("你好吗?") == ["你", "好", "吗"]
    assert spoken_words("हिन्दी में।") == ["हिन्दी", "में"]


@pytest.mark.parametrize("number", [*range(0, 121), 999, 1000, 1001, 12_345, 100_000, 999_999, 1_000_001, 2_000_300])
def test_every_number_is_equal_to_its_words(number):
    assert spoken_words(f"pay {in_words(number)} now") == ["pay", str(number), "now"]


@settings(deadline=None)
@given(st.text())
def test_any_text_gives_words_that_stay_as_they_are(text):
    words = spoken_words(text)
    assert all(word and not word.isspace() and word not in FILLERS for word in words)


UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
TENS = "_ _ twenty thirty forty fifty sixty seventy eighty ninety".split()


def in_words(number):
    for size, name in ((10**6, "million"), (1000, "thousand"), (100, "hundred")):
        if number >= size:
            rest = number % size
            link = " and " if 0 < rest < 100 else " "
            return f"{in_words(number // size)} {name}" + (link + in_words(rest) if rest else "")
    if number < 20:
        return UNITS[number]
    return TENS[number // 10] + (f"-{UNITS[number % 10]}" if number % 10 else "")
