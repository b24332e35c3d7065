"""A waveform in, timed segments out: who is silent is not heard, and what nobody said is not kept."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from models.protocols import Transcriber, VoiceDetector, WindowText
from pipeline.calls.gates import Fault, fault, swallows
from pipeline.calls.languages import find_languages, most_spoken
from pipeline.calls.likeness import told_words, unheard_words
from pipeline.calls.listening import FRAME_S, Channel, Heard, Levels, channel_levels, find_channels, find_speech
from pipeline.calls.packing import PackedWindow, pack
from pipeline.calls.segments import cut_segments
from pipeline.records import DroppedSpeech, Segment, Waveform

WINDOWS_AT_ONCE: Final = 32
"""Windows are rendered in groups of this many, so that a long call costs no more memory than a short one."""

_CHANNELS_AT_ONCE: Final = 2
"""Voices are found on one core; more channels at once would hold a whole copy of each in memory."""


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
    """The one that is spoken most; each channel has its own. None where nobody spoke."""
    channels: tuple[Channel, ...]
    speech_s: float


class _Read(NamedTuple):
    window: PackedWindow
    heard: WindowText
    fault: Fault | None
    was_told: bool = False
    """Whether the engine knew the vocabulary, and may have written names that nobody said."""

    @property
    def is_to_retry(self) -> bool:
        """Whether decoding it otherwise may help; silence stays silent, and a laugh holds no words."""
        return self.fault not in (None, "silence", "skipped")


def transcribe(
    waveform: Waveform,
    *,
    transcriber: Transcriber,
    detector: VoiceDetector,
    language: str | None = None,
    vocabulary: str = "",
    limit_s: float = math.inf,
) -> Transcription:
    """Return the segments of every channel that carries speech of its own.

    `language` None detects the language of the call, and of each channel that surely has another. A window that fails
    a gate is decoded again by itself; if it fails to the end it is kept with the mark "low_confidence", or dropped with
    its reason if it is hopeless. Raises TimeoutError if `limit_s` has passed before a group of windows is begun.
    """
    until_s = time.monotonic() + limit_s
    levels = [channel_levels(waveform, place) for place in range(waveform.n_channels)]
    channels = find_channels(waveform, levels)
    windows, dropped = _listen(
        waveform, levels, [channel.place for channel in channels if not channel.left_out], detector
    )
    waveform.release()
    if not windows:
        return Transcription((), tuple(dropped), language, channels, speech_s=0.0)
    spoken_on = {window.channel for window in windows}
    languages = dict.fromkeys(spoken_on, language) if language else find_languages(windows, waveform, transcriber)
    segments: list[Segment] = []
    for one in sorted(set(languages.values())):
        engine = _Engine(transcriber, waveform, one, vocabulary, until_s)
        for read in engine.read([window for window in windows if languages[window.channel] == one]):
            found = cut_segments(read.window, read.heard, read.fault)
            segments += found.kept
            dropped += found.dropped
    return Transcription(
        segments=tuple(sorted(segments, key=lambda segment: (segment.start_s, segment.channel))),
        dropped=tuple(sorted(dropped, key=lambda speech: (speech.start_s, speech.channel))),
        language=most_spoken(windows, languages),
        channels=tuple(replace(channel, language=languages.get(channel.place)) for channel in channels),
        speech_s=sum(window.speech_s for window in windows),
    )


def _listen(
    waveform: Waveform, levels: Sequence[Levels], live: Sequence[int], detector: VoiceDetector
) -> tuple[list[PackedWindow], list[DroppedSpeech]]:
    """Return the speech of every live channel in windows, and what sounded like speech and is not its party's."""

    def hear(place: int) -> Heard:
        return find_speech(waveform, place, levels, detector, others=[other for other in live if other != place])

    windows: list[PackedWindow] = []
    dropped: list[DroppedSpeech] = []
    with ThreadPoolExecutor(_CHANNELS_AT_ONCE) as listeners:
        found = list(listeners.map(hear, live))
    for place, heard in zip(live, found, strict=True):
        windows += pack(place, [(s.start_s, s.end_s) for s in heard.speech], levels[place], frame_s=FRAME_S)
        dropped += [DroppedSpeech(place, s.start_s, s.end_s, reason="leak of another channel") for s in heard.leaked]
        dropped += [DroppedSpeech(place, s.start_s, s.end_s, reason="too soft") for s in heard.too_soft]
    return windows, dropped


