"""Words are ranked as SQLite's full text ranks them, and found word for word without one missing."""

import sqlite3
from contextlib import closing

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.insights.held.generation import empty
from pipeline.insights.held.spelt import words_of
from pipeline.insights.held.words import HeldWords
from pipeline.store.changes import Point

TEXTS = [
    "Honestly it's too expensive for a team like ours.",
    "The expense is not the problem, the e-mail integration is.",
    "We'd need SSO/SAML, AND the pricing page doesn't say.",
    "It is expensive, too.",
    'He said "no" — não é caro, c\'est la vie: 価格 naïve.',
    "the to and of",
    *["Nothing of the kind was said here"] * 30,
]


def held_words(texts) -> HeldWords:
    words = empty("e", 4, Point(0, 0)).words
    words.append([words_of(text) for text in texts])
    return words


def ranked(words, terms, n=50):
    mask = np.ones(len(words.segments()[1]), np.bool_)
    return dict(zip(*(column.tolist() for column in words.ranked(terms, mask, n)), strict=True))


@pytest.mark.parametrize(
    ("terms", "places"),
    [
        (["expensive"], {0, 1, 3}),
        (["EXPENSES", "zebra"], {0, 1, 3}),
        (["the", "saml"], {2}),
        (["integrations", "price"], {1, 2}),
        (["not"], {1}),
        (["価格"], {4}),
        (["NAÏVE"], {4}),
        (["e-mail"], {1}),
        (["mail e"], set()),
        (["zebra"], set()),
        (["?"], set()),
        ([], set()),
    ],
)
def test_any_of_the_words_is_enough_in_whatever_form(terms, places):
    assert set(ranked(held_words(TEXTS), terms)) == places


def test_stop_words_count_when_there_are_no_others():
    assert 5 in ranked(held_words(TEXTS), ["of", "to"])
    assert 5 not in ranked(held_words(TEXTS), ["of", "said"])


@pytest.mark.parametrize(
    ("wanted", "places"),
    [
        (["too expensive"], {0}),
        (["TOO", "Expensive"], {0, 3}),
        (["too expense"], set()),
        (["expensive, too!"], {3}),
        (["sso saml and the"], {2}),
        (["não é caro"], {4}),
        (["the to and of"], {5}),
        (["expensive team"], set()),
        (["xpensive"], set()),
        (["of of"], set()),
    ],
)
def test_a_stretch_is_its_very_words_in_a_row(wanted, places):
    words = held_words(TEXTS)
    found, scores = words.verbatim([words_of(stretch) for stretch in wanted], np.ones(len(TEXTS), np.bool_))
    assert set(found.tolist()) == places
    assert (scores > 0).all()


SPOKEN = st.lists(
    st.lists(st.sampled_from("price prices priced budget training train spring night not".split()), max_size=7),
    min_size=3,
    max_size=12,
)


@settings(max_examples=100, deadline=None)
@given(spoken=SPOKEN, asked=st.sets(st.sampled_from(["prices", "budget", "trained", "night", "not"]), min_size=1))
def test_scores_are_those_of_sqlite(spoken, asked):
    texts = [" ".join(words) for words in spoken]
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("create virtual table held using fts5(text, tokenize='porter unicode61')")
        database.executemany("insert into held(rowid, text) values (?, ?)", enumerate(texts))
        query = " OR ".join(f'"{word}"' for word in sorted(asked))
        found = dict(database.execute("select rowid, -bm25(held) from held where held match ?", (query,)))
    ours = ranked(held_words(texts), sorted(asked))
    assert set(ours) == set(found)
    for place, score in found.items():
        assert ours[place] == pytest.approx(score, rel=1e-3, abs=1e-5)


@settings(max_examples=100, deadline=None)
@given(spoken=SPOKEN, asked=st.lists(st.sampled_from(["price", "budget", "night", "not"]), min_size=1, max_size=3))
def test_a_stretch_is_found_wherever_it_is(spoken, asked):
    row = f" {' '.join(asked)} "
    found, _ = held_words([" ".join(words) for words in spoken]).verbatim([asked], np.ones(len(spoken), np.bool_))
    assert found.tolist() == [place for place, words in enumerate(spoken) if row in f" {' '.join(words)} "]


def test_what_is_dropped_is_counted_no_longer():
    words = held_words(TEXTS)
    words.drop(2)
    assert words.unknown(["saml", "expenses", "zebra"]) == ["saml", "zebra"]
    assert dict(words.counted())["expensive"] == 2
    assert "saml" not in dict(words.counted())
