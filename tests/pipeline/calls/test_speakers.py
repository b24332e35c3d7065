from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from models.protocols import Samples, VoiceSpan
from pipeline.calls.speakers import SpokenTurn, assign_speakers
from pipeline.records import Segment, Waveform, Word


@dataclass(frozen=True, slots=True)
class ScriptedSplitter:
    """Returns the spans it was given, whatever it hears."""

    spans: Sequence[VoiceSpan] = ()
    name: str = "scripted"

    def split(self, samples: Samples) -> list[VoiceSpan]:
        return list(self.spans)


MONO = Waveform(np.zeros((1, 16_000), np.int16), 16_000, source_rate_hz=8_000)
STEREO = Waveform(np.zeros((2, 16_000), np.int16), 16_000, source_rate_hz=8_000)


def segment(
    channel: int, start_s: float, end_s: float, text: str, *, score: float = 0.9, marks: tuple[str, ...] = ()
) -> Segment:
    """A segment whose words share its time evenly."""
    words = text.split()
    step_s = (end_s - start_s) / len(words)
    timed = tuple(
        Word(word, round(start_s + n * step_s, 3), round(start_s + (n + 1) * step_s, 3), score)
        for n, word in enumerate(words)
    )
    return Segment(channel, start_s, end_s, text, timed, score=score, language="en", marks=marks)


def by_channel(*segments: Segment, channels: Sequence[str] | None = None) -> list[tuple[str, str]]:
    turns = assign_speakers(segments, STEREO, splitter=ScriptedSplitter(), channels=channels)
    return [(turn.speaker, turn.text) for turn in turns]


def by_voice(spans: Sequence[tuple[float, float, str]], *segments: Segment) -> list[tuple[str, str]]:
    splitter = ScriptedSplitter([VoiceSpan(*span) for span in spans])
    return [(turn.speaker, turn.text) for turn in assign_speakers(segments, MONO, splitter=splitter)]


def test_a_channel_is_a_speaker() -> None:
    assert by_channel(segment(0, 0, 2, "How are you?"), segment(1, 2.2, 3, "Fine.")) == [
        ("S1", "How are you?"),
        ("S2", "Fine."),
    ]


def test_a_channel_bears_the_name_it_was_given() -> None:
    segments = (segment(0, 0, 2, "How are you?"), segment(1, 2.2, 3, "Fine."))
    assert by_channel(*segments, channels=["rep", "customer"]) == [("rep", "How are you?"), ("customer", "Fine.")]


def test_a_named_channel_needs_no_splitting_even_if_the_other_never_spoke() -> None:
    assert by_channel(segment(1, 0, 2, "Hello? Anybody?"), channels=["rep", "customer"]) == [
        ("customer", "Hello? Anybody?")
    ]


def test_a_speaker_s_sentences_without_a_long_pause_are_one_turn() -> None:
    (turn,) = assign_speakers(
        [segment(0, 0, 1, "Well.", score=0.8), segment(0, 2.4, 4, "We wait."), segment(0, 5.4, 6, "Yes.")],
        None,
        splitter=ScriptedSplitter(),
    )
    assert turn == SpokenTurn(
        "S1", 0, 6, "Well. We wait. Yes.", turn.words, score=pytest.approx((0.8 + 3 * 0.9) / 4, abs=1e-3), language="en"
    )
    assert " ".join(word.text for word in turn.words) == turn.text


def test_a_long_pause_makes_a_new_turn() -> None:
    assert by_channel(segment(0, 0, 1, "Well."), segment(0, 2.5, 4, "We wait."), segment(1, 9, 10, "Right.")) == [
        ("S1", "Well."),
        ("S1", "We wait."),
        ("S2", "Right."),
    ]


def test_an_answer_between_makes_two_turns() -> None:
    assert by_channel(
        segment(0, 0, 1, "Well, we wait."), segment(1, 1.1, 1.6, "Until when?"), segment(0, 1.7, 2.4, "Until May.")
    ) == [("S1", "Well, we wait."), ("S2", "Until when?"), ("S1", "Until May.")]


def test_a_backchannel_does_not_cut_the_turn_it_accompanies() -> None:
    assert by_channel(
        segment(0, 0, 4, "So the budget is gone."), segment(1, 3.5, 4.1, "Mm-hm."), segment(0, 4.2, 6, "And we wait.")
    ) == [("S1", "So the budget is gone. And we wait."), ("S2", "Mm-hm.")]


def test_yes_after_a_question_is_an_answer() -> None:
    assert by_channel(
        segment(0, 0, 2, "Are you the owner?"), segment(1, 2.1, 2.4, "Yes."), segment(0, 2.6, 4, "Great, so listen.")
    ) == [("S1", "Are you the owner?"), ("S2", "Yes."), ("S1", "Great, so listen.")]


