from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.calls.transcripts.given import GivenTurn
from pipeline.calls.transcripts.read import SUFFIXES, read_transcript
from pipeline.errors import UnreadableFile

CALL = {"id": "c1", "turns": [{"text": "Zu teuer für uns."}]}

KEYS = st.sampled_from(
    [
        "id", "turns", "text", "speaker", "role", "start_s", "end_s", "vcon", "parties", "dialog", "analysis", "body",
        "type", "name", "encoding", "start", "end", "party", "originator", "subject", "payload", "signatures",
        "callTranscripts", "transcript", "speakerId", "sentences", "affiliation", "metaData", "calls", "started",
        "data", "date", "speaker_name", "start_time", "end_time", "segments", "words", "word", "speakers", "label",
        "language", "word_segments", "results", "items", "alternatives", "content", "confidence", "channel_labels",
        "channels", "speaker_labels", "speaker_label", "Transcript", "Content", "ParticipantRole", "BeginOffsetMillis",
    ]
)  # fmt: skip
WORDS = st.sampled_from(
    [
        "transcript",
        "text",
        "base64url",
        "rep",
        "AGENT",
        "Internal",
        "punctuation",
        "1.5",
        "2026-11-22T10:00:00Z",
        "WEBVTT",
    ]
)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | WORDS | st.just("\ud800")
JSON = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5), max_leaves=25
)
CAPTION_LINES = st.lists(
    st.sampled_from(
        ["WEBVTT", "", "1", "00:00:01.000 --> 00:00:02,000", "00:02.000 --> 00:01.000", "<v Ann>Hello", "</v>",
         "Ann: Hi", "NOTE x", "a --> b", '{"spokenText": 1}', '{"spokenText": "Hi"}', "&#0;", "[00:01] Bo: x", "\0",
         "-->"]
    )
)  # fmt: skip


def read_bytes(content: bytes, name: str) -> tuple[GivenTurn, ...]:
    """Reads and expects either turns that a database can keep, or an error that names the file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        try:
            turns = read_transcript(path).turns
        except UnreadableFile as error:
            assert str(error).startswith(f"{name}: ")
            return ()
    assert any(turn.text.strip() for turn in turns)
    for turn in turns:
        turn.text.encode("utf-8")
        assert turn.speaker
        assert turn.start_s is None or turn.start_s >= 0
        assert turn.start_s is None or turn.end_s is None or turn.end_s >= turn.start_s
    return turns


@given(content=st.binary(max_size=200), name=st.sampled_from(["a.json", "a.vtt", "a.txt"]))
def test_any_bytes_are_read_or_refused_by_name(content: bytes, name: str) -> None:
    read_bytes(content, name)


@given(document=JSON, wrap=KEYS)
def test_any_json_is_read_or_refused_by_name(document: Any, wrap: str) -> None:
    for whole in (
        document,
        {wrap: document},
        {"vcon": "0.4.0", "analysis": [{"type": "transcript", "body": document}]},
    ):
        read_bytes(json.dumps(whole).encode(), "a.json")


@given(lines=CAPTION_LINES, name=st.sampled_from(["a.srt", "a.txt"]), newline=st.sampled_from(["\n", "\r\n", "\r"]))
def test_any_lines_of_captions_are_read_or_refused_by_name(lines: list[str], name: str, newline: str) -> None:
    read_bytes(newline.join(lines).encode(), name)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_utf_8_and_what_bears_a_byte_order_mark_are_read(read, encoding):
    content = json.dumps(CALL, ensure_ascii=False).encode(encoding)
    assert read(content).turns[0].text == "Zu teuer für uns."


def test_another_encoding_is_refused_with_the_byte(read):
    with pytest.raises(UnreadableFile, match=r"^call\.json: byte 43 is not UTF-8\. Save the file as UTF-8\.$"):
        read(json.dumps(CALL, ensure_ascii=False).encode("latin-1"))


def test_the_shape_of_json_is_known_by_content_not_by_suffix(read):
    assert read(CALL, "call.vcon").form == "buyerspeak"
    assert read("WEBVTT\n\n00:01.000 --> 00:02.000\nHi", "call.json").form == "webvtt"


def test_errors_call_the_file_what_the_asker_calls_it(tmp_path):
    path = tmp_path / "upload-1"
    path.write_text("{")
    with pytest.raises(UnreadableFile, match=r"^discovery\.json: line 1, column 2: broken JSON: "):
        read_transcript(path, name="discovery.json")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "is empty"),
        (" \n", "is empty"),
        ('{"turns": [\n{"text": "a"},\n]}', "line 3, column 1: broken JSON"),
        ('{"a": NaN, "turns": []}', "holds NaN, which is no number"),
        ('{"a": 1e999, "turns": []}', "holds 1e999, which is no number"),
        ('{"a": ' + "1" * 5000 + "}", "a number that no computer keeps"),
        ("[" * 100_000, "nested too deeply"),
        ({"rep": "Ana", "account": "Acme"}, "an object with rep, account, not the transcript of one call. Known"),
        ({}, "an object with no keys"),
        ([CALL], "the JSON is a list, not the transcript of one call"),
        ({"turns": []}, "holds no turns"),
        ({"turns": [{"text": " "}]}, "holds no words"),
        ({"turns": [{"text": "a"}, {"text": "b\ud800"}]}, "turn 1 holds U+D800"),
        ({"turns": [{"text": "a\0"}]}, "turn 0 holds U+0000"),
        ({"turns": [{"text": "a"}], "notes": [{"x\0": 1}]}, "the metadata holds U+0000"),
        ("Dear all, the call went well.", "is no transcript: neither WebVTT, SRT nor JSON"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_transcript_is_refused_with_its_reason(read, content, said):
    with pytest.raises(UnreadableFile) as caught:
        read(content)
    assert str(caught.value).startswith("call.json: ")
    assert said in str(caught.value)


def test_a_document_of_unknown_shape_is_told_all_known_shapes(read):
    with pytest.raises(UnreadableFile) as caught:
        read({"lines": []})
    for known in ("Buyerspeak", "vCon", "Gong", "Fireflies", "Amazon Transcribe", "whisperX", "Whisper"):
        assert known in str(caught.value)


def test_a_file_of_absurd_size_is_refused_unread(read):
    with pytest.raises(UnreadableFile, match=r"is larger than 50 MB"):
        read(b" " * 50_000_001)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(UnreadableFile, match=r"^gone\.vtt: cannot be opened: No such file"):
        read_transcript(tmp_path / "gone.vtt")


def test_folders_are_searched_for_transcripts_but_not_for_loose_text():
    assert {".json", ".vcon", ".vtt", ".srt"} == SUFFIXES
