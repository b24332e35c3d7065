"""A report as a Word document, to be edited further."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any, Final

from api.report import document as d

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

_TONES: Final[Mapping[str, str]] = {"good": "2F7D4F", "warn": "A15C00", "bad": "9C2F1C"}
_SOFT: Final = "566168"
_BAR_CELLS: Final = 24
_ZIP_TIME: Final = (1980, 1, 1, 0, 0, 0)


def render_docx(report: d.Report) -> bytes:
    """Return the report in Word's own styles, so that another template can restyle it; charts are bars of letters."""
    import docx
    from docx.shared import Pt

    document = docx.Document()
    document.styles["Normal"].font.size = Pt(10.5)
    made_on = datetime.combine(report.manifest.as_of, time(), UTC).replace(tzinfo=None)
    about = document.core_properties
    about.title, about.author, about.created, about.modified = report.title, "Buyerspeak", made_on, made_on
    document.add_heading(_kept(report.title), 0)
    _run(document.add_paragraph(), report.subtitle, colour=_SOFT)
    _number_pages(document)
    _all(document, report.blocks)
    document.add_heading("How this report was made", 2)
    _facts(document, d.Facts(d.manifest_pairs(report.manifest)))
    file = io.BytesIO()
    document.save(file)
    return _undated(file)


def _undated(file: io.BytesIO) -> bytes:
    """Return the archive with its entries in one order and of one time: python-docx writes the present."""
    undated = io.BytesIO()
    with zipfile.ZipFile(file) as given, zipfile.ZipFile(undated, "w", zipfile.ZIP_DEFLATED) as made:
        for name in given.namelist():
            entry = zipfile.ZipInfo(name, _ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            made.writestr(entry, given.read(name))
    return undated.getvalue()


def _number_pages(document: Document) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    document.sections[0].footer.paragraphs[0]._p.append(field)


def _kept(text: str) -> str:
    """Return the text without the control characters that XML cannot hold."""
    return "".join(sign for sign in text if sign in "\n\t" or sign >= " ")


def _run(paragraph: Paragraph, text: str, *, bold: bool = False, italic: bool = False, colour: str = "") -> None:
    from docx.shared import RGBColor

    run = paragraph.add_run(_kept(text))
    run.bold, run.italic = bold or None, italic or None
    if colour:
        run.font.color.rgb = RGBColor.from_string(colour)


def _all(document: Document, blocks: Iterable[d.Block]) -> None:
    for block in blocks:
        _WRITERS[type(block)](document, block)


def _heading(document: Document, block: d.Heading) -> None:
    document.add_heading(_kept(block.text), block.level)


def _line(paragraph: Paragraph, text: d.Text) -> None:
    colour = _TONES.get(text.tone, _SOFT if text.kind != "body" else "")
    if text.label:
        _run(paragraph, f"{text.label} ", bold=True, colour=colour)
    _run(paragraph, text.text, colour=colour)
    _link(paragraph, text.link, text.link_words or "More")


def _link(paragraph: Paragraph, address: str, words: str) -> None:
    """Write where a link leads; one within the report is left out, as Word's own navigation does that."""
    if address and not address.startswith("#"):
        _run(paragraph, f"  {words}: {address}", colour=_SOFT)


def _text(document: Document, block: d.Text) -> None:
    _line(document.add_paragraph(), block)


def _bullets(document: Document, block: d.Bullets) -> None:
    for item in block.items:
        _line(document.add_paragraph(style="List Bullet"), item)


def _quote(document: Document, block: d.Quote) -> None:
    paragraph = document.add_paragraph(style="Quote")
    if block.label:
        _run(paragraph, f"{block.label}: ", bold=True)
    _run(paragraph, f"“{block.text}”", colour=_TONES.get(block.tone, ""))
    source = document.add_paragraph()
    _run(source, f"— {block.source}", colour=_SOFT)
    _link(source, block.link, block.link_words or "In the call")


def _passage(document: Document, block: d.Passage) -> None:
    if block.heading:
        _run(document.add_paragraph(), block.heading, bold=True, colour=_TONES.get(block.tone, ""))
    _run(document.add_paragraph(style="Intense Quote"), block.text)
    _run(document.add_paragraph(), f"— {block.source}", colour=_SOFT)
    if block.note:
        _run(document.add_paragraph(), block.note, colour=_SOFT)


def _facts(document: Document, block: d.Facts) -> None:
    _grid(document, [[name, value] for name, value in block.pairs], header=False)


def _tags(document: Document, block: d.Tags) -> None:
    paragraph = document.add_paragraph()
    for place, tag in enumerate(block.tags):
        _run(paragraph, (" · " if place else "") + tag.text, bold=True, colour=_TONES.get(tag.tone, ""))


def _figures(document: Document, block: d.Figures) -> None:
    for one in block.figures:
        paragraph = document.add_paragraph()
        _run(paragraph, one.value, bold=True, colour=_TONES.get(one.tone, ""))
        _run(paragraph, f"  {one.label}" + (f" ({one.note})" if one.note else ""))


def _table(document: Document, block: d.Table) -> None:
    if block.caption:
        _run(document.add_paragraph(), block.caption, bold=True)
    head = [column.title for column in block.columns]
    _grid(document, [head, *([d.cell_text(cell) for cell in row] for row in block.rows)], header=True)


def _grid(document: Document, rows: list[list[str]], *, header: bool) -> None:
    if not rows:
        return
    table = document.add_table(rows=len(rows), cols=len(rows[0]), style="Light List Accent 1" if header else None)
    for cells, row in zip(table.rows, rows, strict=True):
        for cell, text in zip(cells.cells, row, strict=True):
            cell.text = _kept(text)
    document.add_paragraph()


def _chart(document: Document, block: d.Bars | d.Columns) -> None:
    drawn = [
        [bar.label, "█" * round(_BAR_CELLS * bar.value / block.top) if block.top else "", bar.text]
        for bar in block.bars
    ]
    _run(document.add_paragraph(), block.title, bold=True)
    _grid(document, drawn, header=False)
    if block.note:
        _run(document.add_paragraph(), block.note, colour=_SOFT)


def _contents(document: Document, block: d.Contents) -> None:
    for text, _, note in block.entries:
        paragraph = document.add_paragraph(style="List Bullet")
        _run(paragraph, text)
        _run(paragraph, f"  {note}", colour=_SOFT)


def _pair(document: Document, block: d.Pair) -> None:
    _all(document, (*block.left, *block.right))


def _fold(document: Document, block: d.Fold) -> None:
    _run(document.add_paragraph(), f"{block.summary}: shown in the HTML.", colour=_SOFT)


def _break(document: Document, _: d.PageBreak) -> None:
    document.add_page_break()  # type: ignore[no-untyped-call]


_WRITERS: Mapping[type, Callable[[Any, Any], None]] = {
    d.Heading: _heading,
    d.Text: _text,
    d.Bullets: _bullets,
    d.Quote: _quote,
    d.Passage: _passage,
    d.Facts: _facts,
    d.Tags: _tags,
    d.Figures: _figures,
    d.Table: _table,
    d.Bars: _chart,
    d.Columns: _chart,
    d.Contents: _contents,
    d.Pair: _pair,
    d.Fold: _fold,
    d.PageBreak: _break,
}
