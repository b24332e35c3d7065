"""Small drawings within a page, in the drawing's units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 240, 48
_EDGE = 5


@dataclass(frozen=True, slots=True)
class Sparkline:
    """A share over time: the line's corners as "x,y x,y", and its last point."""

    points: str
    last: tuple[float, float]
    width: int = WIDTH
    height: int = HEIGHT


def sparkline(shares: Sequence[float]) -> Sparkline:
    """Return shares between 0 and 1, one or more, as a line from left to right over the whole height."""
    step = (WIDTH - 2 * _EDGE) / max(1, len(shares) - 1)
    places = [
        (round(_EDGE + place * step, 1), round(_EDGE + (1 - share) * (HEIGHT - 2 * _EDGE), 1))
        for place, share in enumerate(shares)
    ]
    return Sparkline(" ".join(f"{x:g},{y:g}" for x, y in places), places[-1])
