from __future__ import annotations

import pytest

from pipeline.errors import UnreadableFile

PARTIES = [
    {"speakerId": "11", "name": "Ana Reyes", "affiliation": "Internal"},
    {"speakerId": "12", "name": "Bo Lind", "affiliation": "External"},
    {"name": "Cy Silent", "affiliation": "Unknown"},
]
ENTRY = {
    "callId": "782",
    "transcript": [
        {
            "speakerId": "11",
            "topic": "Pricing",
            "sentences": [
                {"start": 1000, "end": 2500, "text": "It is 400 a month."},
                {"start": 2600, "end": 3000, "text": "Fair?"},
            ],
        },
        {"speakerId": "12", "sentences": [{"start": 3100, "end": 4000, "text": "That is steep."}]},
        {"speakerId": "99", "sentences": [{"start": 4100, "end": 5000, "text": "Agreed."}]},
    ],
}
TURNS = [
    ("Ana Reyes", "rep", 1.0, 3.0, "It is 400 a month. Fair?"),
    ("Bo Lind", "customer", 3.1, 4.0, "That is steep."),
    ("99", "unknown", 4.1, 5.0, "Agreed."),
]


def told(transcript):
    return [(turn.speaker, turn.role, turn.start_s, turn.end_s, turn.text) for turn in transcript.turns]


@pytest.mark.parametrize(
    "document",
    [
        {"callTranscripts": [ENTRY], "parties": PARTIES},
        {"callTranscripts": [{**ENTRY, "parties": PARTIES}]},
        {
            "callTranscripts": [ENTRY],
            "calls": [{"metaData": {"id": "1"}}, {"metaData": {"id": "782"}, "parties": PARTIES}],
        },
    ],
)
def test_internal_parties_are_reps_and_external_ones_customers(read, document):
    transcript = read(document)
    assert (transcript.id, transcript.form) == ("782", "gong")
    assert told(transcript) == TURNS
    assert transcript.metadata == {"parties": ["Ana Reyes", "Bo Lind", "Cy Silent"], "rep": "Ana Reyes"}


def test_title_and_date_come_from_the_calls_own_facts(read):
    facts = {"id": "782", "title": "Acme first call", "started": "2026-02-03T10:00:00+02:00"}
    transcript = read({"callTranscripts": [ENTRY], "calls": [{"metaData": facts}]})
    assert transcript.metadata == {"title": "Acme first call", "recorded_at": "2026-02-03T10:00:00+02:00"}


def test_without_parties_the_speakers_keep_their_numbers(read):
    assert [(turn.speaker, turn.role) for turn in read({"callTranscripts": [ENTRY]}).turns] == [
        ("11", "unknown"), ("12", "unknown"), ("99", "unknown"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (
            {"callTranscripts": [ENTRY, ENTRY]},
            "callTranscripts holds 2 calls, not one. Write each call to its own file.",
        ),
        ({"callTranscripts": []}, "callTranscripts holds 0 calls"),
        (
            {"callTranscripts": [{"transcript": [{"sentences": [{"start": 2, "end": 1, "text": "a"}]}]}]},
            "callTranscripts[0].transcript[0].sentences[0].end lies before start",
        ),
    ],
)
def test_what_is_not_one_call_is_refused(read, document, said):
    with pytest.raises(UnreadableFile) as caught:
        read(document)
    assert str(caught.value).startswith(f"call.json: {said}")
