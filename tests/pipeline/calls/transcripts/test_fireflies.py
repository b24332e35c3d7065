from __future__ import annotations

import pytest

TRANSCRIPT = {
    "id": "ff1",
    "title": "Acme demo",
    "date": 1767355200000,
    "sentences": [
        {"index": 0, "speaker_id": 0, "speaker_name": "Ana", "text": "Hi.", "start_time": 0.5, "end_time": 1.0},
        {"index": 1, "speaker_id": 0, "speaker_name": "Ana", "text": "Ready?", "start_time": 1.2, "end_time": 2.0,
         "ai_filters": {"question": "Ready?"}},
        {"index": 2, "speaker_id": 1, "speaker_name": None, "raw_text": "Yes.", "start_time": 2.1, "end_time": 3.0},
        {"index": 3, "text": "Hm.", "start_time": 3.1, "end_time": 3.5},
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    "document",
    [TRANSCRIPT, {"transcript": TRANSCRIPT}, {"data": {"transcript": TRANSCRIPT}}],
    ids=["bare", "one", "two"],
)
def test_sentences_are_read_with_or_without_the_answer_around_them(read, document):
    transcript = read(document)
    assert (transcript.id, transcript.form) == ("ff1", "fireflies")
    assert transcript.metadata == {
        "title": "Acme demo", "recorded_at": "2026-01-02T12:00:00+00:00", "parties": ["Ana", "Speaker 1"],
    }  # fmt: skip
    assert [(turn.speaker, turn.role, turn.start_s, turn.end_s, turn.text) for turn in transcript.turns] == [
        ("Ana", "unknown", 0.5, 2.0, "Hi. Ready?"),
        ("Speaker 1", "unknown", 2.1, 3.0, "Yes."),
        ("unknown", "unknown", 3.1, 3.5, "Hm."),
    ]


@pytest.mark.parametrize("date", ["soon", -5, 1e300, {"year": 2026}])
def test_what_is_no_date_is_left_out(read, date):
    assert "recorded_at" not in read({**TRANSCRIPT, "date": date}).metadata
