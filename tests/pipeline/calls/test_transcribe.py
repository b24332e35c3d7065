from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from models.protocols import Samples, VoiceDetector, WindowText
from models.scripted_transcriber import Asked, ScriptedTranscriber, always, spoken
from pipeline.calls.transcribe import SAMPLED, WINDOWS_AT_ONCE, transcribe
from pipeline.records import Waveform

Say = Callable[..., Samples]
Record = Callable[..., Waveform]


def length_s(samples: Samples) -> float:
    return len(samples) / 16_000


def test_each_channel_is_heard_and_segments_come_in_the_order_of_the_call(
    say: Say, record: Record, detector: VoiceDetector
) -> None:
    waveform = record(say(10.0, (1.0, 3.0, 1), (6.0, 8.0, 2)), say(10.0, (3.5, 5.5, 3)))
    by_length = {2.0: "Sure.", 4.3: "Hello? Fine."}
    engine = ScriptedTranscriber(lambda samples, _: spoken(by_length[round(length_s(samples), 1)], length_s(samples)))
    found = transcribe(waveform, transcriber=engine, detector=detector, language="en")
    assert [(s.channel, s.text) for s in found.segments] == [(0, "Hello?"), (1, "Sure."), (0, "Fine.")]
    assert [c.left_out for c in found.channels] == ["", ""]
    assert found.speech_s == pytest.approx(6.0, abs=0.1)
    assert found.language == "en"


def test_silence_is_never_given_to_the_engine(say: Say, record: Record, detector: VoiceDetector) -> None:
    engine = always("Thanks for watching!")
    found = transcribe(record(np.zeros(160_000, np.float32)), transcriber=engine, detector=detector)
    assert engine.asked == []
    assert (found.segments, found.dropped, found.language) == ((), (), None)
    assert found.channels[0].left_out == "silent"


def test_an_empty_recording_holds_nothing(record: Record, detector: VoiceDetector) -> None:
    found = transcribe(record(np.zeros(0, np.float32)), transcriber=always("Hm."), detector=detector)
    assert (found.segments, found.speech_s) == ((), 0.0)


def test_a_leak_is_reported_and_not_heard(say: Say, record: Record, detector: VoiceDetector) -> None:
    rep = say(6.0, (0.5, 2.5, 1))
    found = transcribe(
        record(rep, rep * np.float32(0.1) + say(6.0, (4.0, 5.0, 2))), transcriber=always("Hello."), detector=detector
    )
    assert [segment.channel for segment in found.segments] == [0, 1]
    assert {dropped.reason for dropped in found.dropped} == {"leak of another channel"}


def test_language_and_vocabulary_reach_the_engine(say: Say, record: Record, detector: VoiceDetector) -> None:
    engine = always("Guten Tag.")
    transcribe(
        record(say(3.0, (0.5, 2.0, 1))), transcriber=engine, detector=detector, language="de", vocabulary="Kustomer"
    )
    assert engine.asked == [Asked(1, "de", "Kustomer", temperature=0.0, beam_size=1)]


def test_the_language_of_the_call_is_that_of_its_longest_windows(
    say: Say, record: Record, detector: VoiceDetector
) -> None:
    def script(samples: Samples, _: Asked) -> WindowText:
        return replace(spoken("Guten Tag.", 1.0), language="de" if length_s(samples) > 20 else "en")

    engine = ScriptedTranscriber(script)
    waveform = record(say(70.0, (0.0, 25.0, 1), (30.0, 55.0, 2), (60.0, 64.0, 3)))
    assert transcribe(waveform, transcriber=engine, detector=detector).language == "de"


def retrying(answers: dict[tuple[float, int], WindowText]) -> ScriptedTranscriber:
    return ScriptedTranscriber(lambda _, asked: answers[asked.temperature, asked.beam_size])


BAD = spoken("Bad guess.", 1.5, mean_log_probability=-1.5)
LOOP = spoken("and then and then " * 12, 1.5, compression_ratio=9.0)
GOOD = spoken("Good text.", 1.5)


def test_a_failing_window_is_decoded_again_until_it_passes(say: Say, record: Record, detector: VoiceDetector) -> None:
    engine = retrying({(0.0, 1): BAD, (0.0, 5): LOOP, (0.2, 5): GOOD})
    found = transcribe(record(say(3.0, (0.5, 2.0, 1))), transcriber=engine, detector=detector, language="en")
    assert [(segment.text, segment.marks) for segment in found.segments] == [("Good text.", ())]
    assert [(asked.temperature, asked.beam_size) for asked in engine.asked] == [(0.0, 1), (0.0, 5), (0.2, 5)]


