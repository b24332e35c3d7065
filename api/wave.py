"""A call as a drawing: how loud it is, who speaks when, and where its moments are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from api.wording import tag_words
from pipeline.calls.peaks import Peaks
from pipeline.insights.guide_text import clock
from pipeline.records import Moment, Role, Turn

WIDTH: Final = 600
HEIGHT: Final = 56
_LANE: Final = 5
"""The strip below the sound that says who speaks."""
_MIDDLE: Final = (HEIGHT - _LANE - 3) / 2
_LEAST_MARK: Final = 2.0


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment on the drawing."""

    x: float
    width: float
    kind: str
    turn: int
    title: str


@dataclass(frozen=True, slots=True)
class Wave:
    """What is drawn: an outline of the sound, the stretches of rep and customer, and marks; "" draws nothing."""

    duration_s: float
    sound: str
    lanes: tuple[tuple[Role, str], ...]
    marks: tuple[Mark, ...]
    width: int = WIDTH
    height: int = HEIGHT


def draw_wave(duration_s: float, peaks: Peaks | None, turns: Sequence[Turn], moments: Sequence[Moment]) -> Wave:
    """Draw a call of this length; without `peaks`, who speaks and the moments alone."""
    scale = WIDTH / max(duration_s, 0.001)
    roles: tuple[Role, ...] = ("rep", "customer")
    lanes = tuple((role, path) for role in roles if (path := _lane(turns, role, scale)))
    marks = tuple(_mark(m, scale) for m in moments if m.start_s is not None and m.end_s is not None)
    return Wave(duration_s, _outline(peaks.channels) if peaks else "", lanes, marks)


def _outline(channels: Sequence[Sequence[int]]) -> str:
    """Return one channel mirrored, or the first upwards and the second downwards from the middle."""
    up, down = channels[0], channels[min(1, len(channels) - 1)]
    step = WIDTH / max(1, len(up))
    over = [f"{round(n * step, 1):g} {round(_MIDDLE - _tall(peak), 1):g}" for n, peak in enumerate(up)]
    under = [f"{round(n * step, 1):g} {round(_MIDDLE + _tall(peak), 1):g}" for n, peak in enumerate(down)]
    return f"M{'L'.join([*over, *reversed(under)])}Z" if over else ""


def _tall(peak: int) -> float:
    # The root lets quiet speech be seen beside a cough.
    return max(0.4, float((peak / 100) ** 0.6) * (_MIDDLE - 1))


def _lane(turns: Sequence[Turn], role: Role, scale: float) -> str:
    y = HEIGHT - _LANE
    spoken = [
        (turn.start_s * scale, max(0.5, (turn.end_s - turn.start_s) * scale))
        for turn in turns
        if turn.role == role and turn.start_s is not None and turn.end_s is not None
    ]
    return "".join(f"M{x:.1f} {y}h{width:.1f}v{_LANE}H{x:.1f}Z" for x, width in spoken)


def _mark(moment: Moment, scale: float) -> Mark:
    start_s, end_s = moment.start_s or 0.0, moment.end_s or 0.0
    width = max(_LEAST_MARK, (end_s - start_s) * scale)
    title = f"{tag_words(moment.kind, moment.category)}, {clock(start_s)}: {moment.quote}"
    return Mark(round(start_s * scale, 1), round(width, 1), moment.kind, moment.turn, title)
