from __future__ import annotations

from pipeline.calls.transcripts.given import GivenTurn
from pipeline.records import Word


def test_whispers_segments_are_sentences_of_an_unknown_speaker_with_words(read):
    transcript = read(
        {
            "text": " It costs too much. Why?",
            "language": "en",
            "segments": [
                {"id": 0, "start": 0.0, "end": 1.0, "text": " It costs", "words": [
                    {"word": " It", "start": 0.0, "end": 0.4, "probability": 0.9},
                    {"word": " costs", "start": 0.4, "end": 1.0, "probability": 0.8}]},
                {"id": 1, "start": 1.0, "end": 2.0, "text": " too much."},
                {"id": 2, "start": 2.0, "end": 2.5, "text": " Why?"},
            ],
        }
    )  # fmt: skip
    assert (transcript.form, transcript.metadata) == ("whisper", {"language": "en"})
    assert transcript.turns == (
        GivenTurn(
            "unknown",
            "unknown",
            0.0,
            2.0,
            "It costs too much.",
            (Word("It", 0.0, 0.4, 0.9), Word("costs", 0.4, 1.0, 0.8)),
        ),
        GivenTurn("unknown", "unknown", 2.0, 2.5, "Why?"),
    )


def test_whisperx_gives_speakers_and_the_times_it_left_out_are_shared_out(read):
    transcript = read(
        {
            "segments": [
                {"start": 1.0, "end": 5.0, "text": "We pay 40 50 now.", "speaker": "SPEAKER_01", "words": [
                    {"word": "We", "start": 1.0, "end": 2.0, "score": 0.5, "speaker": "SPEAKER_01"},
                    {"word": "pay", "start": 2.0, "end": 2.5, "score": 7},
                    {"word": "40"},
                    {"word": "50", "start": 3.0},
                    {"word": "now.", "start": 4.5, "end": 5.0}]},
                {"start": 5.1, "end": 6.0, "text": "Hm."},
            ],
            "word_segments": [],
        }
    )  # fmt: skip
    assert transcript.form == "whisperx"
    assert [(turn.speaker, turn.text) for turn in transcript.turns] == [
        ("SPEAKER_01", "We pay 40 50 now."), ("unknown", "Hm."),
    ]  # fmt: skip
    assert transcript.turns[0].words == (
        Word("We", 1.0, 2.0, 0.5),
        Word("pay", 2.0, 2.5, None),
        Word("40", 2.5, 3.5, None),
        Word("50", 3.5, 4.5, None),
        Word("now.", 4.5, 5.0, None),
    )
