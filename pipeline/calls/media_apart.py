"""Media files that somebody sent, decoded in a process of their own.

What it decodes comes back through a temporary file that has no name, so that nobody needs to clean up, whoever is
killed.
"""

from __future__ import annotations

import mmap
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from pipeline import child_process
from pipeline.calls.media import Int16Block, MediaFacts
from pipeline.child_process import Child, module_command

MAX_DURATION_S: Final = 4 * 3600.0
CHILD: Final = module_command("pipeline.calls.media_child")
_OPENING_S: Final = 60.0
_PACE: Final = 20.0
"""Decoding is hundreds of times faster than the recording plays; this leaves room for a crowded machine."""
_REMEDY: Final = "Export it again as WAV or MP3"


@dataclass(frozen=True, slots=True)
class Limits(child_process.Limits):
    """What one recording may take."""

    time_s: float = _OPENING_S
    memory_mb: int = 1024


@dataclass(frozen=True, slots=True)
class Decoded:
    """The samples of a file, read-only, with what was found on the way; `n_clipped` counts samples, by channel."""

    samples: Int16Block
    facts: MediaFacts
    n_damaged: int
    n_clipped: tuple[int, ...]


def time_allowed_s(duration_s: float | None) -> float:
    """Return how long work on a recording may take: a minute and a twentieth of its time, of 4 h if that is unknown."""
    return _OPENING_S + min(duration_s or MAX_DURATION_S, MAX_DURATION_S) / _PACE


def probe_apart(path: Path) -> MediaFacts:
    """Return what a media file says of its audio. Raises UnreadableFile as `probe` does, and beyond the limits."""
    return MediaFacts(**ask_child("probe", path, limits=Limits()))


def decode_apart(path: Path, *, rate_hz: int, max_duration_s: float, limits: Limits) -> Decoded:
    """Return the audio of a file at `rate_hz`, channels apart, each without its constant offset.

    Raises UnreadableFile, with the reason, for what cannot be decoded or goes beyond the limits.
    """
    plane_samples = int(max_duration_s * rate_hz)
    with tempfile.TemporaryFile(prefix="buyerspeak-") as file:
        asked = {"fd": file.fileno(), "rate_hz": rate_hz, "plane_samples": plane_samples}
        told = ask_child("decode", path, limits=limits, asked=asked, pass_fds=(file.fileno(),))
        # The mapping keeps the file for as long as somebody holds the samples.
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    planes = np.frombuffer(mapped, np.int16).reshape(-1, plane_samples)
    samples = planes[:, : told["n_samples"]]
    return Decoded(samples, MediaFacts(**told["facts"]), told["n_damaged"], tuple(told["n_clipped"]))


def ask_child(
    task: str,
    path: Path,
    *,
    limits: Limits,
    asked: Mapping[str, Any] | None = None,
    pass_fds: Sequence[int] = (),
    command: Sequence[str] = CHILD,
) -> Any:
    """Return what the process answers. Raises what `child_process.ask_child` raises."""
    # Only decoding is set by the operator: opening a sound file takes no time, and playback was decoded before.
    remedies = {
        unit: f"{_REMEDY}, or raise BUYERSPEAK_DECODE_LIMIT_{unit} and ingest with --retry-failed."
        if task == "decode"
        else f"{_REMEDY}."
        for unit in ("S", "MB")
    }
    child = Child(tuple(command), "decoder", remedies)
    return child_process.ask_child(child, task, path, limits=limits, asked=asked, pass_fds=pass_fds)
