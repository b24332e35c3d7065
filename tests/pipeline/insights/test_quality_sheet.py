"""The labelling sheet: what was marked comes back as spans of the stored words, and every fault by its line."""

import pytest

from pipeline.errors import BadInput
from pipeline.insights.quality_sheet import READ_LINE, read_marks, read_sheet, sample_named
from pipeline.store.quality import LabelledSpan

TEXT = "Well, forty grand is more than we've got. Does it work with Okta?"
TURNS = {1: TEXT, 2: "We lose a day\n  every week."}


def spans(marked, text=TEXT):
    return [(text[s.start_char : s.end_char], s.kind, s.category) for s in read_marks(marked, text)]


def test_marks_become_spans_of_the_stored_words():
    marked = "Well, {objection/price: forty grand is more than we've got}. {question: Does it work with Okta?}"
    assert spans(marked) == [
        ("forty grand is more than we've got", "objection", "price"),
        ("Does it work with Okta?", "question", None),
    ]
    assert spans(TEXT) == []


def test_white_space_is_no_change_of_words():
    assert spans("{pain:We lose a day every week }.", TURNS[2]) == [("We lose a day\n  every week", "pain", None)]
    assert spans("Well,{objection:forty grand}  is more than we've got. Does it work with Okta?") == [
        ("forty grand", "objection", None)
    ]


def test_braces_that_were_said_stay_words():
    assert spans("a {pain: b} {pain: c}", "a {pain: b} c") == [("c", "pain", None)]


@pytest.mark.parametrize(
    ("marked", "reason"),
    [
        ("{worry: Well}, forty", "no kind 'worry'"),
        ("{objection/money: Well}, forty", "only an objection has a category"),
        ("{pain/price: Well}, forty", "only an objection has a category"),
        ("{pain: Well, {goal: forty}}", "a mark within a mark"),
        ("{pain: Well, forty grand is more than we've got. Does it work with Okta?", "not closed"),
        ("{pain: }Well, forty", "is empty"),
        ("Well, thirty grand", "words were changed at 'thirty"),
        ("Well, forty grand is more", "words are missing at the end"),
    ],
)
def test_what_is_wrong_is_said(marked, reason):
    with pytest.raises(ValueError, match=reason):
        read_marks(marked, TEXT)


def sheet(*lines):
    return "\n".join(["# how to", "sample: abc", *lines])


def test_only_what_is_above_the_line_has_been_read():
    read = read_sheet(sheet("turn: 1  (a.mp3, Rob)", f"> {TEXT}", READ_LINE, "turn: 2", "> x"), name="s", turns=TURNS)
    assert [(item.position, item.labels) for item in read] == [(1, ())]


def test_a_marked_turn_is_read_with_its_context_left_out():
    lines = ("turn: 2  (a.mp3, Rob)", "# Dana: hm?", "> {pain: We lose a day every week}.", "# Dana: I see.", READ_LINE)
    [item] = read_sheet(sheet(*lines), name="s", turns=TURNS)
    assert item.labels == (LabelledSpan(0, len(TURNS[2]) - 1, "pain"),)


def test_every_fault_is_named_by_its_line():
    lines = ("turn: 1", "> changed", "turn: 9", "turn: 2", "hello", "turn: 2", READ_LINE)
    with pytest.raises(BadInput) as refusal:
        read_sheet(sheet(*lines), name="s.txt", turns=TURNS)
    faults = str(refusal.value).split("\n")
    assert [fault.split(": ")[0] for fault in faults] == [f"s.txt:{n}" for n in (4, 5, 7, 8, 9)]
    assert "words were changed" in faults[0]
    assert "no turn 9" in faults[1]
    assert "lost its line" in faults[3]


def test_a_sheet_that_nobody_has_read_is_refused():
    with pytest.raises(BadInput, match="no turn has been read yet"):
        read_sheet(sheet(READ_LINE, "turn: 1", f"> {TEXT}"), name="s", turns=TURNS)
    with pytest.raises(BadInput, match="is missing"):
        read_sheet(sheet("turn: 1", f"> {TEXT}"), name="s", turns=TURNS)


def test_a_turn_that_is_there_twice_is_refused():
    lines = ("turn: 1", f"> {TEXT}", "turn: 1", f"> {TEXT}", READ_LINE)
    with pytest.raises(BadInput, match="turn 1 is here twice"):
        read_sheet(sheet(*lines), name="s", turns=TURNS)


def test_a_sheet_names_its_sample():
    assert sample_named("\ufeff# x\nsample: abc\n", name="s") == "abc"
    with pytest.raises(BadInput, match="no labelling sheet"):
        sample_named("turn: 1", name="s")