def test_the_likeliest_of_bad_texts_is_kept_with_a_mark(say: Say, record: Record, detector: VoiceDetector) -> None:
    worse = spoken("Worse guess.", 1.5, mean_log_probability=-2.5)
    engine = retrying({(0.0, 1): worse, (0.0, 5): LOOP, **{tuple(attempt): LOOP for attempt in SAMPLED}, (0.4, 5): BAD})
    found = transcribe(record(say(3.0, (0.5, 2.0, 1))), transcriber=engine, detector=detector, language="en")
    assert [(segment.text, segment.marks) for segment in found.segments] == [("Bad guess.", ("low_confidence",))]


def test_a_text_that_only_repeats_itself_is_dropped_with_its_reason(
    say: Say, record: Record, detector: VoiceDetector
) -> None:
    engine = ScriptedTranscriber(lambda *_: LOOP)
    found = transcribe(record(say(3.0, (0.5, 2.0, 1))), transcriber=engine, detector=detector, language="en")
    assert found.segments == ()
    assert [dropped.reason for dropped in found.dropped] == ["compressible"]


def test_a_sentence_that_was_left_out_is_heard_in_a_window_of_its_own(
    say: Say, record: Record, detector: VoiceDetector
) -> None:
    waveform = record(say(10.0, (0.5, 9.5, 1)))
    lengths_s = []

    def script(samples: Samples, _: Asked) -> WindowText:
        lengths_s.append(length_s(samples))
        if length_s(samples) > 6.0:
            whole = spoken("we have no budget", 8.0)
            swallower = replace(whole.words[1], start_s=1.0, end_s=6.0)
            rest = [replace(word, start_s=6.0 + n, end_s=7.0 + n) for n, word in enumerate(whole.words[2:])]
            return replace(whole, words=(replace(whole.words[0], end_s=1.0), swallower, *rest))
        return spoken("how it is, you see", length_s(samples))

    found = transcribe(waveform, transcriber=ScriptedTranscriber(script), detector=detector, language="en")
    assert lengths_s[1:] == [pytest.approx(1.0), pytest.approx(5.0), pytest.approx(lengths_s[0] - 6.0)]
    assert " ".join(segment.text for segment in found.segments).count("how it is") == 3
    assert all(not segment.marks for segment in found.segments)


def test_only_the_window_that_failed_is_decoded_again(say: Say, record: Record, detector: VoiceDetector) -> None:
    waveform = record(say(60.0, (0.0, 27.0, 1), (30.0, 56.0, 2)))

    def script(samples: Samples, asked: Asked) -> WindowText:
        fails = asked.beam_size == 1 and length_s(samples) < 26.5
        return BAD if fails else spoken("Fine then.", 2.0)

    engine = ScriptedTranscriber(script)
    transcribe(waveform, transcriber=engine, detector=detector, language="en")
    assert [asked.n_windows for asked in engine.asked] == [2, 1]


def test_who_repeats_himself_is_heard_piece_by_piece(say: Say, record: Record, detector: VoiceDetector) -> None:
    words = "are you still there"
    waveform = record(say(12.0, *((4.0 * n, 4.0 * n + 2.0, n) for n in range(3))))

    def script(samples: Samples, _: Asked) -> WindowText:
        n_times = 3 if length_s(samples) > 4 else 1
        return spoken(" ".join([words] * n_times), length_s(samples))

    found = transcribe(waveform, transcriber=ScriptedTranscriber(script), detector=detector, language="en")
    assert [(segment.text, round(segment.start_s)) for segment in found.segments] == [
        (words, 0),
        (words, 4),
        (words, 8),
    ]
    assert found.dropped == ()


def test_what_the_engine_takes_for_silence_is_not_tried_again(
    say: Say, record: Record, detector: VoiceDetector
) -> None:
    silent = spoken("you", 1.5, mean_log_probability=-1.5, no_speech_probability=0.9)
    engine = ScriptedTranscriber(lambda *_: silent)
    found = transcribe(record(say(3.0, (0.5, 2.0, 1))), transcriber=engine, detector=detector, language="en")
    assert len(engine.asked) == 1
    assert [dropped.reason for dropped in found.dropped] == ["silence"]


def test_a_call_that_takes_too_long_is_given_up_between_two_groups(
    say: Say, record: Record, detector: VoiceDetector
) -> None:
    engine = always("Hello there.")
    with pytest.raises(TimeoutError, match="with 0 of 1 windows transcribed"):
        transcribe(record(say(3.0, (0.5, 2.0, 1))), transcriber=engine, detector=detector, language="en", limit_s=0.0)
    assert engine.asked == []


