from __future__ import annotations

import pytest

from pipeline.calls.transcripts.given import GivenTurn
from pipeline.errors import UnreadableFile

ZOOM = """WEBVTT

1
00:00:03.000 --> 00:00:05.250
Ana Reyes: Thanks for joining.

2
00:00:05.500 --> 00:00:07.000
Ana Reyes: Shall we start?

3
00:00:07.100 --> 00:00:09.000
Okafor, Dr. B.: Yes: the price first.
"""

VOICES = """\ufeffWEBVTT - a call
Kind: captions

STYLE
::cue { color: red }

NOTE 00:00:00.000 --> 00:00:01.000
not spoken

intro
00:01.000 --> 00:02.000 align:start position:0%
<v.loud Ana>Hello &amp; <i>welcome</i></v> <v Bo>Hi,
it&nbsp;is <00:01.900>me</v>

00:05.000 --> 00:06.000
<v Bo>Late.</v>
"""

TEAMS = """WEBVTT

00:00:16.246 --> 00:00:17.726
{"startDateTime": "2026-03-08T18:39:06Z", "speakerName": "Ana Reyes",
"spokenText": "Shall we?", "spokenLanguage": "en-us"}

00:00:18.000 --> 00:00:19.000
{"speakerName": null, "spokenText": "Yes."}
"""

SRT = """1
00:00:01,000 --> 00:00:02,000
<font color="red">Ana: Hello.</font>

2
00:00:02,500 --> 00:00:03,000
Bo: {\\an8}We have

42 sites.
3
00:00:03,100 --> 00:00:04,000
Ana: Good.
"""


def told(transcript) -> list[tuple[str, float | None, float | None, str]]:
    return [(turn.speaker, turn.start_s, turn.end_s, turn.text) for turn in transcript.turns]


def test_zooms_names_before_the_colon_are_speakers_and_their_cues_join(read):
    transcript = read(ZOOM, "call.vtt")
    assert transcript.form == "webvtt"
    assert transcript.turns == (
        GivenTurn("Ana Reyes", "unknown", 3.0, 7.0, "Thanks for joining. Shall we start?"),
        GivenTurn("Okafor, Dr. B.", "unknown", 7.1, 9.0, "Yes: the price first."),
    )


def test_voice_tags_are_speakers_and_other_tags_and_comments_are_not_words(read):
    assert told(read(VOICES, "call.vtt")) == [
        ("Ana", 1.0, 2.0, "Hello & welcome"),
        ("Bo", 1.0, 2.0, "Hi, it is me"),
        ("Bo", 5.0, 6.0, "Late."),
    ]


def test_teams_cues_in_json_give_speaker_and_words(read):
    assert told(read(TEAMS, "call.vtt")) == [
        ("Ana Reyes", 16.246, 17.726, "Shall we?"),
        ("unknown", 18.0, 19.0, "Yes."),
    ]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_srt_is_read_with_blank_lines_and_numbers_inside_its_cues(read, newline):
    transcript = read(SRT.replace("\n", newline), "call.srt")
    assert transcript.form == "srt"
    assert told(transcript) == [
        ("Ana", 1.0, 2.0, "Hello."),
        ("Bo", 2.5, 3.0, "We have 42 sites."),
        ("Ana", 3.1, 4.0, "Good."),
    ]


def test_captions_without_names_join_only_to_finish_a_sentence(read):
    cues = ["We looked at", "the price: it is high.", "Note: we liked it.", "And"]
    text = "WEBVTT\n\n" + "\n\n".join(f"00:0{n}.000 --> 00:0{n + 1}.000\n{cue}" for n, cue in enumerate(cues))
    assert told(read(text, "call.vtt")) == [
        ("unknown", 0.0, 2.0, "We looked at the price: it is high."),
        ("unknown", 2.0, 3.0, "Note: we liked it."),
        ("unknown", 3.0, 4.0, "And"),
    ]


def test_a_cue_without_a_name_among_named_ones_is_of_the_speaker_before(read):
    cues = ["Ana: Hi.", "still me", "Bo: Hello.", "Ana: So."]
    text = "WEBVTT\n\n" + "\n\n".join(f"00:0{n}.000 --> 00:0{n + 1}.000\n{cue}" for n, cue in enumerate(cues))
    assert [turn[::3] for turn in told(read(text, "call.vtt"))] == [
        ("Ana", "Hi. still me"), ("Bo", "Hello."), ("Ana", "So."),
    ]  # fmt: skip


def test_hours_may_be_many_and_braces_may_be_spoken(read):
    text = "WEBVTT\n\n100:00:00.500 --> 100:00:01.000\n{sighs} No."
    assert told(read(text, "call.vtt")) == [("unknown", 360000.5, 360001.0, "{sighs} No.")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("WEBVTT\n\n00:00:01 --> 00:00:02\nHi", "line 3: '00:00:01 --> 00:00:02' is not a pair of times"),
        ("1\n00:00:01,000 --> 00:00:02,000\nHi\n\n2\n00:00:03,000 --> never\nHo", "line 6: "),
        ("WEBVTT\n\n00:03.000 --> 00:02.000\nHi", "line 3: the cue ends before it starts"),
        ("WEBVTT\n\n", "holds no turns"),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\n<i></i>", "holds no turns"),
    ],
)
def test_broken_captions_are_refused_with_the_line(read, text, said):
    with pytest.raises(UnreadableFile) as caught:
        read(text, "call.vtt")
    assert str(caught.value).startswith(f"call.vtt: {said}")
