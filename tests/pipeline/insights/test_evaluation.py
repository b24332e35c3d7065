"""Held calls are scored against labelled ones, transcribed ones through the words that were really said."""

import json

import pytest

from pipeline.errors import BadInput, NotFound
from pipeline.insights.evaluation import evaluate, read_labelled_file

LINES = ("R: How is the trial?", "C: Well, it is too expensive for us.", "C: Nice weather.")


@pytest.fixture
def write_gold(tmp_path):
    def write(name, turns):
        path = tmp_path / f"{name}.gold.json"
        path.write_text(json.dumps({"id": name, "turns": turns}))
        return path

    return write


def gold_turns(quote):
    return [
        {"role": "rep", "text": "How is the trial?"},
        {
            "role": "customer",
            "text": "Well, it is too expensive for us.",
            "moments": [{"kind": "objection", "category": "price", "quote": quote}],
        },
        {"role": "customer", "text": "Nice weather."},
    ]


def test_the_same_text_is_scored_by_offsets(toolkit, write_call, ingest, write_gold):
    ingest(write_call("a", *LINES))
    path = write_gold("a", gold_turns("it is too expensive for us"))
    result = evaluate(toolkit.store, [(path, read_labelled_file(path))])
    assert result.moments.f1["objection"].value == 1.0
    assert result.moments.category_f1.value == 1.0
    assert result.role_accuracy == 1.0
    assert result.word_error_rate is None


def test_other_turns_and_misheard_words_are_aligned(toolkit, write_call, ingest, write_gold):
    ingest(write_call("a", "R: How is the trial?", "C: Well, its too expensive for us. Nice weather."))
    path = write_gold("a", gold_turns("it is too expensive for us"))
    assert evaluate(toolkit.store, [(path, read_labelled_file(path))]).moments.f1["objection"].value == 1.0


def test_a_quote_that_is_not_in_its_turn_is_refused_with_file_and_turn(write_gold):
    with pytest.raises(BadInput, match=r"a\.gold\.json: turn 1 does not hold"):
        read_labelled_file(write_gold("a", gold_turns("far too expensive")))


def test_a_call_that_is_not_held_is_named(toolkit, write_gold):
    path = write_gold("nobody", gold_turns("it is too expensive for us"))
    with pytest.raises(NotFound, match="nobody"):
        evaluate(toolkit.store, [(path, read_labelled_file(path))])
