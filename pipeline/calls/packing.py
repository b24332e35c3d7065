"""Speech packed into windows for the engine, and the way back from a window's time to the recording's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from pipeline.records import Samples, Waveform

MAX_WINDOW_S: Final = 28.0
GAP_S: Final = 0.3
"""Silence set between two pieces: with less the engine glues their words, with more it invents some."""
_MAX_KEPT_PAUSE_S: Final = 0.5
_SMOOTHED_FRAMES: Final = 9
_SLACK_S: Final = 0.2
_MIN_PIECE_S: Final = 0.2


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the recording, `start_s` to `end_s`, that stands at `offset_s` in its window."""

    offset_s: float
    start_s: float
    end_s: float

    @property
    def window_end_s(self) -> float:
        """Where the piece ends in its window."""
        return self.offset_s + self.end_s - self.start_s


@dataclass(frozen=True, slots=True)
class PackedWindow:
    """At most 28 s for the engine: pieces of one channel in time order, silence between them."""

    channel: int
    pieces: tuple[Piece, ...]

    @property
    def duration_s(self) -> float:
        """How long the window is, silence included."""
        return self.pieces[-1].window_end_s

    @property
    def speech_s(self) -> float:
        """How long the pieces are together."""
        return sum(piece.end_s - piece.start_s for piece in self.pieces)

    def samples(self, waveform: Waveform) -> Samples:
        """Return the audio of the window, shape (n_samples,)."""
        rate_hz = waveform.sample_rate_hz
        audio = np.zeros(round(self.duration_s * rate_hz), np.float32)
        for piece in self.pieces:
            first = round(piece.offset_s * rate_hz)
            part = waveform.between(self.channel, piece.start_s, piece.end_s)[: len(audio) - first]
            audio[first : first + len(part)] = part
        return audio

    def apart(self) -> list[PackedWindow]:
        """Return a window for each piece."""
        return [PackedWindow(self.channel, (replace(piece, offset_s=0.0),)) for piece in self.pieces]

    def cut_at(self, offsets_s: Sequence[float]) -> list[PackedWindow]:
        """Return the window cut at these times of it, ascending; what is left between two is a window of its own."""
        parts = []
        for from_s, to_s in pairwise([0.0, *offsets_s, self.duration_s]):
            inside = [
                replace(
                    piece,
                    offset_s=max(piece.offset_s, from_s),
                    start_s=piece.start_s + max(0.0, from_s - piece.offset_s),
                    end_s=piece.end_s - max(0.0, piece.window_end_s - to_s),
                )
                for piece in self.pieces
                if min(piece.window_end_s, to_s) - max(piece.offset_s, from_s) >= _MIN_PIECE_S
            ]
            if inside:
                first_s = inside[0].offset_s
                moved = tuple(replace(piece, offset_s=piece.offset_s - first_s) for piece in inside)
                parts.append(PackedWindow(self.channel, moved))
        return parts

    def place(self, start_s: float, end_s: float) -> tuple[int, float, float] | None:
        """Return the piece that a word of the window lies in, and its times in the recording, cut to the piece.

        None for a word that lies in no piece: nobody spoke there.
        """
        overlaps = [min(end_s, p.window_end_s) - max(start_s, p.offset_s) for p in self.pieces]
        best = int(np.argmax(overlaps))
        if overlaps[best] < -_SLACK_S:
            return None
        piece = self.pieces[best]
        shift_s = piece.start_s - piece.offset_s
        word_start_s = min(max(start_s + shift_s, piece.start_s), piece.end_s)
        return best, word_start_s, min(max(end_s + shift_s, word_start_s), piece.end_s)


def pack(
    channel: int,
    speech: Sequence[tuple[float, float]],
    levels: npt.NDArray[np.float32],
    *,
    frame_s: float,
    max_window_s: float = MAX_WINDOW_S,
) -> list[PackedWindow]:
    """Return windows that hold all the speech of a channel, in time order, cut at pauses.

    `levels` is the loudness of each frame of `frame_s`; a stretch longer than a window is cut at its longest pause,
    or where it is quietest.
    """
    pauses = [(before[1], after[0]) for before, after in pairwise(speech)]
    stretches = [
        part
        for stretch in _joined(speech)
        for part in _cut(*stretch, levels, pauses, frame_s=frame_s, max_s=max_window_s)
    ]
    windows: list[list[Piece]] = []
    for start_s, end_s in stretches:
        offset_s = windows[-1][-1].window_end_s + GAP_S if windows else max_window_s
        if offset_s + end_s - start_s > max_window_s:
            windows.append([])
            offset_s = 0.0
        windows[-1].append(Piece(offset_s, start_s, end_s))
    return [PackedWindow(channel, tuple(pieces)) for pieces in windows]


def _joined(speech: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """Join stretches across short pauses: the real pause is better than one of ours."""
    joined: list[tuple[float, float]] = []
    for start_s, end_s in speech:
        if joined and start_s - joined[-1][1] <= _MAX_KEPT_PAUSE_S:
            joined[-1] = (joined[-1][0], end_s)
        else:
            joined.append((start_s, end_s))
    return joined


def _cut(
    start_s: float,
    end_s: float,
    levels: npt.NDArray[np.float32],
    pauses: Sequence[tuple[float, float]],
    *,
    frame_s: float,
    max_s: float,
) -> list[tuple[float, float]]:
    parts = []
    while end_s - start_s > max_s:
        from_s, to_s = start_s + max_s / 2, start_s + max_s
        middle_s = _longest_pause(pauses, from_s, to_s) or _quietest(levels, from_s, to_s, frame_s=frame_s)
        parts.append((start_s, middle_s))
        start_s = middle_s
    return [*parts, (start_s, end_s)]


def _longest_pause(pauses: Sequence[tuple[float, float]], from_s: float, to_s: float) -> float | None:
    """Return the middle of the longest pause between these times: the quietest place may be inside a word."""
    within = [
        (end_s - start_s, (start_s + end_s) / 2) for start_s, end_s in pauses if from_s < start_s and end_s < to_s
    ]
    return max(within)[1] if within else None


def _quietest(levels: npt.NDArray[np.float32], from_s: float, to_s: float, *, frame_s: float) -> float:
    first = round(from_s / frame_s)
    within = levels[first : round(to_s / frame_s)]
    smoothed = np.convolve(within, np.ones(_SMOOTHED_FRAMES) / _SMOOTHED_FRAMES, mode="valid")
    return (first + int(np.argmin(smoothed)) + _SMOOTHED_FRAMES // 2) * frame_s
