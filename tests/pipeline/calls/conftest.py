"""Recordings made on the spot, and a detector that takes what is loud for speech."""

import wave
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from models.protocols import Samples
from pipeline.calls.listening import FRAME_S, frame_levels, runs
from pipeline.records import Waveform

RATE_HZ = 16_000


@dataclass(frozen=True, slots=True)
class LoudnessDetector:
    """Takes whatever is above -50 dB for speech, pauses up to 100 ms included."""

    name: str = "loudness"

    def find_speech(self, samples: Samples) -> list[tuple[float, float]]:
        loud = frame_levels(samples, sample_rate_hz=RATE_HZ) > -50.0
        return [(first * FRAME_S, last * FRAME_S) for first, last in runs(loud, max_gap=5)]


@pytest.fixture
def detector() -> LoudnessDetector:
    return LoudnessDetector()


def babble(duration_s: float, *, seed: int, level: float = 0.1) -> Samples:
    """Noise in syllables of 200 ms: loud like speech, and like no other seed."""
    n_samples = round(duration_s * RATE_HZ)
    noise = np.random.default_rng(seed).normal(0, level, n_samples)
    syllables = 0.6 + 0.4 * np.sin(2 * np.pi * 5 * np.arange(n_samples) / RATE_HZ)
    return (noise * syllables).astype(np.float32)


@pytest.fixture
def say() -> Callable[..., Samples]:
    """`say(duration_s, (start_s, end_s, seed), …, level=0.1)`: babble at those times, digital silence between."""

    def said(duration_s: float, *stretches: tuple[float, float, int], level: float = 0.1) -> Samples:
        samples = np.zeros(round(duration_s * RATE_HZ), np.float32)
        for start_s, end_s, seed in stretches:
            first, last = round(start_s * RATE_HZ), round(end_s * RATE_HZ)
            samples[first:last] += babble((last - first) / RATE_HZ, seed=seed, level=level)
        return samples

    return said


@pytest.fixture
def record() -> Callable[..., Waveform]:
    """`record(channel, …)`: a waveform of these channels."""

    def recorded(*channels: Samples) -> Waveform:
        samples = np.stack([np.clip(channel * 32768, -32768, 32767).astype(np.int16) for channel in channels])
        return Waveform(samples, RATE_HZ, source_rate_hz=RATE_HZ)

    return recorded


@pytest.fixture
def write_wav(tmp_path: Path) -> Callable[..., Path]:
    """`write_wav(samples, rate_hz=8000, name="call.wav")`: int16 samples, shape (n_channels, n_samples), as PCM."""

    def written(samples: np.ndarray, *, rate_hz: int = 8_000, name: str = "call.wav") -> Path:
        path = tmp_path / name
        with wave.open(str(path), "wb") as file:
            file.setnchannels(len(samples))
            file.setsampwidth(2)
            file.setframerate(rate_hz)
            file.writeframes(np.ascontiguousarray(samples.T).tobytes())
        return path

    return written
