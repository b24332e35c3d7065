"""Other engines as their own documentation runs them, each channel by itself, since a channel is a speaker."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from models.weights import weights_folder
from pipeline.calls.decode import decode


def batched_faster_whisper(model: str, *, beam_size: int, batch_size: int = 8) -> Callable[[Path], list[str]]:
    """Return faster-whisper's batched pipeline with its own voice activity detection, int8."""
    from faster_whisper import BatchedInferencePipeline

    pipeline = BatchedInferencePipeline(_faster(model))
    return lambda path: _each_channel(
        path, lambda samples: pipeline.transcribe(samples, language="en", beam_size=beam_size, batch_size=batch_size)
    )


def sequential_faster_whisper(model: str) -> Callable[[Path], list[str]]:
    """Return faster-whisper one window after another, with voice activity detection, int8, its default beam."""
    whisper = _faster(model)
    return lambda path: _each_channel(path, lambda samples: whisper.transcribe(samples, language="en", vad_filter=True))


def _faster(model: str) -> Any:
    from faster_whisper import WhisperModel

    return WhisperModel(str(weights_folder(model)), device="cpu", compute_type="int8", local_files_only=True)


def _each_channel(path: Path, transcribe: Callable[[Any], Any]) -> list[str]:
    waveform = decode(path)
    timed = []
    for channel in range(waveform.n_channels):
        segments, _ = transcribe(np.ascontiguousarray(waveform.channel(channel)))
        timed += [(segment.start, segment.text) for segment in segments]
    return [text for _, text in sorted(timed)]
