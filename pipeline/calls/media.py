"""The one door to PyAV: media files opened safely, their audio read in blocks, MP3 written.

A file is opened as an object and not by its path, with a list of the containers that may be in it. FFmpeg would
otherwise follow a playlist that poses as audio to any other file of the machine.
"""

from __future__ import annotations

import codecs
import struct
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import chain, groupby
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from pipeline.errors import UnreadableFile

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.audio.stream import AudioStream
    from av.container import InputContainer

Int16Block = npt.NDArray[np.int16]
"""A stretch of audio, shape (n_channels, n_samples)."""

MAX_CHANNELS: Final = 12
MIN_RATE_HZ: Final = 4_000
_CONTAINERS: Final = "wav,w64,mp3,flac,ogg,mov,mp4,m4a,3gp,aac,matroska,webm,amr,aiff,au,caf,asf"
_OPTIONS: Final = {"format_whitelist": _CONTAINERS, "protocol_whitelist": "none"}
_MP3_BITS_PER_S: Final = 64_000
_UNKNOWN_SIZE: Final = 0xFFFF0000
"""Recorders that stream a WAV file write a size of nearly 4 GB at its head."""


@dataclass(frozen=True, slots=True)
class MediaFacts:
    """What a media file says of its audio. `duration_s` is None where the container does not tell."""

    container: str
    codec: str
    sample_rate_hz: int
    n_channels: int
    duration_s: float | None


@dataclass(slots=True)
class AudioReading:
    """The audio of an open file, to be read once; `n_damaged` counts the packets skipped so far."""

    facts: MediaFacts
    blocks: Iterator[Int16Block]
    n_damaged: int = 0


def probe(path: Path) -> MediaFacts:
    """Return what a media file says of its audio.

    Raises UnreadableFile if it is empty, not audio, without an audio stream, or beyond what is accepted.
    """
    with _opened(path) as (container, stream):
        return _facts(path, container, stream)


@contextmanager
def read_audio(path: Path, *, rate_hz: int) -> Iterator[AudioReading]:
    """Open a file's audio at `rate_hz` with its channels apart; blocks are decoded as they are asked for."""
    with _opened(path) as (container, stream):
        reading = AudioReading(_facts(path, container, stream), iter(()))
        reading.blocks = _blocks(_frames(container, stream, reading), rate_hz)
        yield reading


def load_library() -> None:
    """Load FFmpeg now, so that the memory that is taken afterwards is that of a file."""
    import av  # noqa: F401


def write_mp3(blocks: Iterable[Int16Block], target: Path, *, rate_hz: int) -> None:
    """Write one or two channels to an MP3 file that a browser can seek in."""
    import av

    with av.open(str(target), "w", format="mp3") as container:
        stream = None
        for block in blocks:
            layout = "mono" if len(block) == 1 else "stereo"
            if stream is None:
                stream = container.add_stream("libmp3lame", rate=rate_hz, layout=layout)
                stream.bit_rate = _MP3_BITS_PER_S
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(block), format="s16p", layout=layout)
            frame.sample_rate = rate_hz
            container.mux(stream.encode(frame))
        if stream is not None:
            container.mux(stream.encode(None))


@contextmanager
def _opened(path: Path) -> Iterator[tuple[InputContainer, AudioStream]]:
    import av

    _refuse_what_cannot_be_audio(path)
    # Damage is counted and reported by us; FFmpeg would write it on standard error as well.
    av.logging.set_level(av.logging.PANIC)
    with ExitStack() as stack:
        file = stack.enter_context(path.open("rb"))
        try:
            container = stack.enter_context(av.open(file, "r", options=_OPTIONS, metadata_errors="replace"))
        except MemoryError:
            raise
        except (av.FFmpegError, ValueError) as error:
            raise UnreadableFile(
                f"{path.name} cannot be read as audio ({_reason(error)}): it is damaged, cut off or something else."
            ) from error
        stream = next(iter(container.streams.audio), None)
        if stream is None:
            raise UnreadableFile(f"{path.name} holds no audio stream. Export the call with its sound.")
        _refuse_beyond_limits(path, stream)
        yield container, stream


def _refuse_what_cannot_be_audio(path: Path) -> None:
    if not path.is_file():
        raise UnreadableFile(f"{path} is not a file.")
    with path.open("rb") as file:
        head = file.read(512)
    if not head:
        raise UnreadableFile(f"{path.name} is empty (0 bytes). Copy or export it again.")
    if _is_text(head):
        raise UnreadableFile(f"{path.name} is text, not audio. Give the recording itself.")


def _is_text(head: bytes) -> bool:
    """Tell text from media: all of it readable, where a media file has control bytes within its first few."""
    try:
        # Incrementally, for the last character may be cut off.
        text = codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return all(character.isprintable() or character.isspace() for character in text)


def _refuse_beyond_limits(path: Path, stream: AudioStream) -> None:
    if stream.codec_context is None or stream.rate <= 0:
        raise UnreadableFile(f"{path.name} holds audio in a codec that cannot be decoded. Export it as WAV or MP3.")
    if stream.channels > MAX_CHANNELS:
        raise UnreadableFile(f"{path.name} has {stream.channels} channels; at most {MAX_CHANNELS} are read.")
    if stream.rate < MIN_RATE_HZ:
        raise UnreadableFile(f"{path.name} has {stream.rate} samples a second; speech needs {MIN_RATE_HZ} or more.")


def _reason(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error).rstrip(".").lower()


def _facts(path: Path, container: InputContainer, stream: AudioStream) -> MediaFacts:
    import av

    duration_s = container.duration / av.time_base if container.duration and container.duration > 0 else None
    if duration_s is not None and container.format.name == "wav":
        duration_s *= _promised_share(path)
    return MediaFacts(container.format.name, stream.codec_context.name, stream.rate, stream.channels, duration_s)


def _promised_share(path: Path) -> float:
    """Return how much longer a WAV file should be by its own header; FFmpeg takes what is there for all there was."""
    with path.open("rb") as file:
        kind, promised_bytes = struct.unpack("<4sI", file.read(8))
    is_told = kind == b"RIFF" and promised_bytes < _UNKNOWN_SIZE
    return max(1.0, (promised_bytes + 8) / path.stat().st_size) if is_told else 1.0


def _frames(container: InputContainer, stream: AudioStream, reading: AudioReading) -> Iterator[AudioFrame]:
    """Yield what can be decoded; damaged packets are counted and passed over, and a broken end is the end."""
    import av

    packets = container.demux(stream)
    while True:
        try:
            frames = next(packets).decode()
        except StopIteration:
            return
        except av.error.EOFError:
            return
        except MemoryError:
            raise
        except av.FFmpegError:
            reading.n_damaged += 1
            continue
        yield from frames


def _blocks(frames: Iterator[AudioFrame], rate_hz: int) -> Iterator[Int16Block]:
    """Yield the audio at one rate and with the channels of the first frame, whatever changes within the file."""
    import av

    first = next(frames, None)
    if first is None:
        return
    layout = None
    for _, alike in groupby(chain([first], frames), key=_form):
        # Interleaved, for PyAV reads beyond the end of its list of planes in a frame of more than eight channels.
        resampler = av.AudioResampler(format="s16", layout=layout, rate=rate_hz)
        for frame in chain(alike, [None]):
            for resampled in resampler.resample(frame):
                layout = layout or resampled.layout
                interleaved = resampled.to_ndarray().astype(np.int16, copy=False)
                yield interleaved.reshape(-1, resampled.layout.nb_channels).T


def _form(frame: AudioFrame) -> tuple[str, str, int]:
    return frame.format.name, frame.layout.name, frame.sample_rate
