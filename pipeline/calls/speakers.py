"""Segments in, turns with a speaker out: by channel where there are several, and by voice on each channel."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter
from typing import Final

import numpy as np

from models.protocols import SpeakerSplitter, VoiceSpan
from models.windows import join_text
from pipeline.calls.recorded import RECORDED, recorded_places
from pipeline.records import Samples, Segment, Waveform, Word

JOIN_PAUSE_S: Final = 1.5
RECORDING: Final = "recording"
"""The speaker of what a machine plays."""
_SAME_VOICE_SHARE: Final = 0.75
_MIN_OTHER_VOICE_S: Final = 6.0
"""Speech that a further voice on a party's own channel must have: one person in two moods sounds like two."""
_MARGIN_S: Final = 0.2
_SAMPLED_S: Final = 40.0
"""Speech of a party's own channel, from all over the call, in which a further voice would show: to listen to all of it
takes as long as to transcribe it."""
_SAMPLE_GAP_S: Final = 0.3
_BACKCHANNEL_WORDS: Final = 3
_BACKCHANNEL_PAUSE_S: Final = 1.0
_BACKCHANNELS: Final = frozenset(
    {"mm", "hm", "mhm", "mmhmm", "mmhm", "uhhuh", "uh", "huh", "hmm", "yeah", "yep", "yes", "yup", "right"}
    | {"okay", "ok", "sure", "oh", "ah", "i", "see", "got", "it", "exactly", "alright"}
)


@dataclass(frozen=True, slots=True)
class SpokenTurn:
    """One stretch by one speaker, before it is known which side the speaker is on."""

    speaker: str
    start_s: float
    end_s: float
    text: str
    words: tuple[Word, ...]
    score: float | None
    marks: tuple[str, ...] = ()
    language: str | None = None


def assign_speakers(
    segments: Sequence[Segment],
    waveform: Waveform | None,
    *,
    splitter: SpeakerSplitter,
    channels: Sequence[str] | None = None,
) -> list[SpokenTurn]:
    """Return turns by start time.

    Where segments come from two or more channels, or `channels` names as many, the main voice of a channel is "S1" for
    the first, or bears its given name; further voices on it, as where a conference is recorded on two channels, follow
    as "S3", or as "customer 2". The voices of a single channel are named by first appearance. Without `waveform` a
    channel is one voice. What a machine plays is said by "recording", and marked.
    """
    places = sorted({segment.channel for segment in segments})
    voices = {place: _voices(segments, place, waveform, splitter, is_one_of_many=len(places) > 1) for place in places}
    if len(places) < 2 and (channels is None or len(channels) < 2 or _n_speakers(voices.values()) > 1):
        # Where one of two channels is dead and the other holds both parties, the channel's name is nobody's.
        spoken = [part for parts in voices.values() for part in parts]
    else:
        n_channels = max(waveform.n_channels if waveform else 0, *(place + 1 for place in places))
        spoken = _named_by_channel(voices, channels, n_channels=n_channels)
    return _joined(sorted(spoken, key=attrgetter("start_s", "end_s")))


def _n_speakers(voices: Iterable[Sequence[SpokenTurn]]) -> int:
    return len({part.speaker for parts in voices for part in parts} - {RECORDING})


def _voices(
    segments: Sequence[Segment],
    place: int,
    waveform: Waveform | None,
    splitter: SpeakerSplitter,
    *,
    is_one_of_many: bool,
) -> list[SpokenTurn]:
    """Return what is said on a channel, in order, with its voices told apart: S1, S2…, and what a machine plays."""
    own = [segment for segment in segments if segment.channel == place]
    spans: Sequence[VoiceSpan] = []
    if waveform and not (is_one_of_many and _has_one_voice(waveform, place, own, splitter)):
        spans = splitter.split(_only(waveform, place, own))
    parts = sorted((part for segment in own for part in _by_voice(segment, spans)), key=attrgetter("start_s", "end_s"))
    played = recorded_places(parts)
    return [
        replace(part, speaker=RECORDING, marks=(*part.marks, RECORDED)) if number in played else part
        for number, part in enumerate(parts)
    ]


def _has_one_voice(waveform: Waveform, place: int, segments: Sequence[Segment], splitter: SpeakerSplitter) -> bool:
    """Tell whether a sample of a long channel's speech holds a single voice; a short one is worth hearing whole."""
    speech_s = sum(segment.end_s - segment.start_s for segment in segments)
    if speech_s <= _SAMPLED_S:
        return False
    # Drawn, since every second segment may be the same party's. The same call gives the same sample.
    chosen = random.Random(0).sample(segments, math.ceil(len(segments) * _SAMPLED_S / speech_s))
    gap = np.zeros(round(_SAMPLE_GAP_S * waveform.sample_rate_hz), np.float32)
    parts = [part for s in chosen for part in (waveform.between(place, s.start_s, s.end_s), gap)]
    return len({span.speaker for span in splitter.split(np.concatenate(parts))}) < 2


def _only(waveform: Waveform, place: int, segments: Sequence[Segment]) -> Samples:
    """Return the channel, silent where no segment is: what leaks from another channel is no voice here."""
    kept: Samples = np.zeros(waveform.samples.shape[1], np.float32)
    for segment in segments:
        start_s = max(0.0, segment.start_s - _MARGIN_S)
        part = waveform.between(place, start_s, segment.end_s + _MARGIN_S)
        first = round(start_s * waveform.sample_rate_hz)
        kept[first : first + len(part)] = part
    return kept


