"""What the pipeline may ask of a model: shapes, units, order and the empty case in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]
"""One channel of audio at 16 kHz, float32 between -1 and 1, shape (n_samples,)."""

SAMPLE_RATE_HZ = 16_000


@dataclass(frozen=True, slots=True)
class TimedWord:
    """A word of a window, in seconds from the window's start. `text` carries its punctuation and no space."""

    text: str
    start_s: float
    end_s: float
    score: float


@dataclass(frozen=True, slots=True)
class WindowText:
    """What an engine heard in one window, with the figures that the gates need."""

    text: str
    words: tuple[TimedWord, ...]
    language: str
    mean_log_probability: float
    no_speech_probability: float
    compression_ratio: float
    temperature: float


class Transcriber(Protocol):
    """Speech to text. `name` holds engine, model and precision, and is part of a stage's fingerprint."""

    name: str

    def transcribe(
        self,
        windows: Sequence[Samples],
        *,
        language: str | None,
        vocabulary: str = "",
        temperature: float = 0.0,
        beam_size: int = 1,
    ) -> list[WindowText]:
        """Return one text per window of at most 30 s, in the order given; no windows give an empty list.

        `language` None lets the engine detect it per window. `vocabulary` biases the decoding towards names.
        """
        ...

    def detect_language(self, window: Samples) -> tuple[str, float]:
        """Return the likeliest language code of a window and its probability."""
        ...


class VoiceDetector(Protocol):
    """Finds speech."""

    name: str

    def find_speech(self, samples: Samples) -> list[tuple[float, float]]:
        """Return (start_s, end_s) of each stretch of speech, ascending and apart; silence gives none."""
        ...


@dataclass(frozen=True, slots=True)
class VoiceSpan:
    """A stretch in which one voice speaks."""

    start_s: float
    end_s: float
    speaker: str


class SpeakerSplitter(Protocol):
    """Tells voices apart on one channel."""

    name: str

    def split(self, samples: Samples) -> list[VoiceSpan]:
        """Return spans in time order, speakers named S1, S2… by first appearance; no speech gives none."""
        ...


class VoicePrinter(Protocol):
    """Turns a voice into a vector, so that it is known again."""

    name: str

    def voice_print(self, samples: Samples) -> npt.NDArray[np.float32] | None:
        """Return a unit vector, shape (dim,), of the voice that speaks most; None where nobody speaks."""
        ...


class Encoder(Protocol):
    """Texts to vectors."""

    @property
    def name(self) -> str:
        """Stored beside every vector, so that two encoders' vectors never meet in one index."""
        ...

    @property
    def dim(self) -> int:
        """The length of a vector."""
        ...

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return shape (len(texts), dim), rows of unit length; no texts give shape (0, dim)."""
        ...


@dataclass(frozen=True, slots=True)
class TurnText:
    """A turn as the text models see it; `role` is rep, customer or unknown."""

    text: str
    role: str


@dataclass(frozen=True, slots=True)
class Spotted:
    """A span of one turn, `text[start_char:end_char]`, with what it is and how surely (calibrated, 0 to 1)."""

    start_char: int
    end_char: int
    kind: str
    category: str | None
    factuality: str
    score: float
    is_found: bool = True
    """Whether the score reaches the spotter's threshold for this kind; what falls just short is worth a look."""


class MomentSpotter(Protocol):
    """Finds objections, pains, goals, questions and signals in customers' turns."""

    @property
    def name(self) -> str:
        """Names the model and its weights; part of a stage's fingerprint."""
        ...

    def spot(self, turns: Sequence[TurnText]) -> list[list[Spotted]]:
        """Return the moments of each turn of one call, in order; turns that are not a customer's give none."""
        ...


class RoleJudge(Protocol):
    """Tells the seller's people from the customer's by what they say."""

    @property
    def name(self) -> str:
        """Names the model and its weights; part of a stage's fingerprint."""
        ...

    def rep_probability(self, texts_by_speaker: Mapping[str, Sequence[str]]) -> dict[str, float]:
        """Return for each speaker of a call the probability of being a rep; a speaker without words gives 0.5.

        Of several speakers the least likely is taken for a customer; the probabilities of two add up to 1.
        """
        ...

    def turn_odds(self, texts: Sequence[str]) -> list[float]:
        """Return the log-odds of each turn, by itself, of being a rep's; what is too short to tell gives 0."""
        ...


class AnswerJudge(Protocol):
    """Tells a passage that answers a customer's point from one that merely mentions its words."""

    @property
    def name(self) -> str:
        """Names the judge and its weights: a judgement changes with them."""
        ...

    def reading(self, of: Callable[[Encoder], Encoder]) -> AnswerJudge:
        """Return this judge as it takes vectors from what `of` makes of its encoder, where it has one."""
        ...

    def answer_probability(self, points: Sequence[str], passages: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return shape (len(points), len(passages)): how probably each passage answers each point.

        The points are of one matter and may be read together.
        """
        ...

    def touch_probability(self, points: Sequence[str], passages: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return shape (len(passages),): how probably each speaks of the points' matter, given that none answers it."""
        ...
