"""Writes samples as the audio files that telephone systems and meeting rooms leave behind."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import av
import numpy as np
import numpy.typing as npt

from corpus.speech import MIX_RATE_HZ


@dataclass(frozen=True, slots=True)
class Codec:
    """A PyAV encoder, the sample format it takes, and its bit rate for each channel (None: fixed by the codec)."""

    name: str
    sample_format: str
    bit_rate: int | None = None


CODECS: Final = {
    ".ogg": Codec("libopus", "s16", 16_000),
    ".mp3": Codec("libmp3lame", "s16p", 28_000),
    ".m4a": Codec("aac", "fltp", 24_000),
    ".wav": Codec("pcm_mulaw", "s16"),
    ".flac": Codec("flac", "s16"),
}


def write_audio(samples: npt.NDArray[np.float32], path: Path, *, rate_hz: int) -> None:
    """Write samples, shape (n_channels, n_samples) at 16 kHz, in the format that the suffix of `path` names.

    Bit-exact flags keep dates, random serials and version numbers out of the file.
    """
    codec = CODECS[path.suffix]
    layout = "mono" if len(samples) == 1 else "stereo"
    with av.open(str(path), "w", options={"fflags": "+bitexact"}) as container:
        stream = container.add_stream(codec.name, rate=rate_hz, layout=layout, options={"flags": "+bitexact"})
        assert isinstance(stream, av.AudioStream)
        stream.codec_context.thread_count = 1
        if codec.bit_rate:
            stream.bit_rate = codec.bit_rate * len(samples)
        resampler = av.AudioResampler(format=codec.sample_format, layout=layout, rate=rate_hz)
        for frame in [*resampler.resample(_frame(samples, layout)), *resampler.resample(None)]:
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def _frame(samples: npt.NDArray[np.float32], layout: str) -> av.AudioFrame:
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples), format="fltp", layout=layout)
    frame.sample_rate = MIX_RATE_HZ
    return frame
