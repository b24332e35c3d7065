"""Media files that somebody sent, opened in a process of their own: it may hang, swell or die, and the work goes on.

A process per file: it starts in a fifth of a second, and nothing of one file can reach the next. What it decodes comes
back through a temporary file that has no name, so that nobody needs to clean up, whoever is killed.
"""

from __future__ import annotations

import json
import mmap
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from pipeline.calls.media import Int16Block, MediaFacts
from pipeline.errors import StageFailed, UnreadableFile

MAX_DURATION_S: Final = 4 * 3600.0
CHILD: Final = (sys.executable, "-P", "-m", "pipeline.calls.media_child")
_ROOT: Final = Path(__file__).parents[2]
_OPENING_S: Final = 60.0
_PACE: Final = 20.0
"""Decoding is hundreds of times faster than the recording plays; this leaves room for a crowded machine."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may take: time by the clock, and memory beyond that of the empty process (on Linux)."""

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
    """Return what the process answers; it is killed at its time limit, and with an interrupted parent."""
    request = {"task": task, "path": str(path), "limits": [limits.time_s, limits.memory_mb], "asked": asked or {}}
    try:
        done = subprocess.run(
            command,
            input=json.dumps(request).encode(),
            capture_output=True,
            timeout=limits.time_s,
            pass_fds=pass_fds,
            env=_environment(),
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _beyond(task, f"{path.name} was given up after {limits.time_s:g} s, the limit.", "S") from error
    return _answer(task, path, limits, done)


def _answer(task: str, path: Path, limits: Limits, done: subprocess.CompletedProcess[bytes]) -> Any:
    if done.returncode < 0:
        # A library that is refused memory may also die of it, before it can say so.
        reason = (
            f"{path.name} ended the decoder ({_signal_name(-done.returncode)}): it is damaged, or it takes more than "
            f"{limits.memory_mb} MB of memory, the limit."
        )
        raise _beyond(task, reason, "MB")
    if done.returncode > 0:
        said = done.stderr.decode(errors="replace").strip().splitlines() or [f"exit status {done.returncode}"]
        raise StageFailed(
            f"The decoder failed on {path.name}: {said[-1]}. Samples are kept in {tempfile.gettempdir()}."
        )
    answer = json.loads(done.stdout)
    if "refused" in answer:
        raise UnreadableFile(answer["refused"])
    if "no_memory" in answer:
        raise _beyond(task, f"{path.name} takes more than {limits.memory_mb} MB of memory, the limit.", "MB")
    return answer["done"]


def _beyond(task: str, reason: str, unit: str) -> UnreadableFile:
    # Only decoding is set by the operator: opening a sound file takes no time, and playback was decoded before.
    step = f", or raise BUYERSPEAK_DECODE_LIMIT_{unit} and ingest with --retry-failed" if task == "decode" else ""
    return UnreadableFile(f"{reason} Export it again as WAV or MP3{step}.")


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _environment() -> dict[str, str]:
    """Return the environment of the child: it finds our packages wherever it is started, and takes one core."""
    paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
