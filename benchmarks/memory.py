"""`python -m benchmarks.memory [--hours 3]`: how much memory a long call takes, and what short ones leave behind.

Counted is the peak of the resident memory beyond that of the process with its models loaded (Linux). The recording is
the sample calls, again and again, on two channels. The engine has no weights: a real one reads groups of 32 windows,
however long the call is, and what they take would hide what the recording takes; `--engine faster-whisper` shows both.
"""

from __future__ import annotations

import argparse
import re
import tempfile
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np

from models.protocols import Transcriber
from models.scripted_transcriber import always
from models.voice_detector import SileroVoiceDetector
from pipeline.calls.decode import SAMPLE_RATE_HZ, decode
from pipeline.calls.transcribe import transcribe
from pipeline.records import Waveform

CALLS = Path(__file__).parents[1] / "corpus" / "sample" / "calls"
TWO_CHANNELS = ("harbour-kitchen-first.ogg", "harbour-kitchen-second.ogg", "clearview-opticians-decision.ogg")
SHORT_CALLS = 8


def main() -> None:
    """Print the peak of each stage of a long call, and the memory after each of some short ones."""
    asked = _arguments()
    detector = SileroVoiceDetector()
    engine = _engine(asked.engine)
    _hear(decode(CALLS / TWO_CHANNELS[0]), engine, detector, most_s=30.0)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "call.wav"
        _write_long_call(path, duration_s=asked.hours * 3600)
        before_mb = _resident_mb()
        print(f"{asked.hours:g} h, two channels, {engine.name}; {before_mb:.0f} MB with the models loaded\n")
        with _peak("decode", before_mb):
            waveform = decode(path)
        with _peak("voice activity, packing, transcribe", before_mb):
            _hear(waveform, engine, detector)
        del waveform
        print(f"{'left behind':36} {_resident_mb() - before_mb:7.0f} MB\n")
    for number in range(1, SHORT_CALLS + 1):
        _hear(decode(CALLS / TWO_CHANNELS[number % len(TWO_CHANNELS)]), engine, detector)
        print(f"{f'after short call {number}':36} {_resident_mb() - before_mb:7.0f} MB", flush=True)


def _arguments() -> Any:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=float, default=3.0)
    parser.add_argument("--engine", choices=("scripted", "faster-whisper", "whisper"), default="scripted")
    return parser.parse_args()


def _engine(name: str) -> Transcriber:
    if name == "faster-whisper":
        from models.faster_transcriber import FasterTranscriber

        return FasterTranscriber()
    if name == "whisper":
        from models.whisper_transcriber import WhisperTranscriber

        return WhisperTranscriber()
    return always("We have heard what you said.")


def _hear(
    waveform: Waveform, engine: Transcriber, detector: SileroVoiceDetector, *, most_s: float | None = None
) -> None:
    if most_s is not None:
        waveform = Waveform(waveform.samples[:, : round(most_s * SAMPLE_RATE_HZ)], SAMPLE_RATE_HZ, SAMPLE_RATE_HZ)
    transcribe(waveform, transcriber=engine, detector=detector, language="en")


def _write_long_call(path: Path, *, duration_s: float) -> None:
    n_left = round(duration_s * SAMPLE_RATE_HZ)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE_HZ)
        for name in cycle(TWO_CHANNELS):
            samples = decode(CALLS / name).samples[:, :n_left]
            file.writeframes(np.ascontiguousarray(samples.T).tobytes())
            n_left -= samples.shape[1]
            if n_left <= 0:
                return


@contextmanager
def _peak(stage: str, before_mb: float) -> Iterator[None]:
    """Print the highest resident memory while the stage runs; the kernel keeps it, so that no peak is missed."""
    Path("/proc/self/clear_refs").write_text("5")
    yield
    print(f"{stage:36} {_status_mb('VmHWM') - before_mb:7.0f} MB", flush=True)


def _resident_mb() -> float:
    return _status_mb("VmRSS")


def _status_mb(field: str) -> float:
    found = re.search(rf"{field}:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found is not None, f"the kernel tells {field}"
    return int(found[1]) / 1024


if __name__ == "__main__":
    main()
