"""What every store promises about finding phrases by their words."""

from __future__ import annotations

import pytest

from pipeline.errors import BadInput
from pipeline.records import PhraseFilter, SpottedMoment

TEXTS = [
    "Honestly it's too expensive for a team like ours.",
    "The expense is not the problem, the e-mail integration is.",
    "We'd need SSO/SAML, AND the pricing page doesn't say.",
    "It is expensive, too.",
    'He said "no" — não é caro, c\'est la vie: 価格 naïve.',
    "the to and of",
]


@pytest.fixture
def texts(store, hold):
    """Return a function that gives the turns found, best first."""
    with store.begin() as tx:
        hold(tx, "a", TEXTS, metadata={"outcome": "won"})
        hold(tx, "b", ["Nothing of the kind was said here"] * 30)

    def find(terms, mode, *, limit=10, **wanted):
        with store.read() as tx:
            found = tx.words.match(terms, mode=mode, filter=PhraseFilter(**wanted), limit=limit)
            assert all(score > 0 for _, score in found)
            assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)
            phrases = tx.phrases.by_ids([phrase for phrase, _ in found])
        return [held.turn for held in phrases.values()]

    return find


@pytest.mark.parametrize(
    ("terms", "turns"),
    [
        (["expensive"], {0, 1, 3}),
        (["EXPENSES", "zebra"], {0, 1, 3}),
        (["the", "saml"], {2}),
        (["integrations", "price"], {1, 2}),
        (["not"], {1}),
        (["caro"], {4}),
        (["価格"], {4}),
        (["NAÏVE"], {4}),
        (["e-mail"], {1}),
        (["zebra"], set()),
    ],
)
def test_any_of_the_words_is_enough_in_whatever_form(texts, terms, turns):
    found = texts(terms, "any")
    assert set(found) == turns
    assert len(found) == len(turns)


@pytest.mark.parametrize(
    ("terms", "turns"),
    [
        (["expensive", "team"], {0}),
        (["expense", "too"], {0, 3}),
        (["the", "expense"], {0, 1, 3}),
        (["expensive", "zebra"], set()),
        (["sso saml", "need"], {2}),
        (["saml sso"], set()),
    ],
)
def test_all_of_the_words_are_needed_in_whatever_order(texts, terms, turns):
    assert set(texts(terms, "all")) == turns


@pytest.mark.parametrize(
    ("terms", "turns"),
    [
        (["too expensive"], {0}),
        (["TOO", "Expensive"], {0}),
        (["too expense"], set()),
        (["expensive, too!"], {3}),
        (["a team like"], {0}),
        (["sso saml and the"], {2}),
        (["it's too"], {0}),
        (["não é caro"], {4}),
        (["the to and of"], {5}),
        (["expensive team"], set()),
        (["xpensive"], set()),
    ],
)
def test_a_phrase_is_its_very_words_in_a_row(texts, terms, turns):
    assert set(texts(terms, "phrase")) == turns


@pytest.mark.parametrize(
    "typed",
    [
        '"',
        "",
        "* ^ + - ~ :",
        "& | ! <-> ()",
        "'; drop table phrases; --",
        "text:zebra",
        "NEAR(zebra, 2)",
        "zebra*",
        "expens*",
        "%",
        "_",
        "\\",
        "\x00",
        "🙂",
    ],
)
def test_query_syntax_is_only_words(texts, typed):
    assert texts([typed], "any") == texts([typed], "all") == texts([typed], "phrase") == []


def test_operators_typed_by_users_are_words_too(texts):
    assert texts(["saml, AND"], "phrase") == [2]
    assert set(texts(['"NOT expensive"', "OR"], "any")) == set()
    assert texts(["NOT"], "all") == [1]
    assert texts(['sso" AND "zebra'], "all") == []


def test_nothing_asked_finds_nothing(texts):
    assert texts([], "any") == texts([], "all") == texts([], "phrase") == []


