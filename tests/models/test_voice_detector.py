import numpy as np
import pytest

from models.protocols import Samples
from models.voice_detector import (
    BLOCK_FRAMES,
    FRAME_SAMPLES,
    SileroVoiceDetector,
    framed_with_context,
    padded,
    speech_frames,
)


def test_speech_begins_at_the_upper_threshold_and_lasts_to_the_lower_one() -> None:
    assert speech_frames([0.4, 0.6, 0.4, 0.36, 0.2, 0.2, 0.2], threshold=0.5, max_pause_frames=2) == [(1, 4)]


def test_a_short_pause_is_part_of_speech_and_a_long_one_is_not() -> None:
    probabilities = [0.9, 0.0, 0.0, 0.9, 0.0, 0.0, 0.0, 0.9]
    assert speech_frames(probabilities, threshold=0.5, max_pause_frames=3) == [(0, 4), (7, 8)]


def test_speech_to_the_end_is_closed() -> None:
    assert speech_frames([0.0, 0.9, 0.9], threshold=0.5, max_pause_frames=3) == [(1, 3)]
    assert speech_frames([], threshold=0.5, max_pause_frames=3) == []


def test_padding_stays_inside_the_recording_and_neighbours_share_their_gap() -> None:
    widened = padded([(0.05, 1.0), (1.1, 2.0), (3.0, 3.95)], pad_s=0.1, duration_s=4.0)
    np.testing.assert_allclose(widened, [(0.0, 1.05), (1.05, 2.1), (2.9, 4.0)])


def test_frames_are_led_by_the_end_of_the_frame_before_even_across_blocks() -> None:
    n_samples = BLOCK_FRAMES * FRAME_SAMPLES + 700
    samples = np.arange(n_samples, dtype=np.float32)
    frames = np.vstack(list(framed_with_context(samples)))
    assert frames.shape == (BLOCK_FRAMES + 2, 576)
    assert not frames[0, :64].any()
    np.testing.assert_array_equal(frames[1:, :64], frames[:-1, -64:])
    np.testing.assert_array_equal(frames[:, 64:].reshape(-1)[:n_samples], samples)


@pytest.mark.model
def test_both_sentences_are_found_and_the_pause_between_them(two_sentences: Samples) -> None:
    (first, second) = SileroVoiceDetector().find_speech(two_sentences)
    assert first == pytest.approx((0.1, 2.7), abs=0.15)
    assert second == pytest.approx((3.3, 6.4), abs=0.15)


@pytest.mark.model
def test_silence_noise_and_a_tone_are_not_speech() -> None:
    detector = SileroVoiceDetector()
    noise = np.random.default_rng(0).normal(0, 0.05, 5 * 16_000).astype(np.float32)
    tone = (0.3 * np.sin(2 * np.pi * 440 * np.arange(5 * 16_000) / 16_000)).astype(np.float32)
    assert detector.find_speech(np.zeros(5 * 16_000, np.float32)) == []
    assert detector.find_speech(noise) == []
    assert detector.find_speech(tone) == []


@pytest.mark.model
def test_nothing_and_less_than_a_frame_hold_no_speech() -> None:
    detector = SileroVoiceDetector()
    assert detector.find_speech(np.zeros(0, np.float32)) == []
    assert detector.find_speech(np.zeros(100, np.float32)) == []


@pytest.mark.model
def test_where_blocks_meet_nothing_changes(two_sentences: Samples) -> None:
    lead = np.zeros(BLOCK_FRAMES * FRAME_SAMPLES - 3 * 16_000 // FRAME_SAMPLES * FRAME_SAMPLES, np.float32)
    detector = SileroVoiceDetector()
    alone = detector.speech_probability(two_sentences)
    late = detector.speech_probability(np.concatenate([lead, two_sentences]))[len(lead) // FRAME_SAMPLES :]
    # The state that a minute of silence leaves fades within a second.
    np.testing.assert_allclose(late[32:], alone[32:], atol=0.1)
