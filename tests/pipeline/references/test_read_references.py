"""References are read in every format that people have them in, and what is wrong is named with file and line."""

import json

import pytest

from pipeline.errors import UnreadableFile
from pipeline.insights.spans import SpeechSpan
from pipeline.references.read import read_references

STM = """;; made by hand
sample 1 Diane 6.68 7.16 <o,f0,female> Hello?
sample 1 Sheila 8.4 9.8 I didn't know.
sample 1 Diane 7.6 8.1 Oh.

sample 1 inter_segment_gap 9.8 10.0
sample 1 unknown 10 12 ignore_time_segment_in_scoring
"""
RTTM = """SPKR-INFO sample 1 <NA> <NA> <NA> female Diane <NA> <NA>
SPEAKER sample 1 6.690 0.430 <NA> <NA> Diane <NA> <NA>
SPEAKER sample 1 7.550 0.800 <NA> <NA> agent <NA> <NA>
NOSCORE sample 1 10.0 2.0 <NA> <NA> <NA> <NA> <NA>
"""
CTM = """sample A 1.5 0.2 there 0.9
sample A 1.0 0.4 hello
sample A 4.0 0.4 yes
sample B 2.0 0.5 hi
"""
VTT = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Rep>Hello.\n\n00:05.000 --> 00:06.000\n<v Customer>Hi.\n"


@pytest.fixture
def read(tmp_path):
    def write_and_read(name, content):
        (tmp_path / name).write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return read_references(tmp_path / name)

    return write_and_read


def told(reference):
    return [(turn.speaker, turn.start_s, turn.end_s, turn.text) for turn in reference.turns]


def test_stm_gives_turns_by_time_and_what_is_not_scored(read):
    (reference,) = read("a.stm", STM)
    assert told(reference) == [
        ("Diane", 6.68, 7.16, "Hello?"),
        ("Diane", 7.6, 8.1, "Oh."),
        ("Sheila", 8.4, 9.8, "I didn't know."),
    ]
    assert reference.names == ("sample", "a")
    assert reference.unscored == (SpeechSpan(10, 12),)
    assert reference.has_words


def test_rttm_gives_times_without_words_and_roles_by_name(read):
    (reference,) = read("a.rttm", RTTM)
    assert told(reference) == [("Diane", 6.69, pytest.approx(7.12), ""), ("agent", 7.55, pytest.approx(8.35), "")]
    assert [turn.role for turn in reference.turns] == ["unknown", "rep"]
    assert reference.unscored == (SpeechSpan(10, 12),)
    assert not reference.has_words


def test_ctm_gives_the_words_of_a_channel_as_turns_between_pauses(read):
    (reference,) = read("a.ctm", CTM)
    assert told(reference) == [
        ("A", 1.0, pytest.approx(1.7), "hello there"),
        ("B", 2.0, 2.5, "hi"),
        ("A", 4.0, 4.4, "yes"),
    ]
    (one_channel,) = read("b.ctm", CTM.replace(" B ", " A "))
    assert {turn.speaker for turn in one_channel.turns} == {None}


def test_a_file_of_several_recordings_gives_one_reference_each(read):
    references = read("all.rttm", RTTM + RTTM.replace("sample", "other"))
    assert [reference.names for reference in references] == [("sample",), ("other",)]


def test_captions_give_turns_with_times(read):
    (reference,) = read("a.vtt", VTT)
    assert told(reference) == [("Rep", 1, 2, "Hello."), ("Customer", 5, 6, "Hi.")]
    assert [turn.role for turn in reference.turns] == ["rep", "customer"]
    assert reference.moments is None


def test_plain_text_gives_words_of_nobody_in_particular(read):
    (reference,) = read("a.lab", "HE BEGAN A CONFUSED\nCOMPLAINT\n")
    assert told(reference) == [(None, None, None, "HE BEGAN A CONFUSED\nCOMPLAINT\n")]
    assert reference.names == ("a",)


