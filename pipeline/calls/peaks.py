"""How loud a recording is as it goes, for a drawing: a few hundred peaks a channel."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from pipeline.calls.media import Int16Block, read_audio
from pipeline.calls.media_apart import Limits, ask_child, probe_apart, time_allowed_s

MAX_PEAKS: Final = 600
_RATE_HZ: Final = 8_000
_BIN_SAMPLES: Final = 400
_LOUDEST: Final = 100


@dataclass(frozen=True, slots=True)
class Peaks:
    """The peaks of each channel, 0 to 100 of the loudest of all, each of an equal part of `duration_s`."""

    duration_s: float
    channels: tuple[tuple[int, ...], ...]


def read_peaks(path: Path) -> Peaks:
    """Return the peaks of a recording. Raises UnreadableFile for what is not audio."""
    limits = Limits(time_allowed_s(probe_apart(path).duration_s))
    return peaks_from(ask_child("peaks", path, limits=limits))


def peaks_from(told: Any) -> Peaks:
    """Return peaks from what JSON holds of them."""
    return Peaks(float(told["duration_s"]), tuple(tuple(channel) for channel in told["channels"]))


def find_peaks(path: Path) -> dict[str, Any]:
    """Find the peaks in this process; `read_peaks` has it done in another."""
    with read_audio(path, rate_hz=_RATE_HZ) as reading:
        bins, n_samples = _binned(reading.blocks)
    shown = _fewer(bins)
    loudest = max(1, int(shown.max(initial=0)))
    channels = (shown.astype(np.int64) * _LOUDEST // loudest).tolist()
    return {"duration_s": n_samples / _RATE_HZ, "channels": channels}


def _binned(blocks: Iterable[Int16Block]) -> tuple[npt.NDArray[np.int32], int]:
    """Return the peak of every 50 ms, shape (n_channels, n_bins), and how many samples there were."""
    found: list[npt.NDArray[np.int32]] = []
    rest: npt.NDArray[np.int32] | None = None
    n_samples = 0
    for block in blocks:
        n_samples += block.shape[1]
        loud = np.abs(block.astype(np.int32))
        rest = loud if rest is None else np.concatenate([rest, loud], axis=1)
        n_whole = rest.shape[1] // _BIN_SAMPLES
        whole, rest = rest[:, : n_whole * _BIN_SAMPLES], rest[:, n_whole * _BIN_SAMPLES :]
        if n_whole:
            found.append(whole.reshape(len(whole), n_whole, _BIN_SAMPLES).max(axis=2))
    if rest is not None and rest.shape[1]:
        found.append(rest.max(axis=1, keepdims=True))
    return (np.concatenate(found, axis=1) if found else np.zeros((1, 0), np.int32)), n_samples


def _fewer(bins: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    n = bins.shape[1]
    if n <= MAX_PEAKS:
        return bins
    starts = np.arange(MAX_PEAKS) * n // MAX_PEAKS
    fewer: npt.NDArray[np.int32] = np.maximum.reduceat(bins, starts, axis=1)
    return fewer
