"""Transcripts are written so that Buyerspeak, and others, can read them back."""

from datetime import UTC, datetime

import pytest

from api.transcripts import FORMS, write_transcript
from pipeline.calls.transcripts.read import read_transcript
from pipeline.errors import BadInput
from pipeline.records import Call, Turn

CALL = Call("c1", "call.wav", "0" * 64, "audio", None, 9.0, 2, {"account": "Acme"}, datetime(2026, 9, 1, tzinfo=UTC))
TURNS = [
    Turn("c1", 0, "Dana", "rep", 0.9, 0.0, 2.5, "What do you think?"),
    Turn("c1", 1, "Rob", "customer", 0.9, 5.0, 9.0, "It's too dear & slow, 3 < 4."),
]


@pytest.mark.parametrize("form", ["json", "vtt", "srt", "vcon"])
def test_what_is_written_is_read_back(tmp_path, form):
    path = tmp_path / f"call.{form}"
    path.write_text(write_transcript(CALL, TURNS, form), encoding="utf-8")
    back = read_transcript(path)
    assert [(t.speaker, t.text) for t in back.turns] == [(t.speaker, t.text) for t in TURNS]
    assert [(t.start_s, t.end_s) for t in back.turns] == [(0.0, 2.5), (5.0, 9.0)]


def test_text_names_time_speaker_and_role():
    assert write_transcript(CALL, TURNS, "txt").splitlines()[0] == "[00:00:00] Dana (rep): What do you think?"


def test_an_unknown_form_and_times_that_are_not_known_are_refused():
    with pytest.raises(BadInput, match="txt, json"):
        write_transcript(CALL, TURNS, "docx")
    untimed = [Turn("c1", 0, "Dana", "rep", 0.9, None, None, "Hello.")]
    with pytest.raises(BadInput, match="no times"):
        write_transcript(CALL, untimed, "vtt")
    assert set(FORMS) == {"txt", "json", "vtt", "srt", "vcon"}
