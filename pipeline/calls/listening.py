"""Where somebody speaks on each channel, without silence and without the other party's leak."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from models.protocols import VoiceDetector
from pipeline.records import Samples, Waveform

Levels = npt.NDArray[np.float32]
"""Loudness of each 20 ms frame in dB below full scale, shape (n_frames,)."""

FRAME_S: Final = 0.02
SILENCE_DB: Final = -100.0
MIN_SPEECH_DB: Final = -55.0
"""Below this a detector hears speech in the noise of a line; a quiet telephone stays above -45."""
_DEAD_DB: Final = -60.0
_DEAD_FRAMES: Final = 10

_COPY_CORRELATION: Final = 0.95
_ROOM_CORRELATION: Final = 0.5
_LATE_CORRELATION: Final = 0.8
_LATE_PART_S: Final = 0.5
_LATE_PARTS: Final = 8
_LATE_SHARE: Final = 0.75
_ALIKE_DB: Final = 6.0
_ALIKE_SHARE: Final = 0.9

_SCALED_S: Final = 60.0
_PART_S: Final = 1800.0
_CUT_WITHIN_S: Final = 60.0
_QUIET_S: Final = 0.5
"""The half second in the last minute of a part at which it ends."""

_LEAK_DB: Final = 10.0
_LEAK_CORRELATION: Final = 0.3
_SURE_LEAK_DB: Final = 30.0
_MIN_LEAK_S: Final = 0.4
_LEAK_DELAY_S: Final = 0.4
"""Leaks arrive through a handset at once, and through an echo of the network within this."""
_MIN_STRETCH_S: Final = 0.2


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a channel, in seconds of the recording."""

    start_s: float
    end_s: float

    @property
    def duration_s(self) -> float:
        """How long it is."""
        return self.end_s - self.start_s


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel and what it carries; `left_out` says why it is not listened to, empty if it is."""

    place: int
    left_out: str = ""
    language: str | None = None
    """None before it is known, and where nobody speaks."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What was found on a channel: the speech of its own party, and what was taken out: leak, and what is too soft."""

    speech: tuple[Stretch, ...]
    leaked: tuple[Stretch, ...]
    too_soft: tuple[Stretch, ...] = ()


