"""Who speaks in each sample call, and how the call was recorded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Layout = Literal["rep_left", "customer_left", "mono"]


@dataclass(frozen=True, slots=True)
class Voice:
    """A flite voice with the turns of its knobs that make it one person."""

    flite: str
    f0_shift: float = 1.0
    duration_stretch: float = 1.0


@dataclass(frozen=True, slots=True)
class Recording:
    """The recording of one script: its two voices, the rate the line carried, the file format and the channels."""

    call: str
    rep: Voice
    customer: Voice
    rate_hz: int
    suffix: str
    layout: Layout

    @property
    def file_name(self) -> str:
        return self.call + self.suffix

    @property
    def n_channels(self) -> int:
        return 1 if self.layout == "mono" else 2


DANA: Final = Voice("slt", f0_shift=1.03, duration_stretch=1.13)
MARCUS: Final = Voice("rms", f0_shift=1.02, duration_stretch=1.08)
CALLUM: Final = Voice("awb", f0_shift=1.0, duration_stretch=1.10)
ROB: Final = Voice("rms", f0_shift=0.95, duration_stretch=1.14)
JUDITH: Final = Voice("slt", f0_shift=0.94, duration_stretch=1.18)
ELAINE: Final = Voice("slt", f0_shift=0.96, duration_stretch=1.17)
PETER: Final = Voice("awb", f0_shift=0.96, duration_stretch=1.14)
ANNA: Final = Voice("slt", f0_shift=0.97, duration_stretch=1.15)
STEWART: Final = Voice("awb", f0_shift=1.0, duration_stretch=1.14)
PRIYA: Final = Voice("slt", f0_shift=1.04, duration_stretch=1.10)

RECORDINGS: Final = (
    Recording("harbour-kitchen-first", DANA, ROB, 16_000, ".ogg", "rep_left"),
    Recording("maple-lodge-demo-review", MARCUS, JUDITH, 8_000, ".mp3", "rep_left"),
    Recording("fenwick-gardens-cold-call", MARCUS, ELAINE, 8_000, ".wav", "mono"),
    Recording("brook-street-dental-follow-up", DANA, PETER, 16_000, ".m4a", "customer_left"),
    Recording("harbour-kitchen-second", DANA, ROB, 8_000, ".ogg", "rep_left"),
    Recording("northfield-care-qualification", CALLUM, ANNA, 16_000, ".mp3", "rep_left"),
    Recording("crumb-bakery-first", DANA, STEWART, 8_000, ".flac", "mono"),
    Recording("clearview-opticians-decision", MARCUS, PRIYA, 16_000, ".ogg", "mono"),
)
