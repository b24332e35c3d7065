"""How search grows, drawn: milliseconds and memory against the number of phrases, both by powers of ten."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

_WIDTH, _HEIGHT, _LEFT, _TOP = 330, 220, 62, 46
_APART = 120
_COLOURS = ("#1d4ed8", "#0f766e", "#b45309", "#be123c", "#6d28d9", "#4b5563")


@dataclass(frozen=True, slots=True)
class Panel:
    """One drawing: lines of (phrases, value) by their names."""

    title: str
    lines: Mapping[str, Sequence[tuple[int, float]]]


def drawn(panels: Sequence[Panel], title: str) -> str:
    """Return an SVG of panels side by side under one legend; a line keeps its colour in all of them."""
    names = list(dict.fromkeys(name for panel in panels for name in panel.lines))
    colours = {name: _COLOURS[place % len(_COLOURS)] for place, name in enumerate(names)}
    width = _LEFT + len(panels) * (_WIDTH + _APART) - _APART + 24
    height = _TOP + _HEIGHT + 62 + 18 * ((len(names) + 2) // 3)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'font-family="sans-serif" font-size="12" role="img" aria-label="{escape(title)}">',
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
    ]
    for place, panel in enumerate(panels):
        parts += _panel(panel, _LEFT + place * (_WIDTH + _APART), colours)
    for place, name in enumerate(names):
        x, y = _LEFT + place % 3 * 260, _TOP + _HEIGHT + 62 + 18 * (place // 3)
        parts.append(f'<rect x="{x}" y="{y - 9}" width="14" height="4" fill="{colours[name]}"/>')
        parts.append(f'<text x="{x + 20}" y="{y - 3}">{escape(name)}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _panel(panel: Panel, left: float, colours: Mapping[str, str]) -> list[str]:
    points = [point for line in panel.lines.values() for point in line]
    x_from, x_to = _decades([n for n, _ in points])
    y_from, y_to = _decades([value for _, value in points])

    def x_of(n: float) -> float:
        return left + _WIDTH * (math.log10(n) - x_from) / (x_to - x_from)

    def y_of(value: float) -> float:
        return _TOP + _HEIGHT * (1 - (math.log10(value) - y_from) / (y_to - y_from))

    parts = [f'<text x="{left}" y="{_TOP - 20}" font-size="14" font-weight="bold">{escape(panel.title)}</text>']
    for power in range(x_from, x_to + 1):
        x = x_of(10**power)
        parts.append(f'<path d="M{x:.1f} {_TOP}V{_TOP + _HEIGHT}" stroke="#e5e7eb"/>')
        parts.append(f'<text x="{x:.1f}" y="{_TOP + _HEIGHT + 18}" text-anchor="middle">{10**power:,}</text>')
    for power in range(y_from, y_to + 1):
        y = y_of(10.0**power)
        parts.append(f'<path d="M{left} {y:.1f}H{left + _WIDTH}" stroke="#e5e7eb"/>')
        parts.append(f'<text x="{left - 8}" y="{y + 4:.1f}" text-anchor="end">{_number(power)}</text>')
    for name, line in panel.lines.items():
        path = "L".join(f"{x_of(n):.1f} {y_of(value):.1f}" for n, value in line)
        parts.append(f'<path d="M{path}" fill="none" stroke="{colours[name]}" stroke-width="2"/>')
        parts += [
            f'<circle cx="{x_of(n):.1f}" cy="{y_of(value):.1f}" r="3.5" fill="{colours[name]}">'
            f"<title>{escape(name)}: {value:,.3g} at {n:,} phrases</title></circle>"
            for n, value in line
        ]
    return parts


def _decades(values: Sequence[float]) -> tuple[int, int]:
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return low, max(high, low + 1)


def _number(power: int) -> str:
    return f"{10**power:,}" if power >= 0 else f"{10.0**power:g}"
