"""Silero's voice activity detector, version 6, as one ONNX call per block of frames."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from models.protocols import SAMPLE_RATE_HZ, Samples
from models.weights import weights_folder

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

FRAME_SAMPLES: Final = 512
CONTEXT_SAMPLES: Final = 64
BLOCK_FRAMES: Final = 2048
"""65 s to a call: long enough that the loop costs nothing, short enough that three hours cost no memory."""


class SileroVoiceDetector:
    """Finds speech on one channel at 16 kHz.

    Speech begins where the probability reaches `threshold` and ends where it stays below `threshold - 0.15` for
    `min_silence_s`; stretches shorter than `min_speech_s` are dropped, the others are widened by `pad_s` at most.
    """

    name = "silero-vad/6"

    def __init__(
        self,
        *,
        threshold: float = 0.5,
        min_speech_s: float = 0.25,
        min_silence_s: float = 0.1,
        pad_s: float = 0.1,
    ) -> None:
        self._threshold = threshold
        self._min_speech_s = min_speech_s
        self._min_silence_s = min_silence_s
        self._pad_s = pad_s
        self._loaded: InferenceSession | None = None

    def find_speech(self, samples: Samples) -> list[tuple[float, float]]:
        """Return (start_s, end_s) of each stretch of speech, ascending and apart; silence gives none."""
        stretches = speech_frames(
            self.speech_probability(samples), threshold=self._threshold, max_pause_frames=_n_frames(self._min_silence_s)
        )
        long_enough = [(start, end) for start, end in stretches if end - start >= _n_frames(self._min_speech_s)]
        frame_s = FRAME_SAMPLES / SAMPLE_RATE_HZ
        return padded(
            [(start * frame_s, end * frame_s) for start, end in long_enough],
            pad_s=self._pad_s,
            duration_s=len(samples) / SAMPLE_RATE_HZ,
        )

    def speech_probability(self, samples: Samples) -> npt.NDArray[np.float32]:
        """Return shape (n_frames,): the probability of speech in each 32 ms frame, the last one filled with zeros."""
        hidden = np.zeros((1, 1, 128), np.float32)
        cell = np.zeros((1, 1, 128), np.float32)
        probabilities: list[npt.NDArray[np.float32]] = []
        for frames in framed_with_context(samples):
            block, hidden, cell = self._session.run(
                ["speech_probs", "hn", "cn"], {"input": frames, "h": hidden, "c": cell}
            )
            probabilities.append(block.reshape(-1))
        return np.concatenate(probabilities) if probabilities else np.zeros(0, np.float32)

    @property
    def _session(self) -> Any:
        if self._loaded is None:
            self._loaded = _load()
        return self._loaded


def _load() -> InferenceSession:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # The state runs from frame to frame, so more threads only wait for each other.
    options.inter_op_num_threads = options.intra_op_num_threads = 1
    options.log_severity_level = 3
    path = weights_folder("silero-vad") / "silero_vad_16k_sequence.onnx"
    return onnxruntime.InferenceSession(str(path), sess_options=options, providers=["CPUExecutionProvider"])


def framed_with_context(samples: Samples) -> Iterator[npt.NDArray[np.float32]]:
    """Yield blocks of shape (n_frames, 576): each frame of 512 samples led by the last 64 of the frame before it."""
    block_samples = BLOCK_FRAMES * FRAME_SAMPLES
    context = np.zeros(CONTEXT_SAMPLES, np.float32)
    for start in range(0, len(samples), block_samples):
        block = samples[start : start + block_samples]
        frames = np.pad(block, (0, -len(block) % FRAME_SAMPLES)).reshape(-1, FRAME_SAMPLES)
        contexts = np.vstack([context, frames[:-1, -CONTEXT_SAMPLES:]])
        context = frames[-1, -CONTEXT_SAMPLES:]
        yield np.hstack([contexts, frames])


def speech_frames(probabilities: Iterable[float], *, threshold: float, max_pause_frames: int) -> list[tuple[int, int]]:
    """Return [start, end) of each stretch of speech in frames, by two thresholds, pauses shorter than the limit kept.

    >>> speech_frames([0, 0.9, 0.4, 0.1, 0.9, 0, 0, 0], threshold=0.5, max_pause_frames=2)
    [(1, 5)]
    """
    stretches: list[tuple[int, int]] = []
    start: int | None = None
    last_voiced = 0
    for frame, probability in enumerate(probabilities):
        if probability >= threshold or (start is not None and probability >= threshold - 0.15):
            start = frame if start is None else start
            last_voiced = frame
        elif start is not None and frame - last_voiced >= max_pause_frames:
            stretches.append((start, last_voiced + 1))
            start = None
    if start is not None:
        stretches.append((start, last_voiced + 1))
    return stretches


def padded(stretches: Iterable[tuple[float, float]], *, pad_s: float, duration_s: float) -> list[tuple[float, float]]:
    """Widen stretches by `pad_s` on both sides, inside the recording; neighbours that would meet share the gap."""
    widened: list[tuple[float, float]] = []
    for start_s, end_s in stretches:
        lower_s = max(0.0, start_s - pad_s)
        if widened and widened[-1][1] > lower_s:
            before_s = widened[-1][1] - pad_s
            lower_s = (before_s + start_s) / 2
            widened[-1] = (widened[-1][0], lower_s)
        widened.append((lower_s, min(duration_s, end_s + pad_s)))
    return widened


def _n_frames(duration_s: float) -> int:
    return round(duration_s * SAMPLE_RATE_HZ / FRAME_SAMPLES)
