"""What a telephone carries when nobody speaks: each sound made by numpy, at 16 kHz, float32 between -1 and 1."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
import numpy.typing as npt

from models.protocols import SAMPLE_RATE_HZ, Samples

_TELEPHONE_HZ: Final = (300.0, 3400.0)
_KEYS_HZ: Final = {"1": (697, 1209), "5": (770, 1336), "9": (852, 1477), "0": (941, 1336), "#": (941, 1477)}
_CHORDS: Final = ((0, 4, 7, 12), (9, 12, 16, 21), (5, 9, 12, 17), (7, 11, 14, 19))
_TUNE: Final = (12, 16, 19, 16, 21, 19, 16, 14)


def silence(duration_s: float) -> Samples:
    """Return digital zeros."""
    return np.zeros(round(duration_s * SAMPLE_RATE_HZ), np.float32)


def codec_silence(duration_s: float) -> Samples:
    """Return what G.711 A-law makes of silence: its least step up or down, held for 8 kHz samples, at -72 dB."""
    n_samples = round(duration_s * SAMPLE_RATE_HZ / 2)
    steps = np.random.default_rng(1).choice(np.array([-8, 8], np.float32), n_samples)
    return (np.repeat(steps, 2) / 32768).astype(np.float32)


def comfort_noise(duration_s: float) -> Samples:
    """Return the soft hiss that a codec plays where it sends nothing, swelling a little, at about -50 dB."""
    swell = 1 + 0.5 * np.sin(2 * np.pi * 0.4 * _times_s(duration_s))
    return _at_db(_telephone(_white(duration_s, seed=2) * swell), -50)


def line_noise(duration_s: float) -> Samples:
    """Return loud noise of a bad line, at -25 dB."""
    return _at_db(_telephone(_white(duration_s, seed=3)), -25)


def hum(duration_s: float) -> Samples:
    """Return mains hum with its harmonics and some hiss."""
    t = _times_s(duration_s)
    tone = sum(np.sin(2 * np.pi * 50 * n * t + n) / n for n in range(1, 20))
    return _at_db(tone, -25) + _at_db(_white(duration_s, seed=4), -50)


def street(duration_s: float) -> Samples:
    """Return pink noise in gusts, as of wind and traffic."""
    spectrum = np.fft.rfft(_white(duration_s, seed=5))
    pink = np.fft.irfft(spectrum / np.sqrt(np.arange(1, len(spectrum) + 1)), n=len(_times_s(duration_s)))
    gusts = 0.6 + 0.4 * np.sin(2 * np.pi * 0.7 * _times_s(duration_s))
    return _at_db(pink * gusts, -22)


def breath(duration_s: float) -> Samples:
    """Return breathing into the microphone: soft noise that rises and falls every two seconds."""
    cycle = np.maximum(0, np.sin(2 * np.pi * 0.5 * _times_s(duration_s))) ** 2
    return _at_db(_band(_white(duration_s, seed=6) * cycle, 200, 2500), -35)


def keys_and_clicks(duration_s: float) -> Samples:
    """Return typing: clicks of a few milliseconds, five a second at uneven times."""
    random = np.random.default_rng(7)
    clicks = silence(duration_s)
    ring = np.exp(-np.arange(320) / 40) * random.standard_normal(320)
    for start in random.integers(0, len(clicks) - 320, round(5 * duration_s)):
        clicks[start : start + 320] += (ring * random.uniform(0.05, 0.3)).astype(np.float32)
    return np.clip(clicks, -1, 1)


def tone(duration_s: float) -> Samples:
    """Return a steady tone of 1 kHz."""
    return _at_db(np.sin(2 * np.pi * 1000 * _times_s(duration_s)), -15)


def ring_back(duration_s: float) -> Samples:
    """Return the tone that the caller hears while it rings: 440 and 480 Hz, two seconds on and four off."""
    t = _times_s(duration_s)
    return _at_db((np.sin(2 * np.pi * 440 * t) + np.sin(2 * np.pi * 480 * t)) * (t % 6 < 2), -20)


def british_ring_back(duration_s: float) -> Samples:
    """Return 400 and 450 Hz, twice 0.4 s and then two seconds of nothing."""
    t = _times_s(duration_s)
    on = (t % 3 < 0.4) | ((t % 3 >= 0.6) & (t % 3 < 1.0))
    return _at_db((np.sin(2 * np.pi * 400 * t) + np.sin(2 * np.pi * 450 * t)) * on, -20)


def busy(duration_s: float) -> Samples:
    """Return the engaged tone: 480 and 620 Hz, half a second on and half off."""
    t = _times_s(duration_s)
    return _at_db((np.sin(2 * np.pi * 480 * t) + np.sin(2 * np.pi * 620 * t)) * (t % 1 < 0.5), -20)


def keypad(duration_s: float) -> Samples:
    """Return keys pressed on a telephone (DTMF), four a second."""
    t = _times_s(duration_s)
    pressed = (t * 4).astype(int) % len(_KEYS_HZ)
    pairs = np.array(list(_KEYS_HZ.values()))[pressed]
    return _at_db((np.sin(2 * np.pi * pairs[:, 0] * t) + np.sin(2 * np.pi * pairs[:, 1] * t)) * (t * 4 % 1 < 0.5), -18)


def fax(duration_s: float) -> Samples:
    """Return a modem: the answer tone with its turns of phase, then shifts between two frequencies."""
    t = _times_s(duration_s)
    answer = np.sin(2 * np.pi * 2100 * t + np.pi * (t // 0.45 % 2))
    bits = np.random.default_rng(8).integers(0, 2, round(duration_s * 300) + 1)[(t * 300).astype(int)]
    shifts = np.sin(2 * np.pi * np.cumsum(np.where(bits, 1650, 1850)) / SAMPLE_RATE_HZ)
    return _at_db(np.where(t < duration_s / 3, answer, shifts), -18)


def hold_music(duration_s: float) -> Samples:
    """Return a tune over chords and a beat, through a telephone's band."""
    t = _times_s(duration_s)
    bar, beat = (t / 2).astype(int) % len(_CHORDS), (t * 2).astype(int)
    chord = sum(_note(np.array(_CHORDS)[bar, voice], t, harmonics=4) for voice in range(4))
    fade = np.exp(-3 * (t * 2 % 1))
    tune = _note(np.array(_TUNE)[beat % len(_TUNE)] + 12, t, harmonics=6) * fade
    beats = _white(duration_s, seed=9) * np.exp(-30 * (t * 2 % 1))
    return _at_db(_telephone(chord * 0.25 + tune + beats * 0.15), -20)


