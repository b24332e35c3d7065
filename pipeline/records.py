"""The nouns that every room shares: frozen, with units in their names, holding no connection and no model.

Times are seconds from the start of the recording; `*_char` are offsets into the turn's text, end exclusive;
scores and confidences lie between 0 and 1, higher is surer.
"""

from __future__ import annotations

import mmap
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

Role = Literal["rep", "customer", "unknown"]
RoleSource = Literal["given", "inferred", "corrected"]
Kind = Literal["objection", "pain", "goal", "question", "signal"]
TrustState = Literal["machine", "heard", "cleared", "withdrawn"]
StageState = Literal["running", "done", "failed"]

KINDS: tuple[Kind, ...] = ("objection", "pain", "goal", "question", "signal")
THEMED_KINDS: tuple[Kind, ...] = ("objection", "pain", "goal", "question")
"""What themes are made of. Praise is kept out: it asks for no answer."""
NO_THEME = "none"
"""In a filter, in place of a theme's id: moments that could be in a theme and are in none."""
ROLES: tuple[Role, ...] = ("rep", "customer", "unknown")
CATEGORIES: tuple[str, ...] = (
    "price", "timing", "authority", "need", "competitor", "trust",
    "product", "integration", "security", "adoption", "contract", "brushoff",
)  # fmt: skip
OUTCOMES: tuple[str, ...] = ("won", "lost", "no_decision", "open")

Samples = npt.NDArray[np.float32]
"""One channel of audio, float32 between -1 and 1, shape (n_samples,)."""


def text_hash(text: str) -> str:
    """Return the hex digest that names a text, so that equal texts share one vector."""
    return sha256(text.encode("utf-8")).hexdigest()