@dataclass(frozen=True, slots=True)
class _Engine:
    """The transcriber with all that stays the same through one call."""

    transcriber: Transcriber
    waveform: Waveform
    language: str
    vocabulary: str
    until_s: float
    """The time of the monotonic clock after which no further group is begun."""

    def read(self, windows: Sequence[PackedWindow]) -> Iterator[_Read]:
        """Yield every window with its best text; windows of like length are decoded together, for they end together."""
        by_length = sorted(windows, key=lambda window: -window.speech_s)
        for start in range(0, len(by_length), WINDOWS_AT_ONCE):
            if time.monotonic() > self.until_s:
                raise TimeoutError(f"with {start} of {len(by_length)} windows transcribed.")
            read = self._read(by_length[start : start + WINDOWS_AT_ONCE], GREEDY, vocabulary=self.vocabulary)
            read = self._taken_apart(self._retried(self._filled(self._checked(read)), BEAM))
            for attempt in SAMPLED:
                read = self._retried(read, attempt)
            self.waveform.release()
            yield from read

    def _checked(self, read: Sequence[_Read]) -> list[_Read]:
        """Decode windows that hold names again without telling them, and keep that if a name sounds like nothing in it.

        A likely name is an easy way out where speech is bad or in another language than the engine was told.
        """
        named = [one.window for one in read if one.fault is None and told_words(one.heard, self.vocabulary)]
        untold = {one.window: one for one in self._read(named, GREEDY)}
        return [
            untold[one.window]
            if one.window in untold and unheard_words(one.heard, untold[one.window].heard, self.vocabulary)
            else one
            for one in read
        ]

    def _filled(self, read: Sequence[_Read]) -> list[_Read]:
        """Decode windows that lack a sentence in parts, cut around the word that has taken its time."""
        parts = {one.window: _around_swallowed(one) for one in read if one.fault == "skipped"}
        heard = iter(self._read([part for some in parts.values() for part in some], GREEDY))
        filled: list[_Read] = []
        for one in read:
            again = [next(heard) for _ in parts.get(one.window, ())]
            filled += again if _says_more(again, one) else [one]
        return filled

    def _retried(self, read: Sequence[_Read], attempt: Attempt) -> list[_Read]:
        again = iter(self._read([one.window for one in read if one.is_to_retry], attempt))
        return [_better(one, next(again)) if one.is_to_retry else one for one in read]

    def _taken_apart(self, read: Sequence[_Read]) -> list[_Read]:
        """Decode a failing window piece by piece: who repeats himself is no loop, and a loop stays in its piece."""
        failing = [one for one in read if one.is_to_retry and len(one.window.pieces) > 1]
        pieces = [piece for one in failing for piece in one.window.apart()]
        return [one for one in read if one not in failing] + self._read(pieces, BEAM)

    def _read(self, windows: Sequence[PackedWindow], attempt: Attempt, *, vocabulary: str = "") -> list[_Read]:
        """Decode windows in one way; a retry goes without the vocabulary, which may be what misled the engine."""
        if not windows:
            return []
        texts = self.transcriber.transcribe(
            [window.samples(self.waveform) for window in windows],
            language=self.language,
            vocabulary=vocabulary,
            temperature=attempt.temperature,
            beam_size=attempt.beam_size,
        )
        return [
            _Read(window, heard, fault(heard, speech_s=window.speech_s, vocabulary=vocabulary), bool(vocabulary))
            for window, heard in zip(windows, texts, strict=True)
        ]


def _around_swallowed(one: _Read) -> list[PackedWindow]:
    cuts_s = [at_s for word in one.heard.words if swallows(word) for at_s in (word.start_s, word.end_s)]
    return one.window.cut_at(cuts_s)


def _says_more(parts: Sequence[_Read], one: _Read) -> bool:
    n_characters = sum(len(part.heard.text) for part in parts)
    return all(part.fault is None for part in parts) and n_characters > len(one.heard.text)


def _better(one: _Read, other: _Read) -> _Read:
    """Return the text that is to be kept: without fault, else unlikely rather than looping, else the likelier.

    What went wrong with the vocabulary is never better: it may hold names that nobody said.
    """

    def rank(read: _Read) -> tuple[int, float]:
        order = {None: 4, "skipped": 3, "unlikely": 2, "silence": 1}
        place = -1 if read.fault and read.was_told else order.get(read.fault, 0)
        return place, read.heard.mean_log_probability

    return max(one, other, key=rank)
