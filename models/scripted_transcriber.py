"""A transcriber that says what it is told to: the real thing for tests, without weights."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from models.protocols import SAMPLE_RATE_HZ, Samples, TimedWord, WindowText
from models.windows import check_windows


@dataclass(frozen=True, slots=True)
class Asked:
    """One call of the transcriber: how many windows, and with which settings."""

    n_windows: int
    language: str | None
    vocabulary: str
    temperature: float
    beam_size: int


def spoken(text: str, duration_s: float, **figures: float) -> WindowText:
    """Return a text whose words share `duration_s` evenly, as an engine sure of itself would return it.

    `figures` replaces any of mean_log_probability, no_speech_probability, compression_ratio and temperature.
    """
    words = text.split()
    step_s = duration_s / len(words) if words else 0.0
    timed = tuple(
        TimedWord(word, start_s=place * step_s, end_s=(place + 1) * step_s, score=0.9)
        for place, word in enumerate(words)
    )
    sure = {
        "mean_log_probability": -0.2,
        "no_speech_probability": 0.05,
        "compression_ratio": 1.2,
        "temperature": 0.0,
    }
    return WindowText(text=text, words=timed, language="en", **{**sure, **figures})


@dataclass(slots=True)
class ScriptedTranscriber:
    """Answers each window with `script(samples, asked)`; keeps what it was asked in `asked`.

    A script may look at the samples (say, their energy) or at the settings (say, the temperature of a retry).
    """

    script: Callable[[Samples, Asked], WindowText]
    name: str = "scripted"
    asked: list[Asked] = field(default_factory=list)

    def transcribe(
        self,
        windows: Sequence[Samples],
        *,
        language: str | None,
        vocabulary: str = "",
        temperature: float = 0.0,
        beam_size: int = 1,
    ) -> list[WindowText]:
        """Return the script's answer to each window, in the order given."""
        check_windows(windows)
        asked = Asked(len(windows), language, vocabulary, temperature, beam_size)
        self.asked.append(asked)
        return [self.script(window, asked) for window in windows]

    def detect_language(self, window: Samples) -> tuple[str, float]:
        """Return the language of the script's answer, surely."""
        (answer,) = self.transcribe([window], language=None)
        return answer.language, 1.0


def always(text: str) -> ScriptedTranscriber:
    """Return a transcriber that hears the same text in every window, spread over its whole length."""
    return ScriptedTranscriber(lambda samples, _: spoken(text, len(samples) / SAMPLE_RATE_HZ))
