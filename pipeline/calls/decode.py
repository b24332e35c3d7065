"""A media file in, a waveform at 16 kHz out, every channel kept apart."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from pipeline.calls.media import Int16Block, MediaFacts, read_audio
from pipeline.errors import UnreadableFile
from pipeline.records import Waveform

SAMPLE_RATE_HZ: Final = 16_000
MAX_DURATION_S: Final = 4 * 3600.0
_CLIPPED: Final = 32_700
_MAX_CLIPPED_SHARE: Final = 0.001
_SLICE_SAMPLES: Final = 1 << 20
"""Long channels are worked on in slices, so that no second copy of the recording is made."""


def decode(path: Path, *, max_duration_s: float = MAX_DURATION_S) -> Waveform:
    """Return the recording at 16 kHz, without offset, with notes on what is wrong with it.

    A damaged or truncated file gives what is there. Raises UnreadableFile, with file and reason, if nothing is, or if
    the recording is longer than `max_duration_s`: that is counted in decoded samples, whatever the header says.
    """
    with read_audio(path, rate_hz=SAMPLE_RATE_HZ) as reading:
        channels = _collected(reading.blocks, path, max_duration_s=max_duration_s)
        facts, n_damaged = reading.facts, reading.n_damaged
    if not channels or not channels[0]:
        raise UnreadableFile(
            f"{path.name} holds no sound that can be decoded: it is damaged or cut off after its header."
        )
    samples = _stacked(channels)
    clipped = _clipping_notes(samples)
    _remove_offset(samples)
    notes = (*_damage_notes(facts, n_damaged, samples.shape[1] / SAMPLE_RATE_HZ), *clipped)
    return Waveform(samples, SAMPLE_RATE_HZ, facts.sample_rate_hz, notes)


def _collected(blocks: Iterable[Int16Block], path: Path, *, max_duration_s: float) -> list[bytearray]:
    channels: list[bytearray] = []
    for block in blocks:
        channels = channels or [bytearray() for _ in block]
        for channel, part in zip(channels, block, strict=True):
            channel.extend(part.tobytes())
        if len(channels[0]) > 2 * max_duration_s * SAMPLE_RATE_HZ:
            raise UnreadableFile(
                f"{path.name} lasts longer than {max_duration_s / 3600:.3g} h, the limit. Cut it into several calls."
            )
    return channels


def _stacked(channels: list[bytearray]) -> Int16Block:
    """Move the channels into one array, giving each back as soon as it is copied."""
    samples = np.empty((len(channels), len(channels[0]) // 2), np.int16)
    for place in range(len(channels)):
        samples[place] = np.frombuffer(channels[place], np.int16)
        channels[place] = bytearray()
    return samples


def _remove_offset(samples: Int16Block) -> None:
    for channel in samples:
        offset = round(float(channel.mean(dtype=np.float64)))
        for part in _slices(channel) if offset else ():
            part[:] = np.clip(part.astype(np.int32) - offset, -32768, 32767)


def _clipping_notes(samples: Int16Block) -> list[str]:
    notes = []
    for place, channel in enumerate(samples):
        n_clipped = sum(int(np.count_nonzero((part >= _CLIPPED) | (part <= -_CLIPPED))) for part in _slices(channel))
        if n_clipped > _MAX_CLIPPED_SHARE * len(channel):
            notes.append(f"channel {place + 1} is clipped in {100 * n_clipped / len(channel):.1f}% of its samples")
    return notes


def _slices(channel: npt.NDArray[np.int16]) -> list[npt.NDArray[np.int16]]:
    return [channel[start : start + _SLICE_SAMPLES] for start in range(0, len(channel), _SLICE_SAMPLES)]


def _damage_notes(facts: MediaFacts, n_damaged: int, decoded_s: float) -> list[str]:
    notes = [f"damaged packets skipped: {n_damaged}"] if n_damaged else []
    if facts.duration_s is not None and decoded_s < 0.95 * facts.duration_s - 1.0:
        notes.append(f"ends after {decoded_s:.1f} s of the {facts.duration_s:.1f} s that its header promises")
    return notes
