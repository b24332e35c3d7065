from __future__ import annotations

import pytest

from pipeline.records import Turn, Word
from pipeline.store.moments import time_span

TEXT = "Well, it is too expensive, it is."
WORDS = (
    Word("Well,", 10.0, 10.4),
    Word("it", 10.5, 10.6),
    Word("is", 10.7, 10.8),
    Word("too", 11.0, 11.2),
    Word("expensive,", 11.3, 12.0),
    Word("it", 12.5, 12.6),
    Word("is.", 12.7, 13.0),
)


def turn(text=TEXT, words=WORDS):
    return Turn("a", 0, "S1", "customer", 1.0, 9.0, 14.0, text, words)


@pytest.mark.parametrize(
    ("quote", "span"),
    [
        ("too expensive", (11.0, 12.0)),
        ("o exp", (11.0, 12.0)),
        ("Well", (10.0, 10.4)),
        ("it is.", (12.5, 13.0)),
        (TEXT, (10.0, 13.0)),
    ],
)
def test_a_span_is_said_while_the_words_it_touches_are(quote, span):
    start = TEXT.index(quote)
    assert time_span(turn(), start, start + len(quote)) == span


def test_a_span_between_words_is_said_during_the_turn():
    assert time_span(turn(), 5, 6) == (9.0, 14.0)


def test_without_words_a_span_is_said_during_the_turn():
    assert time_span(turn(words=()), 0, 4) == (9.0, 14.0)


def test_a_word_that_the_text_lacks_does_not_lead_the_others_astray():
    text = "Yes sure. " + "We like it as it is. " * 5 + "Um, and so on."
    words = (Word("Um", 1.0, 1.1), Word(" ", 1.1, 1.2), Word("Yes", 1.2, 1.3), Word(" sure.", 1.4, 1.5))
    assert time_span(turn(text, words), 0, 9) == (1.2, 1.5)
