"""Other engines as their own documentation runs them, each channel by itself, since a channel is a speaker."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.whisper_cpp import ggml_file
from models.weights import weights_folder
from models.whisper_transcriber import WhisperTranscriber
from pipeline.calls.decode import decode
from pipeline.records import Samples

Hear = Callable[[Path], list[str]]
"""A recording in, the text of each of its channels out."""


def openai_whisper(model: str) -> Hear:
    """Return openai-whisper's own `transcribe()` in float32 with timed words, all else as it comes."""
    import whisper

    # The same weights, loaded as ours are: its own loader reads OpenAI's checkpoints alone.
    loaded = WhisperTranscriber(model)._model
    return _each_channel(
        lambda samples: whisper.transcribe(loaded, samples, language="en", word_timestamps=True, fp16=False)["text"]
    )


def batched_faster_whisper(model: str, *, beam_size: int, batch_size: int = 8, timed_words: bool = True) -> Hear:
    """Return faster-whisper's batched pipeline with its own voice activity detection, int8."""
    from faster_whisper import BatchedInferencePipeline

    pipeline = BatchedInferencePipeline(_faster(model))
    return _each_channel(
        lambda samples: _joined(
            pipeline.transcribe(
                samples, language="en", beam_size=beam_size, batch_size=batch_size, word_timestamps=timed_words
            )
        )
    )


def sequential_faster_whisper(model: str) -> Hear:
    """Return faster-whisper one window after another, int8, with its voice activity detection and its default beam."""
    whisper = _faster(model)
    return _each_channel(
        lambda samples: _joined(whisper.transcribe(samples, language="en", vad_filter=True, word_timestamps=True))
    )


def whisper_cpp(model: str) -> Hear:
    """Return whisper.cpp as it comes, on every core, with the same weights in float16."""
    from pywhispercpp.model import Model

    loaded = Model(
        str(ggml_file(model)),
        n_threads=os.cpu_count() or 1,
        language="en",
        print_progress=False,
        redirect_whispercpp_logs_to=None,
    )
    return _each_channel(lambda samples: " ".join(segment.text.strip() for segment in loaded.transcribe(samples)))


def _faster(model: str) -> Any:
    from faster_whisper import WhisperModel

    return WhisperModel(str(weights_folder(model)), device="cpu", compute_type="int8", local_files_only=True)


def _joined(found: tuple[Any, Any]) -> str:
    segments, _ = found
    return " ".join(segment.text.strip() for segment in segments)


def _each_channel(transcribe: Callable[[Samples], str]) -> Hear:
    def hear(path: Path) -> list[str]:
        waveform = decode(path)
        return [transcribe(waveform.channel(place)) for place in range(waveform.n_channels)]

    return hear
