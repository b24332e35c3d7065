"""A media file in, a waveform at 16 kHz out, every channel kept apart."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pipeline.calls.media_apart import MAX_DURATION_S, Decoded, Limits, decode_apart, time_allowed_s
from pipeline.records import Waveform

SAMPLE_RATE_HZ: Final = 16_000
_MAX_CLIPPED_SHARE: Final = 0.001


def decode(path: Path, *, max_duration_s: float = MAX_DURATION_S, limits: Limits | None = None) -> Waveform:
    """Return the recording at 16 kHz, without offset, with notes on what is wrong with it.

    A damaged or truncated file gives what is there. Raises UnreadableFile, with file and reason, if nothing is, if the
    work goes beyond `limits` (by default the time for the longest recording that is taken), or if the recording is
    longer than `max_duration_s`: that is counted in decoded samples, whatever the header says.
    """
    limits = limits or Limits(time_allowed_s(max_duration_s))
    decoded = decode_apart(path, rate_hz=SAMPLE_RATE_HZ, max_duration_s=max_duration_s, limits=limits)
    notes = (*_damage_notes(decoded), *_clipping_notes(decoded))
    return Waveform(decoded.samples, SAMPLE_RATE_HZ, decoded.facts.sample_rate_hz, notes)


def _damage_notes(decoded: Decoded) -> list[str]:
    notes = [f"damaged packets skipped: {decoded.n_damaged}"] if decoded.n_damaged else []
    promised_s, decoded_s = decoded.facts.duration_s, decoded.samples.shape[1] / SAMPLE_RATE_HZ
    if promised_s is not None and decoded_s < 0.95 * promised_s - 1.0:
        notes.append(f"ends after {decoded_s:.1f} s of the {promised_s:.1f} s that its header promises")
    return notes


def _clipping_notes(decoded: Decoded) -> list[str]:
    n_samples = decoded.samples.shape[1]
    return [
        f"channel {place + 1} is clipped in {100 * n_clipped / n_samples:.1f}% of its samples"
        for place, n_clipped in enumerate(decoded.n_clipped)
        if n_clipped > _MAX_CLIPPED_SHARE * n_samples
    ]
