from __future__ import annotations

from base64 import urlsafe_b64encode

import pytest

from pipeline.errors import UnreadableFile

PARTIES = [{"name": "Ana Reyes", "role": "agent"}, {"tel": "+15550100", "role": "customer"}]
HEAD = {
    "vcon": "0.4.0",
    "uuid": "01928e10-193e-8231-b9a2-279e0d16bc46",
    "created_at": "2026-01-02T12:00:00Z",
    "subject": "Renewal",
    "parties": PARTIES,
    "dialog": [{"type": "recording", "start": "2026-01-02T12:15:30Z", "parties": [0, 1]}],
}
WTF_BODY = {
    "transcript": {"text": "Hello. Hi.", "language": "en", "duration": 3.0, "confidence": 0.9},
    "segments": [
        {"id": 0, "start": 0.5, "end": 1.0, "text": "Hello.", "speaker": 0, "words": [0]},
        {"id": 1, "start": 1.1, "end": 2.0, "text": "Hi.", "speaker": 1},
        {"id": 2, "start": 2.1, "end": 3.0, "text": "Go on.", "speaker": 2, "party": 1},
    ],
    "speakers": {"0": {"id": 0, "label": "Ana Reyes"}},
    "metadata": {"provider": "whisper"},
}


def analysed(body, **more):
    return {**HEAD, "analysis": [{"type": "summary", "body": "Nice."}, {"type": "transcript", "body": body, **more}]}


def told(transcript):
    return [(turn.speaker, turn.role, turn.start_s, turn.end_s, turn.text) for turn in transcript.turns]


def test_a_list_of_turns_takes_names_and_roles_from_the_parties(read):
    transcript = read(
        analysed(
            [
                {"party": 0, "text": "Hello.", "start": 0.5, "end": 1.0},
                {"speaker": 1, "text": "Too dear.", "start_s": 1.2, "end_s": 2.0},
                {"speaker": "Cy", "role": "customer", "message": "Indeed."},
            ],
            dialog=0,
        ),
        "call.vcon",
    )
    assert (transcript.id, transcript.form) == (HEAD["uuid"], "vcon")
    assert transcript.metadata == {
        "title": "Renewal",
        "recorded_at": "2026-01-02T12:15:30+00:00",
        "parties": ["Ana Reyes", "+15550100"],
        "rep": "Ana Reyes",
    }
    assert told(transcript) == [
        ("Ana Reyes", "rep", 0.5, 1.0, "Hello."),
        ("+15550100", "customer", 1.2, 2.0, "Too dear."),
        ("Cy", "customer", None, None, "Indeed."),
    ]


@pytest.mark.parametrize("kind", ["transcript", "wtf_transcription"])
def test_the_world_transcription_format_numbers_voices_not_parties(read, kind):
    transcript = read({**HEAD, "analysis": [{"type": kind, "dialog": 0, "encoding": "json", "body": WTF_BODY}]})
    assert told(transcript) == [
        ("Ana Reyes", "rep", 0.5, 1.0, "Hello."),
        ("1", "unknown", 1.1, 2.0, "Hi."),
        ("+15550100", "customer", 2.1, 3.0, "Go on."),
    ]


@pytest.mark.parametrize(
    ("body", "more"),
    [
        ('[{"party": 0, "text": "Hello."}]', {"encoding": "json"}),
        ('{"turns": [{"party": 0, "text": "Hello."}]}', {}),
        (urlsafe_b64encode(b'[{"party": 0, "text": "Hello."}]').decode().rstrip("="), {"encoding": "base64url"}),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ana Reyes>Hello.", {"encoding": "none", "mediatype": "text/vtt"}),
    ],
)
def test_a_body_may_be_json_in_a_string_encoded_or_captions(read, body, more):
    turn = read(analysed(body, **more)).turns[0]
    assert (turn.speaker, turn.text) == ("Ana Reyes", "Hello.")


@pytest.mark.parametrize(
    "body", ["Hello there.", "[door] Hello there.", {"transcript": "Hello there."}, {"text": "Hello there."}]
)
def test_plain_words_are_one_turn_of_an_unknown_speaker(read, body):
    (turn,) = read(analysed(body)).turns
    assert (turn.speaker, turn.role, turn.start_s, turn.end_s) == ("unknown", "unknown", None, None)
    assert turn.text.endswith("Hello there.")


def test_several_dialogs_follow_each_other_in_the_time_of_the_first(read):
    dialogs = [{"type": "recording", "start": f"2026-01-02T12:0{minute}:00Z"} for minute in (0, 1)]
    analysis = [
        {"type": "transcript", "dialog": [1], "body": [{"party": 1, "text": "Second.", "start": 2, "end": 3}]},
        {"type": "transcript", "dialog": 0, "body": [{"party": 0, "text": "First.", "start": 2, "end": 3}]},
        {"type": "transcript", "dialog": 0, "body": [{"party": 0, "text": "By another engine.", "start": 2, "end": 3}]},
    ]
    transcript = read({**HEAD, "dialog": dialogs, "analysis": analysis})
    assert [(turn.text, turn.start_s, turn.end_s) for turn in transcript.turns] == [
        ("First.", 2.0, 3.0), ("Second.", 62.0, 63.0),
    ]  # fmt: skip


def test_text_messages_are_turns_where_no_transcript_is(read):
    dialog = [
        {"type": "text", "start": "2026-01-02T12:00:00Z", "parties": [1, 0], "originator": 1, "body": "Too dear."},
        {"type": "text", "start": "2026-01-02T12:00:30Z", "parties": 0, "body": "I see."},
    ]
    assert told(read({**HEAD, "dialog": dialog})) == [
        ("+15550100", "customer", 0.0, 0.0, "Too dear."),
        ("Ana Reyes", "rep", 30.0, 30.0, "I see."),
    ]


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (HEAD, "holds no turns"),
        (analysed(None), "analysis[1].body is missing; a transcript kept at a url"),
        (analysed("ä", encoding="base64url"), "analysis[1].body is not text in base64url"),
        (analysed('{"turns": '), "analysis[1].body: line 1, column 11: broken JSON"),
        (analysed([{"party": 0}]), "analysis[1].body[0].text is missing"),
        (analysed({"words": 3}), "analysis[1].body.transcript is missing"),
        ({"payload": "e30", "signatures": []}, "is a signed vCon. Verify and open it"),
        ({"ciphertext": "e30", "recipients": []}, "is an encrypted vCon. Verify and open it"),
    ],
)
def test_a_vcon_without_a_usable_transcript_is_refused_with_the_place(read, document, said):
    with pytest.raises(UnreadableFile) as caught:
        read(document)
    assert str(caught.value).startswith(f"call.json: {said}")