def humming(duration_s: float) -> Samples:
    """Return a voice-like tune without words: a pulse at a singer's pitch through one vowel, with vibrato."""
    t = _times_s(duration_s)
    pitch_hz = 140 * 2 ** (np.array(_TUNE)[(t * 1.5).astype(int) % len(_TUNE)] / 24) * (1 + 0.01 * np.sin(35 * t))
    phase = 2 * np.pi * np.cumsum(pitch_hz) / SAMPLE_RATE_HZ
    voice = sum(np.sin(n * phase) / n for n in range(1, 25))
    vowel = _band(voice, 200, 500) + 0.4 * _band(voice, 700, 1200) + 0.2 * _band(voice, 2200, 2900)
    return _at_db(vowel * (0.3 + 0.7 * (t * 1.5 % 1 < 0.8)), -22)


WITHOUT_WORDS: Final[Mapping[str, Callable[[float], Samples]]] = {
    made.__name__: made
    for made in (
        silence, codec_silence, comfort_noise, line_noise, hum, street, breath, keys_and_clicks, tone, ring_back,
        british_ring_back, busy, keypad, fax, hold_music, humming,
    )
}  # fmt: skip
"""Every sound in which nobody says a word."""


def leak(speech: Samples, *, below_db: float, delay_s: float = 0.0) -> Samples:
    """Return what another channel hears of `speech`: softer, later, narrowed to a telephone's band, over line hiss."""
    late = np.concatenate([silence(delay_s), speech])[: len(speech)]
    heard: Samples = _telephone(late) * np.float32(10 ** (-below_db / 20))
    return heard + _at_db(_white(len(speech) / SAMPLE_RATE_HZ, seed=10), -65)


def _times_s(duration_s: float) -> npt.NDArray[np.float64]:
    return np.arange(round(duration_s * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ


def _white(duration_s: float, *, seed: int) -> npt.NDArray[np.float64]:
    return np.random.default_rng(seed).standard_normal(round(duration_s * SAMPLE_RATE_HZ))


def _note(semitones: npt.NDArray[np.int64], t: npt.NDArray[np.float64], *, harmonics: int) -> npt.NDArray[np.float64]:
    phase = 2 * np.pi * 220 * 2 ** (semitones / 12) * t
    note: npt.NDArray[np.float64] = np.sum([np.sin(n * phase) / n for n in range(1, harmonics + 1)], axis=0)
    return note


def _band(samples: npt.ArrayLike, low_hz: float, high_hz: float) -> npt.NDArray[np.float64]:
    spectrum = np.fft.rfft(samples)
    frequencies_hz = np.fft.rfftfreq(np.size(samples), d=1 / SAMPLE_RATE_HZ)
    spectrum[(frequencies_hz < low_hz) | (frequencies_hz > high_hz)] = 0
    return np.fft.irfft(spectrum, n=np.size(samples))


def _telephone(samples: npt.ArrayLike) -> Samples:
    return _band(samples, *_TELEPHONE_HZ).astype(np.float32)


def _at_db(samples: npt.ArrayLike, level_db: float) -> Samples:
    """Return the sound at this mean level below full scale."""
    sound = np.asarray(samples, np.float64)
    return (sound * 10 ** (level_db / 20) / np.sqrt(np.mean(sound**2))).astype(np.float32)