def test_a_long_call_is_rendered_in_groups(say: Say, record: Record, detector: VoiceDetector) -> None:
    n_windows = WINDOWS_AT_ONCE + 3
    waveform = record(say(27.0 * n_windows, *((27.0 * n, 27.0 * n + 26.0, n) for n in range(n_windows))))
    engine = ScriptedTranscriber(lambda *_: spoken("Fine then.", 2.0))
    found = transcribe(waveform, transcriber=engine, detector=detector, language="en")
    assert [asked.n_windows for asked in engine.asked] == [WINDOWS_AT_ONCE, 3]
    starts = [segment.start_s for segment in found.segments]
    assert len(starts) == n_windows
    assert starts == sorted(starts)


def telling(told: str, untold: str) -> ScriptedTranscriber:
    return ScriptedTranscriber(lambda samples, asked: spoken(told if asked.vocabulary else untold, length_s(samples)))


@pytest.mark.parametrize(
    ("told", "untold", "kept", "n_asked"),
    [
        ("We use Rotaline now.", "We use Odeline now.", "We use Rotaline now.", 2),
        ("Rotaline, we have a girl.", "Guten Tag, wir haben.", "Guten Tag, wir haben.", 2),
        ("Rotaline.", "Hm.", "Hm.", 2),
        ("We use it now.", "We used it now.", "We use it now.", 1),
    ],
)
def test_a_name_is_kept_only_where_the_engine_hears_its_like_untold(
    say: Say, record: Record, detector: VoiceDetector, told: str, untold: str, kept: str, n_asked: int
) -> None:
    engine = telling(told, untold)
    found = transcribe(
        record(say(3.0, (0.5, 2.0, 1))), transcriber=engine, detector=detector, language="en", vocabulary="Rotaline."
    )
    assert " ".join(segment.text for segment in found.segments) == kept
    assert [asked.vocabulary for asked in engine.asked] == ["Rotaline.", ""][:n_asked]


def test_what_went_wrong_with_the_vocabulary_is_not_kept_for_being_likelier(
    say: Say, record: Record, detector: VoiceDetector
) -> None:
    def script(samples: Samples, asked: Asked) -> WindowText:
        text, likely = ("We use Rotaline.", -1.1) if asked.vocabulary else ("We sue her time.", -1.4)
        return spoken(text, length_s(samples), mean_log_probability=likely)

    found = transcribe(
        record(say(3.0, (0.5, 2.0, 1))),
        transcriber=ScriptedTranscriber(script),
        detector=detector,
        language="en",
        vocabulary="Rotaline.",
    )
    assert [(segment.text, segment.marks) for segment in found.segments] == [("We sue her time.", ("low_confidence",))]


def test_each_channel_is_decoded_in_its_own_language(say: Say, record: Record, detector: VoiceDetector) -> None:
    def script(samples: Samples, asked: Asked) -> WindowText:
        heard = "de" if length_s(samples) < 7 else "en"
        return replace(spoken("Guten Tag." if asked.language == "de" else "Hello.", 1.0), language=heard)

    waveform = record(say(20.0, (0.0, 8.0, 1)), say(20.0, (10.0, 15.0, 2)))
    found = transcribe(waveform, transcriber=ScriptedTranscriber(script), detector=detector)
    assert [(s.channel, s.text, s.language) for s in found.segments] == [(0, "Hello.", "en"), (1, "Guten Tag.", "de")]
    assert ([channel.language for channel in found.channels], found.language) == (["en", "de"], "en")


def test_what_is_too_soft_for_speech_is_named(say: Say, record: Record) -> None:
    class Credulous:
        name = "credulous"

        def find_speech(self, samples: Samples) -> list[tuple[float, float]]:
            return [(0.0, 2.0), (4.0, 6.0)]

    waveform = record(say(6.0, (0.0, 2.0, 1)) + say(6.0, (4.0, 6.0, 2), level=0.0005))
    found = transcribe(waveform, transcriber=always("Hello."), detector=Credulous(), language="en")
    assert [(dropped.start_s, dropped.reason) for dropped in found.dropped] == [(4.0, "too soft")]


@pytest.mark.model
def test_two_real_sentences_come_out_with_their_times() -> None:
    from models.faster_transcriber import FasterTranscriber
    from models.voice_detector import SileroVoiceDetector
    from pipeline.calls.decode import decode

    waveform = decode(Path(__file__).parents[2] / "data" / "two_sentences.ogg")
    silence = np.zeros((1, 5 * 16_000), np.int16)
    late = Waveform(np.hstack([silence, waveform.samples, silence]), 16_000, source_rate_hz=48_000)
    found = transcribe(late, transcriber=FasterTranscriber("tiny.en"), detector=SileroVoiceDetector())
    assert [segment.text for segment in found.segments] == [
        "We have no budget for this until next year.",
        "Could you send me the contract before Friday?",
    ]
    assert found.segments[0].start_s == pytest.approx(5.1, abs=0.3)
    assert found.segments[1].end_s == pytest.approx(11.3, abs=0.3)
    assert found.dropped == ()
