"""What runs in a process of its own (`media_apart` starts it): one request on standard input, one answer on output."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np
import numpy.typing as npt

from pipeline.calls.clips import write_clip
from pipeline.calls.media import Int16Block, load_library, probe, read_audio
from pipeline.calls.peaks import find_peaks
from pipeline.calls.playback import write_playback
from pipeline.child_process import serve
from pipeline.errors import UnreadableFile

_CLIPPED: Final = 32_700
_WRITTEN_SAMPLES: Final = 1 << 16
"""Samples of a channel that are written, and read again, at once."""


def _probe(path: Path) -> dict[str, Any]:
    return asdict(probe(path))


def _render(path: Path, *, target: str) -> None:
    write_playback(path, Path(target))


def _clip(path: Path, *, target: str, start_s: float, end_s: float) -> int:
    return write_clip(path, Path(target), start_s, end_s)


def _decode(path: Path, *, fd: int, rate_hz: int, plane_samples: int) -> dict[str, Any]:
    """Write the channels of a recording one after another, each in its own `plane_samples` of the file."""
    with read_audio(path, rate_hz=rate_hz) as reading, os.fdopen(fd, "r+b") as file:
        planes = _Planes(file, plane_samples)
        for block in _gathered(reading.blocks):
            if planes.n_samples + block.shape[1] > plane_samples:
                hours = plane_samples / rate_hz / 3600
                raise UnreadableFile(
                    f"{path.name} lasts longer than {hours:.3g} h, the limit. Cut it into several calls."
                )
            planes.append(block)
        if not planes.n_samples:
            raise UnreadableFile(
                f"{path.name} holds no sound that can be decoded: it is damaged or cut off after its header."
            )
        planes.finish()
    return {
        "facts": asdict(reading.facts),
        "n_samples": planes.n_samples,
        "n_damaged": reading.n_damaged,
        "n_clipped": planes.n_clipped.tolist(),
    }


def _gathered(blocks: Iterable[Int16Block]) -> Iterable[Int16Block]:
    """Yield blocks joined to some seconds, so that a channel is not written in a hundred thousand pieces."""
    waiting: list[Int16Block] = []
    n_waiting = 0
    for block in blocks:
        waiting.append(block)
        n_waiting += block.shape[1]
        if n_waiting >= _WRITTEN_SAMPLES:
            yield np.concatenate(waiting, axis=1)
            waiting, n_waiting = [], 0
    if n_waiting:
        yield np.concatenate(waiting, axis=1)


class _Planes:
    """The file that the samples go to; memory does not grow with the recording."""

    def __init__(self, file: BinaryIO, plane_samples: int) -> None:
        self.n_samples = 0
        self.n_clipped: npt.NDArray[np.int64] = np.zeros(0, np.int64)
        self._sums: npt.NDArray[np.int64] = np.zeros(0, np.int64)
        self._file = file
        self._plane_bytes = 2 * plane_samples

    def append(self, block: Int16Block) -> None:
        if not self.n_samples:
            self._sums, self.n_clipped = np.zeros(len(block), np.int64), np.zeros(len(block), np.int64)
        self._sums += block.sum(axis=1, dtype=np.int64)
        self.n_clipped += np.count_nonzero((block >= _CLIPPED) | (block <= -_CLIPPED), axis=1)
        for place, channel in enumerate(block):
            # Digital silence stays a hole in the file: hours of it cost no room.
            if channel.any():
                self._file.seek(place * self._plane_bytes + 2 * self.n_samples)
                self._file.write(channel.tobytes())
        self.n_samples += block.shape[1]

    def finish(self) -> None:
        """Give the file its whole length, and take the constant offset out of every channel."""
        self._file.truncate(len(self._sums) * self._plane_bytes)
        for place, total in enumerate(self._sums.tolist()):
            offset = round(total / self.n_samples)
            for first in range(0, self.n_samples, _WRITTEN_SAMPLES) if offset else ():
                self._shift(
                    place * self._plane_bytes + 2 * first, min(_WRITTEN_SAMPLES, self.n_samples - first), offset
                )

    def _shift(self, at_byte: int, n_samples: int, offset: int) -> None:
        self._file.seek(at_byte)
        part = np.frombuffer(self._file.read(2 * n_samples), np.int16).astype(np.int32)
        self._file.seek(at_byte)
        self._file.write(np.clip(part - offset, -32768, 32767).astype(np.int16).tobytes())


TASKS: Final[Mapping[str, Callable[..., Any]]] = {
    "probe": _probe,
    "decode": _decode,
    "render": _render,
    "peaks": find_peaks,
    "clip": _clip,
}

if __name__ == "__main__":
    serve(TASKS, prepare=load_library)
