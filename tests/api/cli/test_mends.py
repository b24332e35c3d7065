"""`buyerspeak mend` over a small corpus and stand-in models."""

import getpass
import json
from functools import partial

import pytest

from api.cli import mends
from pipeline.errors import Conflict, NotFound
from pipeline.records import PhraseFilter

HEARD = "It is too expensive for one more sight. The the rota is fine."
TURNS = [
    {"speaker": "Dana", "role": "rep", "text": "How is the trial?"},
    {"speaker": "Rob", "role": "customer", "text": HEARD},
]


@pytest.fixture
def toolkit(toolkit_of):
    return toolkit_of(TURNS, mends)


@pytest.fixture
def mend(command):
    return partial(command, "mend")


def said(toolkit):
    with toolkit.store.read() as tx:
        return tx.talk.turns("a")[1].text


def quotes(toolkit):
    with toolkit.store.read() as tx:
        return [moment.quote for moment in tx.moments.select(PhraseFilter())]


def test_a_word_is_mended_with_its_moment_and_its_vector_and_put_back(toolkit, mend):
    told = mend("add", "a", "1", "--quote", "sight", "--text", "site", "--by", "Ann").stdout
    assert "a:1  “sight” is now “site”" in told
    assert said(toolkit) == HEARD.replace("sight", "site")
    assert quotes(toolkit) == ["It is too expensive for one more site."]
    with toolkit.store.read() as tx:
        assert list(tx.phrases.texts_without_vector(toolkit.encoder.name)) == []
    assert "“site” is now “sight”" in mend("undo", told.split()[0], "--by", "Bo").stdout
    assert (said(toolkit), quotes(toolkit)) == (HEARD, ["It is too expensive for one more sight."])


def test_the_user_says_it_unless_another_is_named_and_words_can_be_taken_out(toolkit, mend):
    made = json.loads(mend("add", "a", "1", "--start-char", "40", "--end-char", "43", "--text", "", "--json").stdout)
    assert (made["who"], made["before"], made["after"]) == (getpass.getuser(), " The", "")
    assert said(toolkit) == HEARD.replace("The the", "the")


def test_the_list_tells_who_mended_what_and_what_was_taken_back(mend):
    assert "Nobody" in mend("list", "a").stdout
    first = mend("add", "a", "1", "--quote", "sight", "--text", "site", "--by", "Ann", "--note", "listened").stdout
    mend("add", "a", "1", "--quote", "The the", "--text", "The", "--by", "Cy")
    mend("undo", first.split()[0], "--by", "Bo")
    told = mend("list", "a").stdout
    for part in ("Ann", "(listened)", "undone by Bo", f"takes back {first.split()[0]}", "“The the” is now “The”"):
        assert part in told
    held = json.loads(mend("list", "a", "--json").stdout)
    assert [(one["who"], one["after"]) for one in held] == [("Ann", "site"), ("Cy", "The"), ("Bo", "sight")]


@pytest.mark.parametrize(
    "words",
    [
        ("add", "a", "1", "--quote", "never said", "--text", "x"),
        ("add", "a", "1", "--quote", "sight", "--text", "sight"),
        ("add", "a", "1", "--text", "x"),
        ("add", "a", "1", "--quote", "sight"),
        ("add", "a", "1", "--quote", "sight", "--text", "site", "--by", " "),
    ],
)
def test_what_cannot_be_meant_is_wrong_usage(toolkit, mend, words):
    mend(*words, status=2)
    assert said(toolkit) == HEARD


def test_what_is_not_held_or_was_taken_back_already_is_refused_in_words(toolkit, mend):
    assert isinstance(mend("list", "none", status=1).exception, NotFound)
    assert isinstance(mend("undo", "none", status=1).exception, NotFound)
    made = mend("add", "a", "1", "--quote", "sight", "--text", "site").stdout.split()[0]
    mend("undo", made)
    assert isinstance(mend("undo", made, status=1).exception, Conflict)
