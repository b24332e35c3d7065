from __future__ import annotations

import pytest

from pipeline.calls.transcripts.spoken_lines import split_speaker
from pipeline.errors import UnreadableFile


def test_lines_that_begin_with_a_name_are_turns(read):
    transcript = read("Rep: How do you\nplan today?\n\nCustomer: On paper.\nRep: I see.\n", "call.txt")
    assert transcript.form == "text"
    assert [(turn.speaker, turn.start_s, turn.text) for turn in transcript.turns] == [
        ("Rep", None, "How do you plan today?"),
        ("Customer", None, "On paper."),
        ("Rep", None, "I see."),
    ]


def test_a_clock_before_the_name_is_the_start(read):
    transcript = read("[00:01:02.5] Ana: Hi.\n(01:10) Bo: Hello.", "call.txt")
    assert [(turn.speaker, turn.start_s) for turn in transcript.turns] == [("Ana", 62.5), ("Bo", 70.0)]


@pytest.mark.parametrize("text", ["Dear all,\nthe call went well.", "Subject: the call\nIt went well."])
def test_a_text_that_is_no_transcript_is_refused(read, text):
    with pytest.raises(UnreadableFile, match=r"^notes\.txt: is no transcript: its lines do not begin with who speaks"):
        read(text, "notes.txt")


def test_loose_text_is_only_read_from_a_txt_file(read):
    with pytest.raises(UnreadableFile, match="neither WebVTT, SRT nor JSON"):
        read("Ana: Hi.\nBo: Hello.", "call.vtt")


@pytest.mark.parametrize(
    ("line", "speaker", "words"),
    [
        ("Ana: Hi", "Ana", "Hi"),
        ("Dr. Okafor : Hi", "Dr. Okafor", "Hi"),
        ("Speaker 1:", "Speaker 1", ""),
        ("Łukasz Żak (Acme): Hi", "Łukasz Żak (Acme)", "Hi"),
        ("see http://example.org: it", None, "see http://example.org: it"),
        ("It ends. Then: no", "It ends. Then", "no"),
        ("What? Then: no", None, "What? Then: no"),
        ("At 10:30 we met", None, "At 10:30 we met"),
        ("one two three four five six seven: no", None, "one two three four five six seven: no"),
        ("nothing", None, "nothing"),
    ],
)
def test_a_name_ends_at_the_first_colon_with_space_after_it(line, speaker, words):
    assert split_speaker(line) == (speaker, words)
