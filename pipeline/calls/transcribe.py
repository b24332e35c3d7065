"""A waveform in, timed segments out: who is silent is not heard, and what nobody said is not kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from models.protocols import Transcriber, VoiceDetector, WindowText
from pipeline.calls.gates import Fault, fault
from pipeline.calls.listening import FRAME_S, Channel, find_channels, find_speech, frame_levels
from pipeline.calls.packing import PackedWindow, pack
from pipeline.calls.segments import cut_segments
from pipeline.records import DroppedSpeech, Segment, Waveform

WINDOWS_AT_ONCE: Final = 32
"""Windows are rendered in groups of this many, so that a long call costs no more memory than a short one."""
_LANGUAGE_WINDOWS: Final = 3


class Attempt(NamedTuple):
    """How a window is decoded; `beam_size` is the number of samples to choose from where the temperature is not 0."""

    temperature: float
    beam_size: int


GREEDY: Final = Attempt(0.0, 1)
BEAM: Final = Attempt(0.0, 5)
SAMPLED: Final = (Attempt(0.2, 5), Attempt(0.4, 5), Attempt(0.8, 5))


@dataclass(frozen=True, slots=True)
class Transcription:
    """What was said, ordered by start, and what was refused with its reason."""

    segments: tuple[Segment, ...]
    dropped: tuple[DroppedSpeech, ...]
    language: str | None
    """None where nobody spoke."""
    channels: tuple[Channel, ...]
    speech_s: float


class _Read(NamedTuple):
    window: PackedWindow
    heard: WindowText
    fault: Fault | None

    @property
    def is_to_retry(self) -> bool:
        """Whether decoding it otherwise may help; silence stays silent."""
        return self.fault not in (None, "silence")


def transcribe(
    waveform: Waveform,
    *,
    transcriber: Transcriber,
    detector: VoiceDetector,
    language: str | None = None,
    vocabulary: str = "",
) -> Transcription:
    """Return the segments of every channel that carries speech of its own.

    `language` None detects one language for the whole call. A window that fails a gate is decoded again by itself; if
    it fails to the end it is kept with the mark "low_confidence", or dropped with its reason if it is hopeless.
    """
    levels = [
        frame_levels(waveform.channel(c), sample_rate_hz=waveform.sample_rate_hz) for c in range(waveform.n_channels)
    ]
    channels = find_channels(waveform, levels)
    live = [channel.place for channel in channels if not channel.left_out]
    windows: list[PackedWindow] = []
    dropped: list[DroppedSpeech] = []
    for place in live:
        heard = find_speech(waveform, place, levels, detector, others=[other for other in live if other != place])
        windows += pack(place, [(s.start_s, s.end_s) for s in heard.speech], levels[place], frame_s=FRAME_S)
        dropped += [DroppedSpeech(place, s.start_s, s.end_s, reason="leak of another channel") for s in heard.leaked]
    if not windows:
        return Transcription((), tuple(dropped), language, channels, speech_s=0.0)
    engine = _Engine(transcriber, waveform, language or _language(windows, waveform, transcriber), vocabulary)
    segments: list[Segment] = []
    for window, heard_text, its_fault in engine.read(windows):
        found = cut_segments(window, heard_text, its_fault)
        segments += found.kept
        dropped += found.dropped
    return Transcription(
        segments=tuple(sorted(segments, key=lambda segment: (segment.start_s, segment.channel))),
        dropped=tuple(sorted(dropped, key=lambda speech: (speech.start_s, speech.channel))),
        language=engine.language,
        channels=channels,
        speech_s=sum(window.speech_s for window in windows),
    )


def _language(windows: Sequence[PackedWindow], waveform: Waveform, transcriber: Transcriber) -> str:
    """Return the language that the longest windows vote for, each with its probability."""
    votes: dict[str, float] = {}
    for window in sorted(windows, key=lambda window: -window.speech_s)[:_LANGUAGE_WINDOWS]:
        language, probability = transcriber.detect_language(window.samples(waveform))
        votes[language] = votes.get(language, 0.0) + probability
    return max(votes, key=votes.__getitem__)


@dataclass(frozen=True, slots=True)
class _Engine:
    """The transcriber with all that stays the same through one call."""

    transcriber: Transcriber
    waveform: Waveform
    language: str
    vocabulary: str

    def read(self, windows: Sequence[PackedWindow]) -> Iterator[_Read]:
        """Yield every window with its best text; windows of like length are decoded together, for they end together."""
        by_length = sorted(windows, key=lambda window: -window.speech_s)
        for start in range(0, len(by_length), WINDOWS_AT_ONCE):
            read = self._read(by_length[start : start + WINDOWS_AT_ONCE], GREEDY)
            read = self._taken_apart(self._retried(read, BEAM))
            for attempt in SAMPLED:
                read = self._retried(read, attempt)
            yield from read

    def _retried(self, read: Sequence[_Read], attempt: Attempt) -> list[_Read]:
        again = iter(self._read([one.window for one in read if one.is_to_retry], attempt))
        return [_better(one, next(again)) if one.is_to_retry else one for one in read]

    def _taken_apart(self, read: Sequence[_Read]) -> list[_Read]:
        """Decode a failing window piece by piece: who repeats himself is no loop, and a loop stays in its piece."""
        failing = [one for one in read if one.is_to_retry and len(one.window.pieces) > 1]
        pieces = [piece for one in failing for piece in one.window.apart()]
        return [one for one in read if one not in failing] + self._read(pieces, BEAM)

    def _read(self, windows: Sequence[PackedWindow], attempt: Attempt) -> list[_Read]:
        if not windows:
            return []
        texts = self.transcriber.transcribe(
            [window.samples(self.waveform) for window in windows],
            language=self.language,
            vocabulary=self.vocabulary,
            temperature=attempt.temperature,
            beam_size=attempt.beam_size,
        )
        return [
            _Read(window, heard, fault(heard, speech_s=window.speech_s))
            for window, heard in zip(windows, texts, strict=True)
        ]


def _better(one: _Read, other: _Read) -> _Read:
    """Return the text that is to be kept: without fault, else unlikely rather than looping, else the likelier."""

    def rank(read: _Read) -> tuple[int, float]:
        order = {None: 3, "unlikely": 2, "silence": 1}
        return order.get(read.fault, 0), read.heard.mean_log_probability

    return max(one, other, key=rank)
