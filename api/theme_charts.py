"""Where things lie in the drawings of themes: the map of all, and one theme week by week, in the drawing's units."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from pipeline.insights.theme_trends import Week
from pipeline.records import Theme
from pipeline.theme_events import ThemeEvent

MAP_WIDTH, MAP_HEIGHT = 960, 560
_EDGE_X, _EDGE_Y = 90, 48
_LEAST_RADIUS, _MOST_RADIUS = 7.0, 30.0
_LETTER, _LINE = 7.6, 18
_LONGEST_LABEL = 30
CHART_WIDTH, CHART_HEIGHT = 420, 180
_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 10, 22, 26


@dataclass(frozen=True, slots=True)
class Spot:
    """A theme on the map; `label` is empty where there is no room for it."""

    theme: Theme
    x: float
    y: float
    radius: float
    label: str
    label_y: float = 0.0


@dataclass(frozen=True, slots=True)
class Break:
    """How themes are found changed here."""

    x: float
    day: date


@dataclass(frozen=True, slots=True)
class TrendChart:
    """The share of calls week by week: corners of the interval and the line, each "x,y x,y"; `top` is its scale."""

    band: str
    line: str
    dots: tuple[tuple[float, float], ...]
    breaks: tuple[Break, ...]
    first: date
    last: date
    top: float


def theme_map(themes: Sequence[Theme]) -> list[Spot]:
    """Return the themes that have a place, the largest first; areas go by calls, and labels stand where they have room.

    Places may lie beyond -1 and 1: the drawing is stretched to hold all.
    """
    placed = sorted((theme for theme in themes if theme.at), key=lambda theme: (-theme.n_calls, theme.id))
    if not placed:
        return []
    reach = max(1.0, *(abs(number) for theme in placed for number in theme.at or ()))
    most, spots, taken = max(theme.n_calls for theme in placed), list[Spot](), list[tuple[float, ...]]()
    for theme in placed:
        across, up = theme.at or (0.0, 0.0)
        x = MAP_WIDTH / 2 + across / reach * (MAP_WIDTH / 2 - _EDGE_X)
        y = MAP_HEIGHT / 2 - up / reach * (MAP_HEIGHT / 2 - _EDGE_Y)
        radius = max(_LEAST_RADIUS, _MOST_RADIUS * math.sqrt(theme.n_calls / max(1, most)))
        spots.append(Spot(theme, round(x, 1), round(y, 1), round(radius, 1), _shortened(theme.label)))
        taken.append((x - radius, y - radius, x + radius, y + radius))
    return _with_room(spots, taken)


def _with_room(spots: Sequence[Spot], taken: list[tuple[float, ...]]) -> list[Spot]:
    """Put each label under its theme, or over it, or leave it away."""
    found = []
    for place, spot in enumerate(spots):
        others = [one for number, one in enumerate(taken) if number != place]
        half = len(spot.label) * _LETTER / 2
        tops = (spot.y + spot.radius, spot.y - spot.radius - _LINE)
        boxes = [(spot.x - half, top, spot.x + half, top + _LINE) for top in tops]
        box = next((box for box in boxes if _has_room(box, others)), None)
        if box is not None:
            taken.append(box)
        found.append(replace(spot, label_y=round(box[1] + 14, 1)) if box else replace(spot, label=""))
    return found


def _has_room(box: tuple[float, ...], others: Sequence[tuple[float, ...]]) -> bool:
    is_inside = box[0] >= 0 and box[1] >= 0 and box[2] <= MAP_WIDTH and box[3] <= MAP_HEIGHT
    return is_inside and not any(_overlap(box, other) for other in others)


def _overlap(one: Sequence[float], other: Sequence[float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _shortened(label: str) -> str:
    if len(label) <= _LONGEST_LABEL:
        return label
    return label[:_LONGEST_LABEL].rsplit(" ", 1)[0] + "…"


def trend_chart(weeks: Sequence[Week], events: Sequence[ThemeEvent]) -> TrendChart | None:
    """Return the chart of a theme's weeks, None of fewer than two with a call.

    A break later than the last week is drawn at the end: all weeks were counted after it.
    """
    held = [week for week in weeks if week.calls.out_of]
    if len(held) < 2:
        return None
    first, last = held[0].start, held[-1].start
    top = min(1.0, math.ceil(max(week.calls.high for week in held) * 10) / 10)

    def x(day: date) -> float:
        share = (day - first).days / (last - first).days
        return round(_LEFT + min(1.0, share) * (CHART_WIDTH - _LEFT - _RIGHT), 1)

    def y(share: float) -> float:
        return round(CHART_HEIGHT - _BOTTOM - share / top * (CHART_HEIGHT - _TOP - _BOTTOM), 1)

    above = [(x(week.start), y(week.calls.high)) for week in held]
    below = [(x(week.start), y(week.calls.low)) for week in reversed(held)]
    dots = tuple((x(week.start), y(week.calls.value or 0.0)) for week in held)
    days = sorted({event.at.date() for event in events if event.kind == "break" and event.at.date() >= first})
    breaks = tuple(Break(x(day), day) for day in days)
    return TrendChart(_corners([*above, *below]), _corners(dots), dots, breaks, first, last + timedelta(days=6), top)


def _corners(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x},{y}" for x, y in points)
