"""Which language is spoken: given, or detected for the call and for each channel that surely has another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from models.protocols import Transcriber
from pipeline.calls.packing import PackedWindow
from pipeline.records import Waveform

READ: Final = "en"
"""The language that extraction reads."""
_WINDOWS: Final = 2
"""Of each channel; the longest ones vote."""
_SURE: Final = 0.7
_ENOUGH_S: Final = 4.0
"""A channel that says less, or is less sure, speaks the language of the call."""


def language_code(given: str | None) -> str | None:
    """Return the language that an engine knows: "en" for "en-GB" or "EN_us"; None for none.

    >>> language_code("de-AT")
    'de'
    """
    return (given or "").strip().lower().replace("_", "-").partition("-")[0] or None


def is_read(language: str | None) -> bool:
    """Tell whether extraction reads a language; one that nobody named is taken for English."""
    return (language_code(language) or READ) in (READ, "english")


def find_languages(windows: Sequence[PackedWindow], waveform: Waveform, transcriber: Transcriber) -> dict[int, str]:
    """Return the language of each channel that has windows: the call's, unless it surely speaks another, and enough."""
    votes: dict[str, float] = {}
    own: dict[int, str | None] = {}
    for place in sorted({window.channel for window in windows}):
        longest = sorted((w for w in windows if w.channel == place), key=lambda window: -window.speech_s)[:_WINDOWS]
        spoken_s = _votes(longest, waveform, transcriber)
        own[place] = _sure(spoken_s, sum(window.speech_s for window in longest))
        votes = {language: votes.get(language, 0.0) + spoken_s.get(language, 0.0) for language in {*votes, *spoken_s}}
    usual = max(sorted(votes), key=votes.__getitem__)
    return {place: language or usual for place, language in own.items()}


def _sure(spoken_s: Mapping[str, float], speech_s: float) -> str | None:
    likeliest = max(spoken_s, key=spoken_s.__getitem__)
    return likeliest if speech_s >= _ENOUGH_S and spoken_s[likeliest] >= _SURE * speech_s else None


def _votes(windows: Sequence[PackedWindow], waveform: Waveform, transcriber: Transcriber) -> dict[str, float]:
    """Return for each language how many seconds of these windows are probably in it."""
    votes: dict[str, float] = {}
    for window in windows:
        language, probability = transcriber.detect_language(window.samples(waveform))
        votes[language] = votes.get(language, 0.0) + probability * window.speech_s
    return votes


def most_spoken(windows: Sequence[PackedWindow], languages: Mapping[int, str]) -> str:
    """Return the language of the channels that say most."""
    spoken_s: dict[str, float] = {}
    for window in windows:
        language = languages[window.channel]
        spoken_s[language] = spoken_s.get(language, 0.0) + window.speech_s
    return max(spoken_s, key=spoken_s.__getitem__)
