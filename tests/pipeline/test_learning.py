"""What people corrected becomes labelled calls, and the network learns it unless that does harm elsewhere."""

import re
from pathlib import Path

import pytest

from models.moment_spotter import HEAD
from models.training.labelled_calls import Mark
from pipeline.correction_words import Edges, Label
from pipeline.corrections import add, reject
from pipeline.errors import BadInput, MissingPart
from pipeline.insights.corrected import corrected_calls
from pipeline.learning import MIN_CORRECTIONS, labelled, learn
from pipeline.records import PhraseFilter

LABELS = Path(__file__).parents[2] / "corpus" / "labels" / "calls"
TAUGHT = ("fraud checks for lenders-01", "lab sample couriers-01")
UNSEEN = ("windows-02", "kitchen-03", "leasing-03")
"""Calls of trades that the installed network was trained on, and of trades that it has never seen."""


@pytest.fixture
def corrected(toolkit, write_call, ingest):
    """A call in which a person named ten points that the keywords had missed, and rejected one."""
    said = [f"The {thing} would have to come out of my own pocket." for thing in "abcdefghij"]
    ingest(write_call("a", "R: How are things?", "C: It is too expensive for us.", *(f"C: {line}" for line in said)))
    with toolkit.store.read() as tx:
        (found,) = tx.moments.select(PhraseFilter())
    reject(toolkit, found.id, who="Ann")
    for turn, line in enumerate(said, start=2):
        add(toolkit, "a", turn, Edges(quote=line), Label("objection", "price"), who="Ann")
    return toolkit


def test_corrections_become_marks_and_rejections_look_alikes(corrected):
    with corrected.store.read() as tx:
        (call,) = map(labelled, corrected_calls(tx))
    assert call.turns[0].is_rep
    assert call.turns[1].marks == (Mark("not", None, "asserted", 0, len("It is too expensive for us.")),)
    assert [turn.marks[0].category for turn in call.turns[2:]] == ["price"] * 10


def test_too_few_corrections_are_said_to_be_too_few(toolkit):
    with pytest.raises(BadInput, match=f"0 corrections, of at least {MIN_CORRECTIONS}"):
        learn(toolkit)


def test_without_the_labelled_calls_nothing_is_learnt_and_the_reason_said(corrected, tmp_path):
    with pytest.raises(MissingPart, match="Run it in a checkout"):
        learn(corrected, labels=tmp_path / "none")


@pytest.mark.model
@pytest.mark.slow
def test_the_network_follows_what_it_was_taught_and_is_kept_only_if_it_did_no_harm(corrected, tmp_path):
    some = tmp_path / "labels"
    some.mkdir()
    texts = [text for path in sorted(LABELS.iterdir()) for text in re.split(r"(?m)^(?=call: )", path.read_text())]
    chosen = [text for text in texts if text.startswith(tuple(f"call: {name}\n" for name in (*TAUGHT, *UNSEEN)))]
    assert len(chosen) == len(TAUGHT) + len(UNSEEN)
    (some / "some.txt").write_text("".join(chosen))
    before = HEAD.read_bytes()
    refined = learn(corrected, labels=some)
    assert refined.n_corrections == 11
    assert refined.mean_f1_before > 0.3, "it was measured on calls that nobody taught it"
    assert refined.kept is (refined.mean_f1_after >= refined.mean_f1_before - 0.02)
    assert refined.followed_after >= refined.followed_before
    assert corrected.own_head.is_file() is refined.kept
    assert HEAD.read_bytes() == before
