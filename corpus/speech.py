"""Speaks a script with flite and lays the turns on one or two channels with pauses, line noise and crosstalk.

Samples are float32 between -1 and 1; a call is mixed at 16 kHz, flite's own rate.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from zlib import crc32

import numpy as np
import numpy.typing as npt

from corpus.casting import Recording, Voice
from models.training.labelled_calls import LabelledTurn

Samples = npt.NDArray[np.float32]

MIX_RATE_HZ: Final = 16_000
SPEECH_DB: Final = -22.0
NOISE_DB: Final = -50.0
LEAK_DB: Final = -38.0
PAUSE_S: Final = (0.2, 0.7)
TELEPHONE_BAND_HZ: Final = (100.0, 3_700.0)

# The synthesiser reads these names letter by letter or with the stress on the wrong syllable.
SPOKEN: Final = {"Rotaline": "Rohta line", "Xero": "Zero", "Shiftwise": "Shift wise", "whiteboard": "white board"}


@dataclass(frozen=True, slots=True)
class SpokenCall:
    """A mixed call, shape (n_channels, n_samples), and the (start_s, end_s) of every turn in it."""

    samples: Samples
    times_s: tuple[tuple[float, float], ...]


def speak_call(turns: Sequence[LabelledTurn], recording: Recording) -> SpokenCall:
    """Return the call as it would have been recorded; the same turns and recording give the same samples."""
    rng = np.random.default_rng(crc32(recording.call.encode()))
    spoken = [_speak(turn.text, recording.rep if turn.is_rep else recording.customer) for turn in turns]
    starts, n_samples = _lay_out([len(part) for part in spoken], rng)
    voices = np.zeros((2, n_samples), dtype=np.float32)
    for turn, part, start in zip(turns, spoken, starts, strict=True):
        voices[0 if turn.is_rep else 1, start : start + len(part)] += part
    times = tuple(
        (round(start / MIX_RATE_HZ, 2), round((start + len(part)) / MIX_RATE_HZ, 2))
        for part, start in zip(spoken, starts, strict=True)
    )
    return SpokenCall(_record(voices, recording, rng), times)


def _lay_out(lengths: Sequence[int], rng: np.random.Generator) -> tuple[list[int], int]:
    """Return where each part starts, and the length of the whole, with a seeded pause before and after each part."""
    starts, at = [], 0
    for length in lengths:
        at += round(rng.uniform(*PAUSE_S) * MIX_RATE_HZ)
        starts.append(at)
        at += length
    return starts, at + MIX_RATE_HZ // 2


def _record(voices: Samples, recording: Recording, rng: np.random.Generator) -> Samples:
    """Return the channels of the recording, from the rep's and the customer's clean tracks."""
    if recording.rate_hz < MIX_RATE_HZ:
        voices = _telephone(voices)
    if recording.layout == "mono":
        tracks = voices.sum(axis=0, keepdims=True)
    else:
        tracks = voices + _gain(LEAK_DB) * voices[::-1]
        tracks = tracks if recording.layout == "rep_left" else tracks[::-1]
    noise = rng.standard_normal(tracks.shape, dtype=np.float32) * _gain(NOISE_DB)
    mixed: Samples = np.clip(tracks + noise, -1.0, 1.0).astype(np.float32)
    return mixed


def _telephone(voices: Samples) -> Samples:
    low_hz, high_hz = TELEPHONE_BAND_HZ
    spectrum = np.fft.rfft(voices, axis=1)
    frequencies_hz = np.fft.rfftfreq(voices.shape[1], d=1 / MIX_RATE_HZ)
    spectrum[:, (frequencies_hz < low_hz) | (frequencies_hz > high_hz)] = 0
    return np.fft.irfft(spectrum, n=voices.shape[1], axis=1).astype(np.float32)


def _speak(text: str, voice: Voice) -> Samples:
    """Return one turn without the silence around it, at the level of speech."""
    flite = shutil.which("flite")
    if flite is None:
        raise SystemExit("flite is not installed: apt-get install flite, then run the build again")
    spoken = re.sub(r"\w+", lambda word: SPOKEN.get(word[0], word[0]), text)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "turn.wav"
        knobs = ("f0_shift", voice.f0_shift), ("duration_stretch", voice.duration_stretch)
        options = [part for name, value in knobs for part in ("--setf", f"{name}={value}")]
        subprocess.run([flite, "-voice", voice.flite, *options, "-t", spoken, "-o", str(path)], check=True)
        samples = _trim(_read_wav(path))
    level = np.float32(_gain(SPEECH_DB) / np.sqrt(np.mean(samples**2)))
    return (samples * level).astype(np.float32)


def _read_wav(path: Path) -> Samples:
    with wave.open(str(path)) as file:
        if file.getframerate() != MIX_RATE_HZ:
            raise SystemExit(f"{path.name}: flite spoke at {file.getframerate()} Hz; choose a voice of 16 kHz")
        return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").astype(np.float32) / np.float32(32_768)


def _trim(samples: Samples, *, threshold: float = 0.01, margin_s: float = 0.03) -> Samples:
    loud = np.flatnonzero(np.abs(samples) > threshold)
    margin = round(margin_s * MIX_RATE_HZ)
    return samples[max(0, loud[0] - margin) : loud[-1] + margin]


def _gain(level_db: float) -> float:
    return float(10 ** (level_db / 20))