def test_lines_that_begin_with_who_speaks_give_speakers(read):
    (reference,) = read("a.txt", "[00:01] Rep: Hello.\n[00:05] Ann: Hi.\nRep: Bye.\n")
    assert told(reference) == [("Rep", 1, None, "Hello."), ("Ann", 5, None, "Hi."), ("Rep", None, None, "Bye.")]


def test_a_transcript_without_the_field_has_no_labels_and_one_with_it_may_have_none(read):
    turn = {"role": "customer", "text": "It is too expensive, too expensive."}
    label = {"kind": "objection", "category": "price", "quote": "too expensive"}
    assert read("a.json", {"id": "x", "turns": [turn]})[0].moments is None
    assert read("a.json", {"id": "x", "turns": [turn | {"moments": []}]})[0].moments == ()
    (reference,) = read("a.json", {"id": "x", "turns": [turn | {"moments": [label, label]}]})
    assert [(span.start_char, span.end_char) for span in reference.moments] == [(6, 19), (21, 34)]
    assert reference.names == ("x", "a")


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("a.stm", "sample 1 Diane 6.68", r"a\.stm: line 1: 4 fields instead of at least 5\. A line is: file channel"),
        ("a.stm", ";; x\nsample 1 Diane 7 6 hi", r"a\.stm: line 2: the segment ends at 6 s, before it starts"),
        ("a.stm", "sample 1 Diane soon 6 hi", r"a\.stm: line 1: 'soon' is not a time"),
        ("a.stm", "sample 1 Diane 1 6 { um / uh } hi", r"a\.stm: line 1: alternatives"),
        ("a.stm", ";; nothing", r"a\.stm: holds nothing"),
        ("a.rttm", RTTM + "SPEAKER sample 1 nan 1 <NA> <NA> x", r"a\.rttm: line 5: 'nan' is not a time"),
        ("a.rttm", "SPEAKER sample 1 1 -1 <NA> <NA> x", r"a\.rttm: line 1: '-1' is not a time"),
        ("a.rttm", "sample 1 Diane 6.68 7.16 Hello to you", r"a\.rttm: line 1: 'sample' is no type of RTTM"),
        ("a.ctm", "sample A 1.0 0.4 hello\nsample A 1.5 x there", r"a\.ctm: line 2: 'x' is not a time"),
        ("a.ctm", "sample A 1.0 0.4 <ALT_BEGIN>", r"a\.ctm: line 1: alternatives"),
        ("a.vtt", "WEBVTT\n\n00:02.000 --> 00:01.000\nHi\n", r"a\.vtt: line 3"),
        ("a.json", '{"id": "x",\n"turns": [}', r"a\.json: line 2"),
        ("a.json", '{"turns": [{"text": "hi", "end_s": -1}]}', r"a\.json: turns\[0\]\.end_s must be a time"),
        ("a.txt", " \n", r"a\.txt: is empty"),
        ("a.TextGrid", "x", r"a\.TextGrid: \.textgrid is no known reference\. Known: \.ctm"),
    ],
)
def test_what_is_wrong_is_named_with_file_and_line(read, name, content, complaint):
    with pytest.raises(UnreadableFile, match=complaint):
        read(name, content)


@pytest.mark.parametrize(
    ("label", "complaint"),
    [
        (
            {"kind": "objection", "quote": "far too dear"},
            r"turns\[0\]\.moments\[0\]\.quote must be a part of the text of",
        ),
        ({"kind": "worry", "quote": "too dear"}, r"turns\[0\]\.moments\[0\]\.kind must be one of objection"),
        ({"kind": "objection", "category": "cost", "quote": "too dear"}, r"category must be one of price"),
    ],
)
def test_a_label_that_cannot_be_is_refused_with_its_place(read, label, complaint):
    with pytest.raises(UnreadableFile, match=rf"a\.json: .*{complaint}"):
        read("a.json", {"turns": [{"text": "It is too dear.", "moments": [label]}]})


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(UnreadableFile, match=r"gone\.stm: cannot be opened"):
        read_references(tmp_path / "gone.stm")
