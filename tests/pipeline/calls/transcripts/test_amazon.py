from __future__ import annotations

import pytest

from pipeline.errors import UnreadableFile
from pipeline.records import Word


def word(content, start, end, **more):
    best = {"confidence": "0.9", "content": content}
    return {"type": "pronunciation", "start_time": start, "end_time": end, "alternatives": [best], **more}


def mark(content, **more):
    return {"type": "punctuation", "alternatives": [{"confidence": "0.0", "content": content}], **more}


ITEMS = [
    word("Too", "0.5", "0.8"), word("dear", "0.9", "1.2"), mark("."), word("Why", "1.4", "1.6"), mark("?"),
]  # fmt: skip


def results(**more):
    return {"jobName": "job-1", "accountId": "1", "results": {"transcripts": [], **more}}


def told(transcript):
    return [(turn.speaker, turn.role, turn.start_s, turn.end_s, turn.text) for turn in transcript.turns]


TWO = [("spk_0", "unknown", 0.5, 1.2, "Too dear."), ("spk_1", "unknown", 1.4, 1.6, "Why?")]


def test_the_speakers_of_items_part_the_turns_and_marks_follow_their_word(read):
    speakers = ["spk_0", "spk_0", "spk_0", "spk_1", "spk_1"]
    items = [{**item, "speaker_label": label} for item, label in zip(ITEMS, speakers, strict=True)]
    transcript = read(results(items=items, language_code="en-US"))
    assert (transcript.id, transcript.form, transcript.metadata) == (
        "job-1",
        "amazon_transcribe",
        {"language": "en-US"},
    )
    assert told(transcript) == TWO
    assert transcript.turns[0].words == (Word("Too", 0.5, 0.8, 0.9), Word("dear.", 0.9, 1.2, 0.9))


def test_older_results_give_the_speakers_apart_by_start(read):
    segments = [
        {"speaker_label": "spk_0", "items": [
            {"start_time": "0.5", "speaker_label": "spk_0"}, {"start_time": "0.9", "speaker_label": "spk_0"}]},
        {"speaker_label": "spk_1", "items": [{"start_time": "1.4", "speaker_label": "spk_1"}]},
    ]  # fmt: skip
    assert told(read(results(items=ITEMS, speaker_labels={"segments": segments}))) == TWO


def test_channels_are_read_apart_so_that_overlap_does_not_shred_them(read):
    channels = [
        {"channel_label": "ch_0", "items": [word("We", "0.0", "1.0"), word("pay", "2.0", "3.0"), mark(".")]},
        {"channel_label": "ch_1", "items": [word("Mhm", "1.2", "1.4"), mark("."), word("Go", "9.0", "9.5")]},
    ]
    assert told(read(results(items=[], channel_labels={"channels": channels, "number_of_channels": 2}))) == [
        ("ch_0", "unknown", 0.0, 3.0, "We pay."),
        ("ch_1", "unknown", 1.2, 1.4, "Mhm."),
        ("ch_1", "unknown", 9.0, 9.5, "Go"),
    ]


def test_without_labels_every_sentence_is_of_an_unknown_speaker(read):
    assert told(read(results(items=ITEMS))) == [
        ("unknown", "unknown", 0.5, 1.2, "Too dear."), ("unknown", "unknown", 1.4, 1.6, "Why?"),
    ]  # fmt: skip


def test_call_analytics_gives_roles_and_milliseconds(read):
    transcript = read(
        {
            "JobName": "job-2",
            "LanguageCode": "en-US",
            "Transcript": [
                {"Content": "It is 400.", "ParticipantRole": "AGENT", "BeginOffsetMillis": 100, "EndOffsetMillis": 900},
                {
                    "Content": "Too dear.",
                    "ParticipantRole": "CUSTOMER",
                    "BeginOffsetMillis": 950,
                    "EndOffsetMillis": 2000,
                },
            ],
        }
    )
    assert (transcript.id, transcript.form) == ("job-2", "amazon_call_analytics")
    assert told(transcript) == [
        ("AGENT", "rep", 0.1, 0.9, "It is 400."), ("CUSTOMER", "customer", 0.95, 2.0, "Too dear."),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("items", "said"),
    [
        ([word("a", "x", "1")], 'results.items[0].start_time must be a time, a number not below 0, not "x"'),
        ([{"type": "pronunciation", "alternatives": []}], "results.items[0].alternatives holds no text"),
        ([], "holds no turns"),
    ],
)
def test_broken_results_are_refused_with_the_place(read, items, said):
    with pytest.raises(UnreadableFile) as caught:
        read(results(items=items))
    assert str(caught.value).startswith(f"call.json: {said}")
