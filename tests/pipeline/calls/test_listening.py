from collections.abc import Callable

import numpy as np
import pytest

from models.protocols import Samples, VoiceDetector
from pipeline.calls.listening import (
    FRAME_S,
    SILENCE_DB,
    Heard,
    Stretch,
    channel_levels,
    delayed_correlation,
    find_channels,
    find_speech,
    frame_levels,
    quiet_cuts,
    runs,
    without,
)
from pipeline.records import Waveform

Say = Callable[..., Samples]
Record = Callable[..., Waveform]


def levels_of(waveform: Waveform) -> list[np.ndarray]:
    return [frame_levels(waveform.channel(place), sample_rate_hz=16_000) for place in range(waveform.n_channels)]


def left_out(waveform: Waveform) -> list[str]:
    return [channel.left_out for channel in find_channels(waveform, levels_of(waveform))]


def heard(waveform: Waveform, place: int, detector: VoiceDetector) -> Heard:
    others = [other for other in range(waveform.n_channels) if other != place]
    return find_speech(waveform, place, levels_of(waveform), detector, others=others)


def test_levels_are_decibels_below_full_scale() -> None:
    square = np.full(640, 0.1, np.float32)
    square[320:] = 0.0
    np.testing.assert_allclose(frame_levels(square, sample_rate_hz=16_000), [-20.0, SILENCE_DB], atol=1e-4)
    assert frame_levels(np.zeros(100, np.float32), sample_rate_hz=16_000).shape == (0,)


def test_the_levels_of_a_long_channel_are_those_of_the_whole(say: Say, record: Record) -> None:
    waveform = record(say(130.0, (50.0, 70.0, 1), (119.9, 120.1, 2)))
    whole = frame_levels(waveform.channel(0), sample_rate_hz=16_000)
    np.testing.assert_array_equal(channel_levels(waveform, 0), whole)


def test_a_long_channel_is_cut_where_it_is_quiet() -> None:
    levels = np.full(round(4_000 / FRAME_S), -20.0, np.float32)
    for pause_s in (1_000.0, 1_790.0, 3_550.0):
        levels[round(pause_s / FRAME_S) : round((pause_s + 1.0) / FRAME_S)] = SILENCE_DB
    first, second = quiet_cuts(levels)
    assert 1_790.0 < first < 1_791.0
    assert 3_550.0 < second < 3_551.0
    assert quiet_cuts(levels[: round(1_800 / FRAME_S)]) == []


def test_what_is_said_after_a_cut_keeps_its_time(say: Say, record: Record, detector: VoiceDetector) -> None:
    waveform = record(say(1_830.0, (10.0, 12.0, 1), (1_820.0, 1_822.0, 2)))
    spoken = heard(waveform, 0, detector).speech
    assert [(round(s.start_s, 1), round(s.end_s, 1)) for s in spoken] == [(10.0, 12.0), (1_820.0, 1_822.0)]


def test_a_silent_channel_is_left_out_and_so_is_a_nearly_silent_one(say: Say, record: Record) -> None:
    speech = say(4.0, (0.5, 2.0, 1))
    assert left_out(record(speech, np.zeros_like(speech))) == ["", "silent"]
    assert left_out(record(say(4.0, (0.0, 4.0, 2), level=0.0005), speech)) == ["silent", ""]


def test_a_click_does_not_make_a_channel_live(say: Say, record: Record) -> None:
    click = np.zeros(4 * 16_000, np.float32)
    click[1000:1100] = 0.9
    assert left_out(record(say(4.0, (0.5, 2.0, 1)), click)) == ["", "silent"]


@pytest.mark.parametrize("gain", [1.0, 0.5, 0.1, -1.0], ids=["copy", "softer", "much softer", "inverted"])
def test_a_copied_channel_is_listened_to_once(say: Say, record: Record, gain: float) -> None:
    speech = say(4.0, (0.5, 2.0, 1), (2.5, 3.5, 2))
    assert left_out(record(speech, speech * np.float32(gain))) == ["", "the same as channel 1"]


@pytest.mark.parametrize("delay_s", [0.005, 0.04, 0.3])
def test_a_copy_that_comes_a_little_later_is_listened_to_once(say: Say, record: Record, delay_s: float) -> None:
    speech = say(8.0, (0.5, 2.0, 1), (2.5, 3.5, 2), (4.5, 6.5, 3))
    late = np.roll(speech, round(delay_s * 16_000))
    assert left_out(record(speech, late)) == ["", "the same as channel 1"]
    assert left_out(record(late, speech)) == ["", "the same as channel 1"]


def test_a_leak_of_everything_the_other_says_is_no_copy(say: Say, record: Record) -> None:
    rep = say(8.0, (0.5, 2.5, 1), (5.0, 7.0, 3))
    customer = say(8.0, (3.0, 4.5, 2)) + np.float32(0.3) * np.roll(rep, 800)
    assert left_out(record(rep, customer)) == ["", ""]


def test_two_microphones_in_one_room_hear_the_same(say: Say, record: Record) -> None:
    speech = say(4.0, (0.5, 2.0, 1), (2.5, 3.5, 2))
    other_noise = say(4.0, (0.5, 2.0, 3), (2.5, 3.5, 4), level=0.05)
    assert left_out(record(speech, speech * np.float32(0.8) + other_noise)) == ["", "the same as channel 1"]


def test_two_lines_of_equal_noise_are_two_channels(say: Say, record: Record) -> None:
    noisy = [say(6.0, (0.0, 6.0, seed), level=0.02) + say(6.0, (seed, seed + 0.4, seed + 10)) for seed in (1, 2)]
    assert left_out(record(*noisy)) == ["", ""]