def test_stop_words_count_when_there_are_no_others(texts):
    assert 5 in texts(["of", "to"], "all")


def test_the_rarer_word_and_the_shorter_phrase_come_first(texts):
    assert texts(["expensive", "team"], "any")[0] == 0
    assert texts(["expensive"], "any")[0] == 3
    assert texts(["said", "naïve"], "any")[0] == 4


def test_filters_and_limit_apply_to_what_is_found(texts):
    assert set(texts(["expensive"], "any", roles=("customer",))) == {0}
    assert set(texts(["expensive"], "any", roles=("rep",), where={"outcome": ("won",)})) == {1, 3}
    assert texts(["expensive"], "any", calls=("b",)) == []
    assert len(texts(["said"], "any", limit=7)) == 7


def test_the_limit_of_a_phrase_applies_to_what_is_verbatim(store, hold):
    with store.begin() as tx:
        hold(tx, "a", [*["We were pricing plans"] * 40, "Now look at price plan seven of our many, many offers"])
        found = tx.words.match(["price plan"], mode="phrase", filter=PhraseFilter(), limit=1)
        assert [held.turn for held in tx.phrases.by_ids([phrase for phrase, _ in found]).values()] == [40]


def test_a_moment_is_found_beside_its_turn(store, hold):
    with store.begin() as tx:
        [moment] = hold(tx, "a", TEXTS, moments=[SpottedMoment(0, 14, 27, "objection", "price", "stated", 0.8)])
        found = tx.words.match(["too expensive"], mode="phrase", filter=PhraseFilter(moments_only=True), limit=9)
        assert [held.moment for held in tx.phrases.by_ids([phrase for phrase, _ in found]).values()] == [moment]


def test_phrases_that_are_gone_are_not_found(store, hold):
    with store.begin() as tx:
        hold(tx, "a", TEXTS)
        tx.talk.replace_turns("a", tx.talk.turns("a")[:2])
        assert tx.words.match(["saml"], mode="any", filter=PhraseFilter(), limit=9) == []


def test_a_question_as_long_as_a_page_is_answered(texts):
    words = [f"word{number}" for number in range(255)]
    assert texts([*words, "saml"] * 3, "any") == [2]
    with pytest.raises(BadInput, match="257 different words is too long"):
        texts([*words, "saml", "sso"], "any")


def test_every_turn_that_holds_the_very_words_is_told_with_its_place(store, hold):
    with store.begin() as tx:
        hold(tx, "a", TEXTS, moments=[SpottedMoment(0, 14, 27, "objection", "price", "stated", 0.8)])
        hold(tx, "b", ["Too expensive, they say."])
        said = tx.words.verbatim(["Too expensive!"], filter=PhraseFilter())
        assert sorted((one.call, one.turn, one.is_moment) for one in said) == [
            ("a", 0, False),
            ("a", 0, True),
            ("b", 0, False),
        ]
        both = tx.words.verbatim(["too expensive", "a team"], filter=PhraseFilter())
        assert {(one.call, one.turn) for one in both} == {("a", 0)}
        assert tx.words.verbatim(["?"], filter=PhraseFilter()) == []


def test_words_that_no_phrase_holds_in_any_form_are_told(store, hold):
    with store.begin() as tx:
        hold(tx, "a", TEXTS)
        assert tx.words.unknown(["expensve", "expenses", "saml", "zebra"]) == ["expensve", "zebra"]
        assert tx.words.unknown([]) == []


def test_the_vocabulary_is_the_words_as_they_are_spelt_and_goes_with_its_phrases(store, hold):
    with store.begin() as tx:
        hold(tx, "a", TEXTS)
        held = dict(tx.words.vocabulary())
        assert (held["expensive"], held["expense"], held["saml"]) == (2, 1, 1)
        tx.calls.forget("a")
        assert tx.words.vocabulary() == []
