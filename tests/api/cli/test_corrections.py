"""`buyerspeak moment` over a small corpus and stand-in models."""

import getpass
import json
from functools import partial

import pytest

from api.cli import corrections
from pipeline.records import PhraseFilter
from pipeline.run import process_call

TURNS = [
    {"speaker": "Dana", "role": "rep", "text": "How is the trial?"},
    {"speaker": "Rob", "role": "customer", "text": "It is too expensive for us. The rota is fine."},
]


@pytest.fixture
def toolkit(toolkit_of):
    return toolkit_of(TURNS, corrections)


@pytest.fixture
def moment(command):
    return partial(command, "moment")


def held(toolkit):
    with toolkit.store.read() as tx:
        return tx.moments.select(PhraseFilter())


def told(toolkit):
    return [(one.kind, one.category, one.quote) for one in held(toolkit)]


def test_a_moment_is_confirmed_by_the_user_unless_another_is_named(toolkit, moment):
    [price] = held(toolkit)
    said = json.loads(moment("confirm", price.id, "--json").stdout)
    assert (said["who"], said["moment"]) == (getpass.getuser(), price.id)
    assert json.loads(moment("confirm", price.id, "--by", "Ann", "--note", "yes", "--json").stdout)["who"] == "Ann"
    assert held(toolkit)[0].state == "heard"


def test_a_moment_is_relabelled_moved_rejected_and_brought_back(toolkit, moment):
    moment("relabel", held(toolkit)[0].id, "--category", "need", "--by", "Ann")
    moment("move", held(toolkit)[0].id, "--quote", "too expensive for us", "--by", "Ann")
    assert told(toolkit) == [("objection", "need", "too expensive for us")]
    moment("move", held(toolkit)[0].id, "--start-char", "6", "--end-char", "19", "--by", "Ann")
    rejected = moment("reject", held(toolkit)[0].id, "--by", "Ann").stdout.split()[0]
    assert told(toolkit) == []
    assert "undone" in moment("undo", rejected, "--by", "Bo").stdout
    assert told(toolkit) == [("objection", "need", "too expensive")]


def test_a_missed_moment_is_added_with_its_vector_and_theme(toolkit, moment):
    done = moment("add", "a", "1", "--quote", "The rota is fine.", "--kind", "signal", "--by", "Ann")
    assert "added: “The rota is fine.”, now moment" in done.stdout
    assert told(toolkit)[1] == ("signal", None, "The rota is fine.")
    with toolkit.store.read() as tx:
        assert list(tx.phrases.texts_without_vector(toolkit.encoder.name)) == []


def test_the_history_tells_who_said_what_and_what_became_of_it(toolkit, moment):
    assert "Nobody" in moment("history").stdout
    [price] = held(toolkit)
    moment("confirm", price.id, "--by", "Ann", "--note", "listened")
    moment("reject", price.id, "--by", "Bo")
    added = json.loads(moment("add", "a", "1", "--quote", "The rota", "--kind", "pain", "--by", "Cy", "--json").stdout)
    moment("undo", added["id"], "--by", "Di")
    lines = moment("history", "a").stdout
    for part in ("Ann", "(listened)", "followed by a later one", "rejected", "Bo", "undone by Di", "pain", "a:1"):
        assert part in lines
    assert [said["live"] for said in json.loads(moment("history", "--json").stdout)] == [False, True, False]


def test_a_correction_whose_words_are_gone_is_told(toolkit, moment):
    moment("confirm", held(toolkit)[0].id, "--by", "Ann")
    with toolkit.store.begin() as tx:
        call, turns = tx.calls.get("a"), tx.talk.turns("a")
        tx.talk.replace_turns("a", turns[:1])
        tx.stages.drop("a", "moments")
    list(process_call(toolkit, call))
    assert "stands nowhere: its words are not in the transcript" in moment("history").stdout


@pytest.mark.parametrize(
    "words",
    [
        ("relabel", "PRICE", "--kind", "mood"),
        ("relabel", "PRICE"),
        ("move", "PRICE", "--quote", "never said"),
        ("move", "PRICE"),
        ("add", "a", "0", "--quote", "How", "--kind", "question"),
        ("add", "a", "1", "--quote", "rota"),
        ("confirm", "PRICE", "--by", " "),
    ],
)
def test_what_cannot_be_meant_is_wrong_usage(toolkit, moment, words):
    [price] = held(toolkit)
    moment(*(price.id if word == "PRICE" else word for word in words), status=2)
    assert told(toolkit) == [("objection", "price", "It is too expensive for us.")]