def test_two_parties_are_two_channels(say: Say, record: Record) -> None:
    assert left_out(record(say(4.0, (0.5, 2.0, 1)), say(4.0, (2.2, 3.8, 2)))) == ["", ""]
    assert left_out(record(say(4.0, (0.0, 4.0, 1)), say(4.0, (1.0, 3.0, 2)))) == ["", ""]


def test_an_empty_recording_has_no_channel_to_listen_to(record: Record) -> None:
    assert left_out(record(np.zeros(0, np.float32))) == ["silent"]


def test_speech_is_found_where_it_is(say: Say, record: Record, detector: VoiceDetector) -> None:
    found = heard(record(say(4.0, (0.5, 2.0, 1), (3.0, 3.5, 2))), 0, detector)
    assert found.leaked == ()
    assert [(s.start_s, s.end_s) for s in found.speech] == [
        pytest.approx((0.5, 2.0), abs=0.021),
        pytest.approx((3.0, 3.5), abs=0.021),
    ]


def test_what_is_too_soft_to_be_speech_is_no_speech(say: Say, record: Record) -> None:
    class Credulous:
        name = "credulous"

        def find_speech(self, samples: Samples) -> list[tuple[float, float]]:
            return [(0.0, 1.0), (1.0, 2.0)]

    line_noise = say(2.0, (0.0, 2.0, 1), level=0.001)
    line_noise[16_000:] += say(1.0, (0.0, 1.0, 2))
    assert heard(record(line_noise), 0, Credulous()).speech == (Stretch(1.0, 2.0),)


@pytest.mark.parametrize("delay_s", [0.0, 0.08, 0.3])
def test_the_other_party_s_leak_is_taken_out(say: Say, record: Record, detector: VoiceDetector, delay_s: float) -> None:
    rep = say(6.0, (0.5, 2.5, 1))
    leak = np.roll(rep, round(delay_s * 16_000)) * np.float32(0.1)
    customer = say(6.0, (4.0, 5.0, 2)) + leak
    found = heard(record(rep, customer), 1, detector)
    assert [(s.start_s, s.end_s) for s in found.speech] == [pytest.approx((4.0, 5.0), abs=0.05)]
    assert sum(leaked.duration_s for leaked in found.leaked) == pytest.approx(2.0, abs=0.5)


def test_a_leak_far_below_needs_no_likeness(say: Say, record: Record, detector: VoiceDetector) -> None:
    rep = say(4.0, (0.5, 2.5, 1), level=0.5)
    distorted = say(4.0, (0.5, 2.5, 7), level=0.008)
    found = heard(record(rep, distorted), 1, detector)
    assert found.speech == ()
    assert len(found.leaked) == 1


def test_a_soft_word_while_the_other_talks_is_kept(say: Say, record: Record, detector: VoiceDetector) -> None:
    rep = say(6.0, (0.5, 5.5, 1), level=0.2)
    customer = say(6.0, (2.0, 2.8, 2), level=0.03)
    found = heard(record(rep, customer), 1, detector)
    assert found.leaked == ()
    assert [(s.start_s, s.end_s) for s in found.speech] == [pytest.approx((2.0, 2.8), abs=0.05)]


def test_a_leak_that_runs_into_a_party_s_own_words_is_cut_off_them(
    say: Say, record: Record, detector: VoiceDetector
) -> None:
    rep = say(6.0, (0.5, 2.5, 1), level=0.2)
    customer = rep * np.float32(0.1) + say(6.0, (2.5, 4.0, 2), level=0.2)
    (own,) = heard(record(rep, customer), 1, detector).speech
    assert own.end_s == pytest.approx(4.0, abs=0.05)
    assert own.start_s == pytest.approx(2.5, abs=0.45)


def test_both_talking_at_once_is_no_leak(say: Say, record: Record, detector: VoiceDetector) -> None:
    waveform = record(say(4.0, (0.5, 3.0, 1)), say(4.0, (0.5, 3.0, 2)))
    assert [len(heard(waveform, place, detector).speech) for place in (0, 1)] == [1, 1]


def test_likeness_is_found_at_any_delay_and_in_either_polarity(say: Say) -> None:
    source = say(3.0, (0.0, 3.0, 1))
    assert delayed_correlation(source[8_000:24_000] * np.float32(-0.01), source[2_000:]) == pytest.approx(1.0, abs=1e-3)
    assert delayed_correlation(say(1.0, (0.0, 1.0, 2)), source) < 0.1
    assert delayed_correlation(np.zeros(100, np.float32), source) == 0.0
    assert delayed_correlation(source, source[:100]) == 0.0


def test_runs_bridge_short_gaps_only() -> None:
    flags = np.array([1, 1, 0, 1, 0, 0, 1], bool)
    assert runs(flags, max_gap=1) == [(0, 4), (6, 7)]
    assert runs(flags) == [(0, 2), (3, 4), (6, 7)]
    assert runs(np.zeros(3, bool)) == []


@pytest.mark.parametrize(
    ("holes", "left"),
    [
        ([], [(0.0, 10.0)]),
        ([(2.0, 3.0), (1.0, 2.5)], [(0.0, 1.0), (3.0, 10.0)]),
        ([(-1.0, 4.0)], [(4.0, 10.0)]),
        ([(8.0, 12.0)], [(0.0, 8.0)]),
        ([(0.0, 10.0)], []),
        ([(12.0, 13.0)], [(0.0, 10.0)]),
    ],
)
def test_holes_are_taken_out_of_a_stretch(holes: list[tuple[float, float]], left: list[tuple[float, float]]) -> None:
    assert without(Stretch(0.0, 10.0), [Stretch(*hole) for hole in holes]) == [Stretch(*part) for part in left]
