"""The labelled calls parse, follow the labelling guide, and hold no stretch twice."""

from pathlib import Path

import pytest

from models.training.labelled_calls import LabelError, describe, near_duplicates, parse_calls, read_labelled_calls

LABELS = Path(__file__).parents[3] / "corpus" / "labels" / "calls"
HEADER = "call: x-01\ntrade: bakeries\nstyle: hard\n"


def parsed(tmp_path, lines, header=HEADER):
    path = tmp_path / "x.txt"
    path.write_text(header + lines, encoding="utf-8")
    return list(parse_calls(path))


def test_marks_become_offsets_into_the_text_without_them(tmp_path):
    (call,) = parsed(
        tmp_path, "R: And the price?\nC: Well, {objection/price: it is dear}, but {not/settled: never mind}.\n"
    )
    turn = call.turns[1]
    assert turn.text == "Well, it is dear, but never mind."
    assert [turn.text[m.start_char : m.end_char] for m in turn.marks] == ["it is dear", "never mind"]
    assert [(m.kind, m.category, m.factuality) for m in turn.marks] == [
        ("objection", "price", "asserted"),
        ("not", "settled", None),
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("C: {objection: dear}", "needs a category"),
        ("C: {objection/money: dear}", "needs a category"),
        ("C: {worry: dear}", "kind 'worry'"),
        ("C: {not/because: dear}", "the reasons are"),
        ("C: {pain/maybe: dear}", "factualities are"),
        ("C: {pain: dear", "not closed"),
        ("C: {pain: }", "empty mark"),
        ("R: {pain: dear}", "rep's speech"),
        ("Bob: hello", "neither a header nor a turn"),
    ],
)
def test_a_line_that_breaks_the_guide_is_refused_with_its_place(tmp_path, line, reason):
    with pytest.raises(LabelError, match=reason) as refusal:
        parsed(tmp_path, f"R: hi\n{line}\n")
    assert "x.txt:5" in str(refusal.value)


def test_a_call_without_a_trade_is_refused(tmp_path):
    with pytest.raises(LabelError, match="lacks trade"):
        parsed(tmp_path, "R: hi\n", header="call: x-01\nstyle: hard\n")


def test_stretches_that_share_most_of_their_words_are_near_duplicates(tmp_path):
    calls = parsed(
        tmp_path,
        "C: {pain: we lose half a day every single Friday on it}\n"
        "C: {pain: we lose half a day every single Monday on it}\n"
        "C: {pain: the printer is on fire again}\n",
    )
    assert len(near_duplicates(calls, min_overlap=0.4)) == 1


def test_the_corpus_is_large_varied_and_free_of_near_duplicates():
    calls = read_labelled_calls(LABELS)
    stretches = sum(len(call.turns) for call in calls)
    trades = {call.trade for call in calls}
    assert stretches >= 6_000, describe(calls)
    assert len(trades) >= 40, describe(calls)
    assert near_duplicates(calls) == []


def test_every_category_is_well_fed_in_the_corpus():
    marks = [mark for call in read_labelled_calls(LABELS) for turn in call.turns for mark in turn.marks]
    objections = [mark.category for mark in marks if mark.kind == "objection"]
    assert min(objections.count(category) for category in set(objections)) >= 80
    assert len(set(objections)) == 12