@dataclass(frozen=True, slots=True)
class Waveform:
    """A decoded recording: int16 at `sample_rate_hz`, shape (n_channels, n_samples); float32 one channel at a time.

    Sixteen bits are what a telephone gives, and keep three hours of two channels below 700 MB.
    """

    samples: npt.NDArray[np.int16]
    sample_rate_hz: int
    source_rate_hz: int
    """The rate of the file; 8000 for a telephone."""
    notes: tuple[str, ...] = ()
    """What was wrong with the file and could be borne, such as a channel that is clipped."""

    @property
    def duration_s(self) -> float:
        """How long the recording is."""
        return int(self.samples.shape[1]) / self.sample_rate_hz

    @property
    def n_channels(self) -> int:
        """How many channels are kept apart."""
        return int(self.samples.shape[0])

    def channel(self, place: int) -> Samples:
        """Return one channel between -1 and 1."""
        return self._scaled(self.samples[place])

    def between(self, place: int, start_s: float, end_s: float) -> Samples:
        """Return the part of one channel from `start_s` to `end_s`, cut to the recording."""
        first, last = (max(0, round(at_s * self.sample_rate_hz)) for at_s in (start_s, end_s))
        return self._scaled(self.samples[place, first:last])

    def mono(self) -> Samples:
        """Return the mean of all channels between -1 and 1."""
        mixed: Samples = np.zeros(self.samples.shape[1], np.float32)
        for channel in self.samples:
            mixed += channel
        mixed /= 32768 * self.n_channels
        return mixed

    def release(self) -> None:
        """Give back the memory of a recording that lies in a file; what is asked for again is read from there."""
        held: object = self.samples
        while isinstance(held, np.ndarray | memoryview):
            held = held.base if isinstance(held, np.ndarray) else held.obj
        if isinstance(held, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
            held.madvise(mmap.MADV_DONTNEED)

    @staticmethod
    def _scaled(samples: npt.NDArray[np.int16]) -> Samples:
        scaled: Samples = samples.astype(np.float32)
        scaled /= 32768
        return scaled


@dataclass(frozen=True, slots=True)
class Word:
    """A word as the engine wrote it, with its times."""

    text: str
    start_s: float
    end_s: float
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of speech on one channel with its text, before it is known who speaks."""

    channel: int
    start_s: float
    end_s: float
    text: str
    words: tuple[Word, ...] = ()
    score: float | None = None
    language: str | None = None
    marks: tuple[str, ...] = ()
    """What a reader should know, such as "low_confidence"."""


@dataclass(frozen=True, slots=True)
class DroppedSpeech:
    """What a gate refused to store, and why."""

    channel: int
    start_s: float
    end_s: float
    reason: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """One stretch by one speaker; `turn` is its 0-based place in the call."""

    call: str
    turn: int
    speaker: str
    role: Role
    role_score: float
    start_s: float | None
    end_s: float | None
    text: str
    words: tuple[Word, ...] = ()
    score: float | None = None
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SpeakerRole:
    """Who a speaker of a call is taken to be, how surely, and on whose word."""

    speaker: str
    role: Role
    score: float
    source: RoleSource


@dataclass(frozen=True, slots=True)
class SpottedMoment:
    """What the moments stage found: an exact span of one turn."""

    turn: int
    start_char: int
    end_char: int
    kind: Kind
    category: str | None
    factuality: str
    score: float


@dataclass(frozen=True, slots=True)
class Moment:
    """A stored moment with everything a reader needs to check it; the fields of the contract and four more."""

    id: str
    call: str
    source: str
    account: str | None
    turn: int
    speaker: str
    role: Role
    start_s: float | None
    end_s: float | None
    kind: Kind
    category: str | None
    quote: str
    context: str
    """The turn's text; the quote is `context[start_char:end_char]`."""
    score: float
    state: TrustState
    theme: str | None
    factuality: str
    start_char: int
    end_char: int
    recorded_at: str | None


@dataclass(frozen=True, slots=True)
class Call:
    """A held call. `metadata` keeps every given field, known or not."""

    id: str
    source: str
    """The base name of the file."""
    sha256: str
    form: Literal["audio", "transcript"]
    media_key: str | None
    duration_s: float | None
    n_channels: int | None
    metadata: Mapping[str, Any]
    added_at: datetime


@dataclass(frozen=True, slots=True)
class StageRun:
    """The last run of one stage of one call; it is fresh if done with the fingerprint that it would have now."""

    call: str
    stage: str
    state: StageState
    fingerprint: str
    seconds: float = 0.0
    error: str | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)
    finished_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Phrase:
    """A searchable stretch: a moment, or a whole turn (`moment` is None). `id` is its number in the vector index."""

    id: int
    call: str
    turn: int
    start_char: int
    end_char: int
    moment: str | None
    role: Role
    text: str
    text_hash: str


@dataclass(frozen=True, slots=True)
class PhraseFilter:
    """Which phrases or moments are meant; empty fields mean any. `where` maps a metadata field to accepted values."""

    kinds: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    since: str | None = None
    until: str | None = None
    """ISO dates, inclusive, compared with `recorded_at`."""
    min_score: float = 0.0
    moments_only: bool = False

    @property
    def is_open(self) -> bool:
        """Whether everything passes."""
        return self == PhraseFilter()


@dataclass(frozen=True, slots=True)
class Theme:
    """What customers keep saying: a cluster of moments. Counts are of distinct calls, accounts and deals."""

    id: str
    label: str
    terms: tuple[str, ...]
    medoid: str
    """The id of its most typical moment."""
    n_moments: int
    n_calls: int
    n_accounts: int
    n_deals: int
    cohesion: float
    """The mean cosine of its members to their centre."""
    broad: str | None = None
    """The id of the broad theme that it is part of; themes of one broad theme share its label too."""
    broad_label: str | None = None
    stability: float | None = None
    """How much of it is found again in parts of the corpus, 0 to 1; None where too little is held to tell."""
    at: tuple[float, float] | None = None
    """Where it lies on the map of themes, across and up, mostly within -1 and 1; what is alike lies together."""
