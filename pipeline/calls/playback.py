"""What a browser can play as it is, and an MP3 of what it cannot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final
from uuid import uuid4

import numpy as np

from pipeline.calls.media import Int16Block, read_audio, write_mp3
from pipeline.calls.media_apart import Limits, ask_child, probe_apart, time_allowed_s

_PLAYBACK_RATE_HZ: Final = 16_000
_PLAYABLE_CODECS: Final = {
    "wav": {"pcm_s16le", "pcm_u8"},
    "mp3": {"mp3", "mp3float"},
    "flac": {"flac"},
    "ogg": {"opus", "vorbis", "flac"},
    "matroska,webm": {"opus", "vorbis"},
    "mov,mp4,m4a,3gp,3g2,mj2": {"aac", "mp3", "mp3float"},
}
"""Container and codecs that Chrome, Firefox and Safari play in an audio element."""


def playable(path: Path) -> bool:
    """Tell whether a browser plays the file as it is. Raises UnreadableFile for what is not audio."""
    facts = probe_apart(path)
    if facts.container == "matroska,webm" and not _is_webm(path):
        return False
    return facts.codec in _PLAYABLE_CODECS.get(facts.container, set())


def render_playback(path: Path, target: Path) -> None:
    """Write the recording to `target` as one seekable MP3, whole or not at all.

    Two channels stay left and right; of more, the mean of the odd ones goes left and that of the even ones right.
    """
    temporary = target.with_name(f".{target.name}.{uuid4().hex}")
    try:
        limits = Limits(time_allowed_s(probe_apart(path).duration_s))
        ask_child("render", path, limits=limits, asked={"target": str(temporary)})
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def write_playback(path: Path, target: Path) -> None:
    """Write the MP3 in this process; `render_playback` has it done in another."""
    with read_audio(path, rate_hz=_PLAYBACK_RATE_HZ) as reading:
        write_mp3(two_at_most(reading.blocks), target, rate_hz=_PLAYBACK_RATE_HZ)


def two_at_most(blocks: Iterable[Int16Block]) -> Iterator[Int16Block]:
    """Yield one or two channels; of more, the mean of the odd ones and that of the even ones."""
    for block in blocks:
        if len(block) <= 2:
            yield block
        else:
            yield np.stack([block[0::2].mean(axis=0), block[1::2].mean(axis=0)]).astype(np.int16)


def _is_webm(path: Path) -> bool:
    """Matroska and WebM share a demuxer; the document type stands in the first bytes."""
    with path.open("rb") as file:
        return b"webm" in file.read(64)
