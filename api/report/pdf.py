"""A report as a PDF to print and to forward: A4, page numbers, links within, charts drawn as lines and areas."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from api.report import document as d
from api.report.pdf_charts import bars, columns
from api.report.sheet import (
    ACCENT,
    BODY,
    INK,
    LEFT_MM,
    LINE,
    NOTE,
    QUOTE,
    SOFT,
    TONES,
    WASHES,
    WIDTH_MM,
    Piece,
    Sheet,
    Style,
    bold,
)

_HEADINGS: Final = {
    1: Style(17.0, is_bold=True, leading=1.2),
    2: Style(13.0, is_bold=True, leading=1.25),
    3: Style(9.5, is_bold=True, colour=ACCENT),
}
_PAD_MM: Final = 4.0
_LACKS: Final = "A “?” may stand for a character that the typeface of this file lacks; HTML has it."


def render_pdf(report: d.Report) -> bytes:
    """Return the report; it is dated on the day that it is reckoned for, so that equal reports give equal bytes."""
    manifest = report.manifest
    anchors = [block.anchor for block in d.walk(report.blocks) if isinstance(block, d.Heading) and block.anchor]
    foot = f"Buyerspeak  ·  as of {manifest.as_of}  ·  data version {manifest.data_version[:12]}"
    sheet = Sheet(report.title, foot, manifest.as_of, anchors)
    sheet.add_page()
    _cover(sheet, report)
    _all(sheet, report.blocks)
    _heading(sheet, d.Heading("How this report was made", 2))
    sheet.write_text("Every quote is an exact stretch of a recorded call.", NOTE)
    _facts(sheet, d.Facts(d.manifest_pairs(manifest)))
    if sheet.lacks:
        sheet.write_text(_LACKS, NOTE)
    return sheet.finished()


def _cover(sheet: Sheet, report: d.Report) -> None:
    sheet.box(0, 0, 210, 4, ACCENT)
    sheet.set_y(18)
    sheet.write_text("Buyerspeak", bold(Style(10.0, colour=ACCENT)))
    sheet.set_y(sheet.y + 1)
    sheet.write_text(report.title, bold(Style(26.0, leading=1.12)))
    sheet.set_y(sheet.y + 2)
    sheet.write_text(report.subtitle, Style(11.0, colour=SOFT))
    sheet.set_y(sheet.y + 5)


def _all(sheet: Sheet, blocks: Sequence[d.Block]) -> None:
    flat = [one for block in blocks for one in _laid_out(block)]
    for place, block in enumerate(flat):
        if isinstance(block, d.Heading) and place + 1 < len(flat):
            sheet.need(sheet.height(block.text, _HEADINGS[block.level]) + 8 + _least(sheet, flat[place + 1]))
        _WRITERS[type(block)](sheet, block)


def _laid_out(block: d.Block) -> Sequence[d.Block]:
    """Return the two sides of a pair one after the other: a page is too narrow for both."""
    return (*block.left, *block.right) if isinstance(block, d.Pair) else (block,)


def _least(sheet: Sheet, block: d.Block) -> float:
    """Return how much of a block must stand on the page of its heading."""
    if isinstance(block, d.Passage):
        return min(90.0, _passage_height(sheet, block))
    if isinstance(block, d.Quote):
        return min(90.0, sheet.height(block.text, QUOTE, WIDTH_MM - 5) + NOTE.line_mm)
    return 30.0 if isinstance(block, d.Table | d.Bars | d.Columns) else 14.0


def _heading(sheet: Sheet, block: d.Heading) -> None:
    style = _HEADINGS[block.level]
    # A heading stays with some lines of what follows it; `_all` knows what that is.
    sheet.need(sheet.height(block.text, style) + 18)
    sheet.gap((7, 5, 2.5)[block.level - 1])
    if block.level == 1 and not sheet.is_at_top:
        sheet.rule(sheet.y, ACCENT, 0.5)
        sheet.set_y(sheet.y + 3)
    sheet.mark(block.anchor)
    sheet.write_text(block.text, style)
    sheet.set_y(sheet.y + (2, 1.2, 0.8)[block.level - 1])


def _pieces(text: d.Text, style: Style) -> list[Piece]:
    pieces = [Piece(f"{text.label} ", bold(style))] if text.label else []
    pieces.append(Piece(text.text, style))
    if text.link:
        pieces.append(Piece("  " + (text.link_words or "More"), Style(style.size, colour=ACCENT), text.link))
    return pieces


def _style(text: d.Text) -> Style:
    base = {"body": BODY, "lead": Style(11.5, colour=SOFT), "note": NOTE}[text.kind]
    return Style(base.size, colour=TONES[text.tone]) if text.tone else base


def _text(sheet: Sheet, block: d.Text) -> None:
    sheet.need(8)
    sheet.write_pieces(_pieces(block, _style(block)))
    sheet.set_y(sheet.y + 1.6)


def _bullets(sheet: Sheet, block: d.Bullets) -> None:
    for item in block.items:
        style = _style(item)
        sheet.need(min(30.0, sheet.height(item.label + item.text, style, WIDTH_MM - 5)))
        sheet.set_fill_color(*ACCENT)
        sheet.ellipse(LEFT_MM + 1, sheet.y + style.line_mm / 2 - 0.5, 1.1, 1.1, style="F")
        sheet.write_pieces(_pieces(item, style), LEFT_MM + 5, WIDTH_MM - 5)
        sheet.set_y(sheet.y + 0.6)
    sheet.set_y(sheet.y + 1.4)


def _quote(sheet: Sheet, block: d.Quote) -> None:
    x, width = LEFT_MM + 5, WIDTH_MM - 5
    said = f"“{block.text}”"
    high = sheet.height((f"{block.label}: " if block.label else "") + said, QUOTE, width) + NOTE.line_mm
    sheet.need(min(high, 120))
    page, start = sheet.page_no(), sheet.y
    label = [Piece(f"{block.label}: ", bold(BODY))] if block.label else []
    sheet.write_pieces([*label, Piece(said, QUOTE)], x, width)
    source = [Piece(block.source, NOTE)]
    if block.link:
        source.append(Piece("   " + (block.link_words or "In the call"), Style(8.5, colour=ACCENT), block.link))
    sheet.write_pieces(source, x, width)
    if sheet.page_no() == page:
        sheet.box(LEFT_MM, start + 0.8, 0.9, sheet.y - start - 1.2, TONES[block.tone] if block.tone else LINE)
    sheet.set_y(sheet.y + 2.2)


def _passage_parts(block: d.Passage) -> list[tuple[str, Style, str]]:
    return [
        *([(block.heading, bold(Style(9.5)), "")] if block.heading else []),
        (block.text, Style(9.5), ""),
        (block.source, NOTE, block.link),
        *([(block.note, NOTE, "")] if block.note else []),
    ]


def _passage_height(sheet: Sheet, block: d.Passage) -> float:
    width = WIDTH_MM - 2 * _PAD_MM
    return sum(sheet.height(text, style, width) + 0.8 for text, style, _ in _passage_parts(block)) + 2 * _PAD_MM - 1


def _passage(sheet: Sheet, block: d.Passage) -> None:
    width, high = WIDTH_MM - 2 * _PAD_MM, _passage_height(sheet, block)
    fits = high < 200
    sheet.need(high if fits else 20)
    if fits:
        sheet.box(LEFT_MM, sheet.y, WIDTH_MM, high, WASHES[block.tone])
    sheet.set_y(sheet.y + _PAD_MM - 0.5)
    for text, style, link in _passage_parts(block):
        if link:
            sheet.write_pieces([Piece(text, Style(8.5, colour=ACCENT), link)], LEFT_MM + _PAD_MM, width)
        else:
            sheet.write_text(text, style, LEFT_MM + _PAD_MM, width)
        sheet.set_y(sheet.y + 0.8)
    sheet.set_y(sheet.y + _PAD_MM + 0.5)


def _facts(sheet: Sheet, block: d.Facts) -> None:
    wide = min(60.0, max((sheet.width_of(name, Style(9.0)) for name, _ in block.pairs), default=0) + 4)
    for name, value in block.pairs:
        high = sheet.height(value, Style(9.0), WIDTH_MM - wide)
        sheet.need(high)
        sheet.line_at(LEFT_MM, sheet.y, name, Style(9.0, colour=SOFT), width=wide)
        sheet.write_text(value or " ", Style(9.0), LEFT_MM + wide, WIDTH_MM - wide)
    sheet.set_y(sheet.y + 2)


def _tags(sheet: Sheet, block: d.Tags) -> None:
    sheet.need(12)
    x, y = LEFT_MM, sheet.y
    for tag in block.tags:
        style = bold(Style(8.5, colour=TONES[tag.tone] if tag.tone else INK))
        wide = sheet.width_of(tag.text, style) + 4
        if x + wide > LEFT_MM + WIDTH_MM:
            x, y = LEFT_MM, y + 6.5
        sheet.box(x, y, wide, 5.2, WASHES[tag.tone])
        sheet.line_at(x + 1.4, y + 0.5, tag.text, style)
        x += wide + 1.8
    sheet.set_xy(LEFT_MM, y + 7)


def _figures(sheet: Sheet, block: d.Figures) -> None:
    wide = WIDTH_MM / max(1, len(block.figures))
    high = 34.0
    sheet.need(high)
    y = sheet.y
    sheet.rule(y)
    for place, one in enumerate(block.figures):
        x, inner = LEFT_MM + place * wide + (4 if place else 0), wide - (6 if place else 2)
        if place:
            sheet.set_draw_color(*LINE)
            sheet.line(LEFT_MM + place * wide, y + 4, LEFT_MM + place * wide, y + high - 5)
        value = bold(Style(22.0, colour=TONES[one.tone] if one.tone else INK, leading=1.1))
        sheet.line_at(x, y + 3.5, one.value, value, width=inner)
        sheet.set_y(y + 13.5)
        sheet.write_text(one.label, Style(9.0, leading=1.2), x, inner)
        if one.note:
            sheet.set_y(sheet.y + 0.6)
            sheet.write_text(one.note, Style(8.0, colour=SOFT, leading=1.2), x, inner)
    sheet.rule(y + high - 1)
    sheet.set_xy(LEFT_MM, y + high + 3)


def _table(sheet: Sheet, block: d.Table) -> None:
    if block.caption:
        sheet.need(24)
        sheet.write_text(block.caption, bold())
        sheet.set_y(sheet.y + 1)
    total = sum(column.weight for column in block.columns)
    widths = [WIDTH_MM * column.weight / total for column in block.columns]
    head = [column.title for column in block.columns]
    _row(sheet, block.columns, widths, head, bold(Style(8.0, colour=SOFT)))
    for row in block.rows:
        page = sheet.page_no()
        sheet.need(_row_height(sheet, widths, [d.cell_text(cell) for cell in row], Style(9.0)))
        if sheet.page_no() != page:
            _row(sheet, block.columns, widths, head, bold(Style(8.0, colour=SOFT)))
        _row(sheet, block.columns, widths, [d.cell_text(cell) for cell in row], Style(9.0))
    sheet.set_y(sheet.y + 3)


def _row_height(sheet: Sheet, widths: Sequence[float], cells: Sequence[str], style: Style) -> float:
    return max(sheet.height(cell or " ", style, wide - 3) for cell, wide in zip(cells, widths, strict=True)) + 2.4


def _row(
    sheet: Sheet, columns_: Sequence[d.Column], widths: Sequence[float], cells: Sequence[str], style: Style
) -> None:
    high = _row_height(sheet, widths, cells, style)
    sheet.need(high)
    x, y = LEFT_MM, sheet.y
    for place, (cell, wide) in enumerate(zip(cells, widths, strict=True)):
        named = bold(style) if place == 0 else style
        sheet.set_y(y + 1.2)
        if columns_[place].is_number:
            sheet.line_at(x, y + 1.2, cell, style, width=wide - 3, align="R")
        else:
            sheet.write_text(cell or " ", named, x, wide - 3)
        x += wide
    sheet.rule(y + high)
    sheet.set_xy(LEFT_MM, y + high)


def _contents(sheet: Sheet, block: d.Contents) -> None:
    for text, anchor, note in block.entries:
        sheet.need(7)
        y = sheet.y
        wide = sheet.width_of(note, NOTE) + 4
        sheet.line_at(LEFT_MM + WIDTH_MM - wide, y + 0.6, note, NOTE, width=wide, align="R")
        sheet.line_at(LEFT_MM, y, text, BODY, width=WIDTH_MM - wide - 4)
        sheet.link_over(LEFT_MM, y, WIDTH_MM, 6, anchor)
        sheet.rule(y + 6.2)
        sheet.set_xy(LEFT_MM, y + 7)
    sheet.set_y(sheet.y + 2)


def _fold(sheet: Sheet, block: d.Fold) -> None:
    sheet.write_text(f"{block.summary}: left out on paper, shown in the HTML.", NOTE)
    sheet.set_y(sheet.y + 1.6)


def _break(sheet: Sheet, _: d.PageBreak) -> None:
    if sheet.y > 30:
        sheet.add_page()


_WRITERS: Mapping[type, Callable[[Sheet, Any], None]] = {
    d.Heading: _heading,
    d.Text: _text,
    d.Bullets: _bullets,
    d.Quote: _quote,
    d.Passage: _passage,
    d.Facts: _facts,
    d.Tags: _tags,
    d.Figures: _figures,
    d.Table: _table,
    d.Bars: bars,
    d.Columns: columns,
    d.Contents: _contents,
    d.Fold: _fold,
    d.PageBreak: _break,
}
