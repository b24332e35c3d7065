from __future__ import annotations

import pytest

from pipeline.insights.held.spelt import words_of


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("Too EXPENSIVE!", ["too", "expensive"]),
        ("don't e-mail/call me_now", ["don", "t", "e", "mail", "call", "me", "now"]),
        ("SOC2, 3.5 %", ["soc2", "3", "5"]),
        ("cafe\u0301 ñandú 価格", ["café", "ñandú", "価格"]),
        ("\"*:^()-+' 🙂 \x00", []),
        ("", []),
    ],
)
def test_words_are_letters_and_digits_in_lower_case(written, words):
    assert words_of(written) == words