def _named_by_channel(
    voices: Mapping[int, Sequence[SpokenTurn]], channels: Sequence[str] | None, *, n_channels: int
) -> list[SpokenTurn]:
    named: list[SpokenTurn] = []
    n_unnamed = n_channels
    for place, parts in voices.items():
        main, *others = _by_speech(parts) or [""]
        names = {main: _channel_name(place, channels), RECORDING: RECORDING}
        for number, voice in enumerate(others, start=2):
            has_name = channels is not None and place < len(channels)
            n_unnamed += not has_name
            names[voice] = f"{names[main]} {number}" if has_name else f"S{n_unnamed}"
        named += [replace(part, speaker=names.get(part.speaker, names[main])) for part in parts]
    return named


def _by_speech(parts: Sequence[SpokenTurn]) -> list[str]:
    """Return the voices of a channel, the one that speaks most first, without those that hardly speak."""
    speech_s: dict[str, float] = {}
    for part in parts:
        if part.speaker != RECORDING:
            speech_s[part.speaker] = speech_s.get(part.speaker, 0.0) + part.end_s - part.start_s
    ranked = sorted(speech_s, key=lambda voice: -speech_s[voice])
    return ranked[:1] + [voice for voice in ranked[1:] if speech_s[voice] >= _MIN_OTHER_VOICE_S]


def _channel_name(channel: int, names: Sequence[str] | None) -> str:
    return names[channel] if names is not None and channel < len(names) else f"S{channel + 1}"


def _spoken(segment: Segment, words: Sequence[Word], speaker: str) -> SpokenTurn:
    """Return the segment, or the part of it that `words` are, as said by a speaker."""
    if len(words) == len(segment.words):
        return SpokenTurn(
            speaker,
            segment.start_s,
            segment.end_s,
            segment.text,
            segment.words,
            segment.score,
            segment.marks,
            segment.language,
        )
    text = join_text((word.text for word in words), language=segment.language or "en")
    return SpokenTurn(
        speaker,
        words[0].start_s,
        words[-1].end_s,
        text,
        tuple(words),
        _mean_score(words),
        segment.marks,
        segment.language,
    )


def _mean_score(words: Sequence[Word]) -> float | None:
    scores = [word.score for word in words if word.score is not None]
    return round(sum(scores) / len(scores), 3) if scores else None


def _by_voice(segment: Segment, spans: Sequence[VoiceSpan]) -> list[SpokenTurn]:
    """Cut a segment where the voice changes; one voice that speaks most of a sentence speaks all of it."""
    if not spans or not segment.words:
        return [_spoken(segment, segment.words, _voice(segment.start_s, segment.end_s, spans))]
    voices = _steadied([_voice(word.start_s, word.end_s, spans) for word in segment.words])
    most_common = max(set(voices), key=voices.count)
    if voices.count(most_common) >= _SAME_VOICE_SHARE * len(voices):
        return [_spoken(segment, segment.words, most_common)]
    parts = groupby(zip(voices, segment.words, strict=True), key=lambda pair: pair[0])
    return [_spoken(segment, [word for _, word in pairs], voice) for voice, pairs in parts]


def _voice(start_s: float, end_s: float, spans: Sequence[VoiceSpan]) -> str:
    """Return the voice that overlaps most, or the nearest one; S1 where no voice was found."""

    def overlap_s(span: VoiceSpan) -> float:
        return min(end_s, span.end_s) - max(start_s, span.start_s)

    return max(spans, key=overlap_s).speaker if spans else "S1"


def _steadied(voices: Sequence[str]) -> list[str]:
    """Give a single word between two of another voice to that voice: one word of a sentence is no change."""
    steadied = list(voices)
    for place in range(1, len(voices) - 1):
        if steadied[place - 1] == voices[place + 1] != voices[place]:
            steadied[place] = voices[place + 1]
    return steadied


def _joined(spoken: Iterable[SpokenTurn]) -> list[SpokenTurn]:
    """Join what one speaker says without a long pause and without being answered."""
    turns: list[SpokenTurn] = []
    for part in spoken:
        own = next((place for place in reversed(range(len(turns))) if turns[place].speaker == part.speaker), None)
        if own is not None and _continues(turns[own], part, between=turns[own + 1 :]):
            turns[own] = _longer(turns[own], part)
        else:
            turns.append(part)
    return turns


def _continues(turn: SpokenTurn, part: SpokenTurn, *, between: Sequence[SpokenTurn]) -> bool:
    pause_s = part.start_s - turn.end_s
    if not between:
        return pause_s < JOIN_PAUSE_S
    is_question = turn.text.rstrip().endswith("?")
    return pause_s < _BACKCHANNEL_PAUSE_S and not is_question and all(_is_backchannel(other) for other in between)


def _is_backchannel(turn: SpokenTurn) -> bool:
    """Tell whether a turn only says that its speaker is listening (Yngve 1970)."""
    words = re.findall(r"[a-z']+", turn.text.lower().replace("-", " "))
    return len(words) <= _BACKCHANNEL_WORDS and all(word in _BACKCHANNELS for word in words)


def _longer(turn: SpokenTurn, part: SpokenTurn) -> SpokenTurn:
    words = (*turn.words, *part.words)
    return SpokenTurn(
        speaker=turn.speaker,
        start_s=turn.start_s,
        end_s=max(turn.end_s, part.end_s),
        text=join_text((turn.text, part.text), language=turn.language or "en"),
        words=words,
        score=_mean_score(words),
        marks=_marks_of_most(turn, part),
        language=turn.language,
    )


def _marks_of_most(turn: SpokenTurn, part: SpokenTurn) -> tuple[str, ...]:
    """Return the marks of the longer one: one doubtful word does not make a minute doubtful, its own score tells."""
    return turn.marks if len(turn.text) >= len(part.text) else part.marks