def test_turns_come_by_their_start() -> None:
    turns = assign_speakers(
        [segment(1, 3, 4, "Second."), segment(0, 0, 2, "First."), segment(1, 8, 9, "Last.")],
        STEREO,
        splitter=ScriptedSplitter(),
    )
    assert [turn.start_s for turn in turns] == [0, 3, 8]


def test_one_doubtful_word_does_not_mark_a_long_turn_and_a_doubtful_sentence_marks_a_short_one() -> None:
    doubtful = segment(0, 0, 1, "Hm.", marks=("low_confidence",))
    sure = segment(0, 1.2, 3, "We are quite sure of this.")
    (turn,) = assign_speakers([doubtful, sure], None, splitter=ScriptedSplitter())
    assert turn.marks == ()
    (turn,) = assign_speakers(
        [segment(0, 0, 1, "Hm."), segment(0, 1.2, 3, "We are what?", marks=("low_confidence",))],
        None,
        splitter=ScriptedSplitter(),
    )
    assert turn.marks == ("low_confidence",)


def test_no_segments_give_no_turns() -> None:
    assert assign_speakers([], MONO, splitter=ScriptedSplitter()) == []


def test_voices_on_one_channel_are_told_apart_by_overlap() -> None:
    assert by_voice(
        [(0.0, 2.0, "S1"), (2.1, 4.0, "S2")], segment(0, 0.2, 2.0, "How are you?"), segment(0, 2.3, 3.5, "I am fine.")
    ) == [("S1", "How are you?"), ("S2", "I am fine.")]


def test_a_change_of_voice_within_a_sentence_cuts_it_at_the_word() -> None:
    assert by_voice([(0.0, 3.0, "S1"), (3.0, 6.0, "S2")], segment(0, 0.0, 6.0, "and we wait yes we do")) == [
        ("S1", "and we wait"),
        ("S2", "yes we do"),
    ]


def test_most_of_a_sentence_decides_for_all_of_it() -> None:
    assert by_voice([(0.0, 5.0, "S1"), (5.0, 6.0, "S2")], segment(0, 0.0, 6.0, "and we wait until next May")) == [
        ("S1", "and we wait until next May")
    ]


def test_a_word_between_two_of_another_voice_goes_with_them() -> None:
    spans = [(0.0, 1.0, "S1"), (1.0, 2.0, "S2"), (2.0, 3.0, "S1"), (3.0, 6.0, "S2")]
    assert by_voice(spans, segment(0, 0.0, 6.0, "a b c d e f")) == [("S1", "a b c"), ("S2", "d e f")]


def test_words_outside_every_span_go_to_the_nearest_voice() -> None:
    assert by_voice([(0.0, 2.0, "S1"), (9.0, 10.0, "S2")], segment(0, 3.0, 4.0, "Hello there.")) == [
        ("S1", "Hello there.")
    ]


def test_no_voice_found_is_one_speaker() -> None:
    assert by_voice([], segment(0, 0.0, 1.0, "Hello there.")) == [("S1", "Hello there.")]


def test_a_segment_without_word_times_is_assigned_whole() -> None:
    plain = Segment(0, 2.5, 3.5, "I am fine.")
    assert by_voice([(0.0, 2.0, "S1"), (2.1, 4.0, "S2")], plain) == [("S2", "I am fine.")]


def test_without_a_recording_one_channel_is_one_speaker() -> None:
    turns = assign_speakers([segment(0, 0, 1, "Hello.")], None, splitter=ScriptedSplitter())
    assert [turn.speaker for turn in turns] == ["S1"]


@pytest.mark.model
@pytest.mark.slow
def test_two_real_voices_on_one_channel_become_two_speakers(record: Callable[..., Waveform]) -> None:
    from models.faster_transcriber import FasterTranscriber
    from models.voice_detector import SileroVoiceDetector
    from models.voice_splitter import SenkoVoiceSplitter
    from pipeline.calls.decode import decode
    from pipeline.calls.transcribe import transcribe

    once = decode(Path(__file__).parents[2] / "data" / "two_sentences.ogg").samples
    waveform = Waveform(np.tile(once, 3), 16_000, source_rate_hz=48_000)
    heard = transcribe(waveform, transcriber=FasterTranscriber("tiny.en"), detector=SileroVoiceDetector())
    turns = assign_speakers(heard.segments, waveform, splitter=SenkoVoiceSplitter())
    assert [(turn.speaker, turn.text.split()[0]) for turn in turns] == [("S1", "We"), ("S2", "Could")] * 3