def frame_levels(samples: Samples, *, sample_rate_hz: int) -> Levels:
    """Return the loudness of each whole 20 ms frame; digital silence is -100 dB."""
    frame = round(FRAME_S * sample_rate_hz)
    frames = samples[: len(samples) // frame * frame].reshape(-1, frame)
    power = np.einsum("ij,ij->i", frames, frames) / frame
    levels: Levels = np.maximum(10 * np.log10(power + 1e-12), SILENCE_DB).astype(np.float32)
    return levels


def channel_levels(waveform: Waveform, place: int) -> Levels:
    """Return the loudness of a channel's frames; no copy of the whole channel is made."""
    starts_s = np.arange(0.0, max(waveform.duration_s, FRAME_S), _SCALED_S)
    parts = [waveform.between(place, start_s, start_s + _SCALED_S) for start_s in starts_s.tolist()]
    return np.concatenate([frame_levels(part, sample_rate_hz=waveform.sample_rate_hz) for part in parts])


def find_channels(waveform: Waveform, levels: Sequence[Levels]) -> tuple[Channel, ...]:
    """Say of each channel whether to listen to it: not if it is dead, or hears what an earlier one hears."""
    channels: list[Channel] = []
    for place in range(waveform.n_channels):
        if _loudest_db(levels[place]) < _DEAD_DB:
            channels.append(Channel(place, left_out="silent"))
            continue
        twins = [c.place for c in channels if not c.left_out and _are_alike(waveform, levels, c.place, place)]
        channels.append(Channel(place, left_out=f"the same as channel {twins[0] + 1}" if twins else ""))
    return tuple(channels)


def _loudest_db(levels: Levels) -> float:
    """Return the level that a fifth of a second exceeds, so that a click does not make a channel live."""
    if len(levels) == 0:
        return SILENCE_DB
    nth = min(_DEAD_FRAMES, len(levels))
    return float(np.partition(levels, -nth)[-nth])


def _are_alike(waveform: Waveform, levels: Sequence[Levels], one: int, other: int) -> bool:
    """Tell whether two channels hear the same: one is a copy, or both are microphones in one room.

    Equal loudness alone is not enough: two lines may be equally noisy.
    """
    likeness = correlation_at_zero(waveform.samples[one], waveform.samples[other])
    if likeness >= _COPY_CORRELATION:
        return True
    if likeness < _ROOM_CORRELATION:
        return _is_late_copy(waveform, levels, one, other)
    louder = np.maximum(levels[one], levels[other])
    loud = louder > max(-50.0, float(louder.max()) - 30.0)
    close = np.abs(levels[one] - levels[other])[loud] < _ALIKE_DB
    return bool(close.mean() >= _ALIKE_SHARE)


def _is_late_copy(waveform: Waveform, levels: Sequence[Levels], one: int, other: int) -> bool:
    """Tell whether each says what the other says, as loud, a little earlier or later: at the loudest of each part."""
    louder = np.maximum(levels[one], levels[other])
    starts = np.linspace(0, len(louder), _LATE_PARTS, endpoint=False).astype(int)
    loudest = [int(start + np.argmax(part)) for start, part in zip(starts, np.split(louder, starts[1:]), strict=True)]
    loud = [place * FRAME_S for place in loudest if louder[place] > max(-50.0, float(louder.max()) - 20.0)]
    same = [
        _says_the_same(waveform, source, copy, middle_s)
        for middle_s in loud
        for source, copy in ((one, other), (other, one))
    ]
    return sum(same) >= _LATE_SHARE * len(same) > 0


def _says_the_same(waveform: Waveform, one: int, other: int, middle_s: float) -> bool:
    near_s, around_s = _LATE_PART_S / 2, _LATE_PART_S / 2 + _LEAK_DELAY_S
    part = waveform.between(one, middle_s - near_s, middle_s + near_s)
    around = waveform.between(other, middle_s - around_s, middle_s + around_s)
    if delayed_correlation(part, around) < _LATE_CORRELATION:
        return False
    powers = [float(np.max(frame_levels(heard, sample_rate_hz=waveform.sample_rate_hz))) for heard in (part, around)]
    return abs(powers[0] - powers[1]) < _ALIKE_DB


def correlation_at_zero(one: npt.NDArray[np.int16], other: npt.NDArray[np.int16]) -> float:
    """Return how alike two channels are at the same instant, 0 to 1, whatever their gain and polarity."""
    products = np.zeros(3)
    for start in range(0, len(one), 1 << 20):
        a = one[start : start + (1 << 20)].astype(np.float64)
        b = other[start : start + (1 << 20)].astype(np.float64)
        products += (a @ b, a @ a, b @ b)
    return float(abs(products[0]) / (np.sqrt(products[1] * products[2]) or 1.0))


def find_speech(
    waveform: Waveform, place: int, levels: Sequence[Levels], detector: VoiceDetector, *, others: Sequence[int]
) -> Heard:
    """Return the speech of one channel's own party; `others` are the channels that may leak into it."""
    speech: list[Stretch] = []
    leaked: list[Stretch] = []
    too_soft: list[Stretch] = []
    for stretch in _detected(waveform, place, levels[place], detector):
        if _level_db(levels[place], stretch) < MIN_SPEECH_DB:
            too_soft.append(stretch)
            continue
        leaks = [leak for other in others for leak in _leaks(waveform, levels, place, other, stretch)]
        leaked += leaks
        speech += [left for left in without(stretch, leaks) if left.duration_s >= _MIN_STRETCH_S]
    return Heard(tuple(speech), tuple(leaked), tuple(too_soft))


def _detected(waveform: Waveform, place: int, levels: Levels, detector: VoiceDetector) -> Iterator[Stretch]:
    """Yield what the detector takes for speech; a long recording is given to it in parts, cut where it is quiet."""
    first_s = 0.0
    for last_s in [*quiet_cuts(levels), waveform.duration_s]:
        for start_s, end_s in detector.find_speech(waveform.between(place, first_s, last_s)):
            yield Stretch(first_s + start_s, first_s + end_s)
        first_s = last_s


def quiet_cuts(levels: Levels) -> list[float]:
    """Return where to cut a channel into parts of half an hour at most, in the quietest half second before each end."""
    part, looked_at, quiet = (round(long_s / FRAME_S) for long_s in (_PART_S, _CUT_WITHIN_S, _QUIET_S))
    cuts: list[int] = []
    while len(levels) - (first := cuts[-1] if cuts else 0) > part:
        start = first + part - looked_at
        loudness = np.convolve(levels[start : first + part], np.ones(quiet), "valid")
        cuts.append(start + int(np.argmin(loudness)) + quiet // 2)
    return [cut * FRAME_S for cut in cuts]


def _frames(stretch: Stretch) -> slice:
    return slice(
        round(stretch.start_s / FRAME_S), max(round(stretch.start_s / FRAME_S) + 1, round(stretch.end_s / FRAME_S))
    )


def _level_db(levels: Levels, stretch: Stretch) -> float:
    """Return the level of the louder part of a stretch; speech is a third pauses."""
    within = levels[_frames(stretch)]
    return float(np.percentile(within, 80)) if len(within) else SILENCE_DB


def _leaks(waveform: Waveform, levels: Sequence[Levels], place: int, other: int, stretch: Stretch) -> list[Stretch]:
    """Return the parts of a stretch that are the other channel's speech: softer, and of its shape or by far."""
    frames = _frames(stretch)
    own = levels[place][frames]
    before = round(_LEAK_DELAY_S / FRAME_S)
    loudest = _running_maximum(levels[other][max(0, frames.start - before) : frames.stop], before + 1)[-len(own) :]
    below_db = loudest - own
    found = []
    for first, last in runs(below_db >= _LEAK_DB, max_gap=round(0.1 / FRAME_S)):
        run = Stretch((frames.start + first) * FRAME_S, (frames.start + last) * FRAME_S)
        if run.duration_s < _MIN_LEAK_S:
            continue
        if float(np.median(below_db[first:last])) >= _SURE_LEAK_DB or _follows(waveform, place, other, run):
            found.append(run)
    return found


def _follows(waveform: Waveform, place: int, other: int, stretch: Stretch) -> bool:
    own = waveform.between(place, stretch.start_s, stretch.end_s)
    source = waveform.between(other, stretch.start_s - _LEAK_DELAY_S, stretch.end_s)
    return delayed_correlation(own, source) >= _LEAK_CORRELATION


def delayed_correlation(own: Samples, source: Samples) -> float:
    """Return the largest correlation, 0 to 1, of `own` with as long a part of `source`, at any delay."""
    if len(own) == 0 or len(source) < len(own) or not np.any(own) or not np.any(source):
        return 0.0
    size = 1 << (len(source) + len(own)).bit_length()
    products = np.fft.irfft(np.fft.rfft(source, size) * np.conj(np.fft.rfft(own, size)), size)
    n_delays = len(source) - len(own) + 1
    energy = np.concatenate([[0.0], np.cumsum(source.astype(np.float64) ** 2)])
    part_energy = energy[len(own) : len(own) + n_delays] - energy[:n_delays]
    scale = np.sqrt(np.maximum(part_energy, 1e-12) * float(np.dot(own, own)))
    return float(np.max(np.abs(products[:n_delays]) / scale))


def _running_maximum(levels: Levels, width: int) -> Levels:
    padded = np.concatenate([np.full(width - 1, SILENCE_DB, np.float32), levels])
    maxima: Levels = np.lib.stride_tricks.sliding_window_view(padded, width).max(axis=1)
    return maxima


def runs(flags: npt.NDArray[np.bool_], *, max_gap: int = 0) -> list[tuple[int, int]]:
    """Return [start, end) of each run of true flags; gaps of at most `max_gap` are bridged.

    >>> runs(np.array([1, 1, 0, 1, 0, 0, 1], bool), max_gap=1)
    [(0, 4), (6, 7)]
    """
    found: list[tuple[int, int]] = []
    for place in np.flatnonzero(flags).tolist():
        if found and place - found[-1][1] <= max_gap:
            found[-1] = (found[-1][0], place + 1)
        else:
            found.append((place, place + 1))
    return found


def without(stretch: Stretch, holes: Sequence[Stretch]) -> list[Stretch]:
    """Return what is left of a stretch when holes are taken out of it, in order."""
    left = []
    start_s = stretch.start_s
    for hole in sorted(holes, key=lambda hole: hole.start_s):
        if hole.start_s > start_s:
            left.append(Stretch(start_s, min(hole.start_s, stretch.end_s)))
        start_s = max(start_s, hole.end_s)
    if start_s < stretch.end_s:
        left.append(Stretch(start_s, stretch.end_s))
    return left
