"""A misspelt word finds the held one that was meant, and none where none is near."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.erasure import forget_call
from pipeline.insights.spelling import Spelling, edit_distances

WORD = st.text(alphabet="abcd", min_size=1, max_size=7)


def distance(one, other):
    """The same by its definition, one pair of words at a time."""
    rows = [[max(i, j) if 0 in (i, j) else 0 for j in range(len(other) + 1)] for i in range(len(one) + 1)]
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            ways = [rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (one[i - 1] != other[j - 1])]
            if i > 1 and j > 1 and one[i - 2 : i] == other[j - 1] + other[j - 2]:
                ways.append(rows[i - 2][j - 2] + 1)
            rows[i][j] = min(ways)
    return rows[-1][-1]


@given(WORD, st.lists(WORD, min_size=1, max_size=5))
def test_edits_are_counted_as_they_are_defined(typed, words):
    letters = np.zeros((7, len(words)), dtype=np.int32)
    for place, word in enumerate(words):
        letters[: len(word), place] = [ord(letter) for letter in word]
    found = edit_distances(typed, letters, np.array([len(word) for word in words]))
    assert found.tolist() == [distance(typed, word) for word in words]


@pytest.fixture
def held(toolkit, write_call, ingest):
    ingest(
        write_call("a", "C: The onboarding is expensive.", "C: Onboarding again, and the integration."),
        write_call("b", "C: We have a price. Pride is not the price.", "C: The price is a xylophone."),
    )
    return toolkit


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("expensve", "expensive"),
        ("exepnsive", "expensive"),
        ("onbordng", "onboarding"),
        ("itegration", "integration"),
        ("pricw", "price"),
        ("prixe", "price"),
        ("zebra", None),
        ("nboarding", None),
        ("prcie", "price"),
        ("prcx", None),
    ],
)
def test_the_nearest_word_with_the_same_first_letter_is_meant(held, typed, meant):
    with held.store.read() as tx:
        assert Spelling().nearest(held.index.held(tx), typed) == meant


def test_of_words_as_near_the_commoner_is_meant(held):
    with held.store.read() as tx:
        assert Spelling().nearest(held.index.held(tx), "prine") == "price"


def test_a_forgotten_word_is_never_offered(held):
    spelling = Spelling()
    with held.store.read() as tx:
        assert spelling.nearest(held.index.held(tx), "xylophne") == "xylophone"
    forget_call(held, "b")
    with held.store.read() as tx:
        assert spelling.nearest(held.index.held(tx), "xylophne") is None
