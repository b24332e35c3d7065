"""The charts of a PDF report, drawn as areas and lines."""

from __future__ import annotations

from typing import Final

from api.report import document as d
from api.report.sheet import INK, LEFT_MM, LINE, NOTE, PANEL, SOFT, TONES, WIDTH_MM, Sheet, Style, bold

_LABEL_MM: Final = 62.0
_TEXT_MM: Final = 38.0
_LIE_MM: Final = 6.0
_STAND_MM: Final = 34.0
_LABEL: Final = Style(9.0)
_SMALL: Final = Style(8.0, colour=SOFT)


def bars(sheet: Sheet, chart: d.Bars) -> None:
    """Draw bars that lie below each other."""
    sheet.need(10 + min(len(chart.bars), 6) * _LIE_MM)
    _title(sheet, chart.title)
    for bar in chart.bars:
        sheet.need(_LIE_MM)
        _lie(sheet, bar, chart.top)
    _note(sheet, chart.note)


def _lie(sheet: Sheet, bar: d.Bar, top: float) -> None:
    y, wide = sheet.y, WIDTH_MM - _LABEL_MM - _TEXT_MM
    x = LEFT_MM + _LABEL_MM
    sheet.line_at(LEFT_MM, y + 0.7, bar.label, _LABEL, width=_LABEL_MM - 3)
    sheet.box(x, y + 1, wide, 3.6, PANEL)
    sheet.box(x, y + 1, wide * _share(bar.value, top), 3.6, TONES[bar.tone])
    if bar.low is not None and bar.high is not None:
        sheet.set_draw_color(*INK)
        sheet.set_line_width(0.35)
        sheet.line(x + wide * _share(bar.low, top), y + 2.8, x + wide * _share(bar.high, top), y + 2.8)
    sheet.line_at(x + wide + 3, y + 0.7, bar.text, _LABEL, width=_TEXT_MM - 3)
    sheet.link_over(LEFT_MM, y, _LABEL_MM, _LIE_MM, bar.link.removeprefix("#"))
    sheet.set_xy(LEFT_MM, y + _LIE_MM)


def columns(sheet: Sheet, chart: d.Columns) -> None:
    """Draw bars that stand beside each other."""
    sheet.need(_STAND_MM + 24)
    _title(sheet, chart.title)
    wide = min(26.0, WIDTH_MM / max(1, len(chart.bars)))
    ground = sheet.y + 5 + _STAND_MM
    for place, bar in enumerate(chart.bars):
        x, high = LEFT_MM + place * wide, _STAND_MM * _share(bar.value, chart.top)
        sheet.box(x + wide * 0.18, ground - high, wide * 0.64, high, TONES[bar.tone])
        sheet.line_at(x, ground - high - 4.4, bar.text, Style(8.5), width=wide, align="C")
        sheet.line_at(x, ground + 1, bar.label, _SMALL, width=wide, align="C")
    sheet.rule(ground, LINE)
    sheet.set_xy(LEFT_MM, ground + 6)
    _note(sheet, chart.note)


def _title(sheet: Sheet, title: str) -> None:
    sheet.gap(1.5)
    sheet.write_text(title, bold())
    sheet.set_y(sheet.y + 1)


def _note(sheet: Sheet, note: str) -> None:
    if note:
        sheet.set_y(sheet.y + 0.8)
        sheet.write_text(note, NOTE)
    sheet.set_y(sheet.y + 3)


def _share(value: float, top: float) -> float:
    return min(1.0, max(0.0, value / top)) if top else 0.0
