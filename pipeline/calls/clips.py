"""A stretch of a recording cut out of it as a WAV file."""

from __future__ import annotations

import tempfile
import wave
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import numpy as np

from pipeline.calls.media import Int16Block, read_audio
from pipeline.calls.media_apart import Limits, ask_child, probe_apart, time_allowed_s
from pipeline.calls.playback import two_at_most
from pipeline.errors import BadInput

MAX_CLIP_S: Final = 300.0
_RATE_HZ: Final = 16_000


def cut_clip(path: Path, start_s: float, end_s: float) -> bytes:
    """Return the stretch as WAV, 16 bits at 16 kHz, one or two channels, cut to the recording.

    Raises BadInput for a stretch that is none, lies behind the recording's end or is longer than `MAX_CLIP_S`, and
    UnreadableFile for what is not audio.
    """
    if not 0 <= start_s < end_s or end_s - start_s > MAX_CLIP_S:
        raise BadInput(f"A clip lasts up to {MAX_CLIP_S:g} s; {start_s:g} to {end_s:g} s cannot be cut.")
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "clip.wav"
        asked = {"target": str(target), "start_s": start_s, "end_s": end_s}
        n_samples = ask_child("clip", path, limits=Limits(time_allowed_s(probe_apart(path).duration_s)), asked=asked)
        if not n_samples:
            raise BadInput(f"The recording ends before {start_s:g} s.")
        return target.read_bytes()


def write_clip(path: Path, target: Path, start_s: float, end_s: float) -> int:
    """Cut in this process and return how many samples there are; `cut_clip` has it done in another."""
    first, last = round(start_s * _RATE_HZ), round(end_s * _RATE_HZ)
    with read_audio(path, rate_hz=_RATE_HZ) as reading:
        parts = list(_within(two_at_most(reading.blocks), first, last))
    if not parts:
        return 0
    samples = np.concatenate(parts, axis=1)
    with wave.open(str(target), "wb") as file:
        file.setnchannels(len(samples))
        file.setsampwidth(2)
        file.setframerate(_RATE_HZ)
        file.writeframes(np.ascontiguousarray(samples.T).astype("<i2").tobytes())
    return int(samples.shape[1])


def _within(blocks: Iterable[Int16Block], first: int, last: int) -> Iterator[Int16Block]:
    at = 0
    for block in blocks:
        part = block[:, max(0, first - at) : max(0, last - at)]
        if part.shape[1]:
            yield part
        at += block.shape[1]
        if at >= last:
            return
