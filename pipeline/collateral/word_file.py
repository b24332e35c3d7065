"""The one door to python-docx: Word documents, with their tables and text boxes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final

from pipeline.collateral.blocks import Block, Reading, first_heading, table_rows, with_text
from pipeline.collateral.office_zip import check_office_zip, said_of_itself

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_NOT_SAID: Final = frozenset({f"{_W}txbxContent", f"{_W}del", f"{_W}moveFrom", f"{_W}pPr", f"{_W}rPr", _FALLBACK})
_CONTAINERS: Final = frozenset(f"{_W}{tag}" for tag in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"))
_BREAKS: Final = frozenset({f"{_W}tab", f"{_W}br", f"{_W}cr"})
_STYLE_LEVEL = re.compile(r"^heading (\d)$", re.IGNORECASE)
_BOLD_LEVEL: Final = 7
_MAX_BOLD_WORDS: Final = 12
_MAX_SPAN: Final = 50


def read_word(data: bytes, name: str) -> Reading:
    """Return the blocks of a Word document; its title is a paragraph in the style Title, or the first heading."""
    from docx import Document
    from docx.table import Table
    from docx.text.paragraph import Paragraph

    check_office_zip(data, name)
    document: Any = Document(BytesIO(data))
    blocks: list[Block] = []
    for element in _flow(document.element.body):
        if element.tag == f"{_W}tbl":
            table = Table(element, document)
            blocks += table_rows(_cells(table), has_header=_has_header(table) or None)
        else:
            blocks.append(_block(Paragraph(element, document)))
    found = with_text(blocks)
    title, properties = said_of_itself(document.core_properties)
    return Reading(first_heading(found) or title, found, properties)


def _flow(element: Any) -> Iterator[Any]:
    """Yield paragraphs and tables in order; python-docx's own list leaves out text boxes and content controls."""
    for child in element:
        if child.tag == f"{_W}p":
            yield child
            for box in child.iter(f"{_W}txbxContent"):
                if not any(above.tag == _FALLBACK for above in box.iterancestors()):
                    yield from _flow(box)
        elif child.tag == f"{_W}tbl":
            yield child
        elif child.tag in _CONTAINERS:
            yield from _flow(child)


def _text(element: Any) -> str:
    """Return what a paragraph says now: inserted text, without deleted text and without its text boxes."""
    if element.tag == f"{_W}t":
        return element.text or ""
    if element.tag in _BREAKS:
        return " "
    return "".join(_text(child) for child in element if child.tag not in _NOT_SAID)


def _block(paragraph: Any) -> Block:
    text = _text(paragraph._p)
    style = (paragraph.style.name if paragraph.style is not None else None) or ""
    found = _STYLE_LEVEL.match(style)
    if found or style == "Title":
        return Block("heading", text, level=int(found[1]) + 1 if found else 1)
    if style.startswith("List") or paragraph._p.find(f"{_W}pPr/{_W}numPr") is not None:
        return Block("item", text)
    if _is_bold_line(paragraph, text):
        return Block("heading", text, level=_BOLD_LEVEL)
    return Block("paragraph", text)


def _is_bold_line(paragraph: Any, text: str) -> bool:
    """Whether a paragraph is a heading by its looks: short, bold throughout, and no sentence."""
    runs = [run for run in paragraph.runs if run.text.strip()]
    is_short = 0 < len(text.split()) <= _MAX_BOLD_WORDS and not text.rstrip().endswith((".", "!", ":", ";", ","))
    return is_short and bool(runs) and all(run.bold for run in runs)


def _has_header(table: Any) -> bool:
    """Whether the first row is marked as the head of the table, or is the only one in bold."""
    first, *others = table._tbl.tr_lst
    if first.find(f"{_W}trPr/{_W}tblHeader") is not None:
        return True
    bold = [_is_bold(row) for row in (first, *others[:1])]
    return bold == [True, False]


def _is_bold(row: Any) -> bool:
    runs = [run for run in row.iter(f"{_W}r") if "".join(text.text or "" for text in run.iter(f"{_W}t")).strip()]
    return bool(runs) and all(run.find(f"{_W}rPr/{_W}b") is not None for run in runs)


def _cells(table: Any) -> Iterator[list[str]]:
    above: list[str] = []
    for row in table._tbl.tr_lst:
        cells: list[str] = []
        for cell in row.tc_lst:
            text = " ".join(_text(paragraph) for paragraph in cell.iter(f"{_W}p"))
            if cell.vMerge == "continue" and len(cells) < len(above):
                text = above[len(cells)]
            cells += [text, *[""] * (min(cell.grid_span, _MAX_SPAN) - 1)]
        above = cells
        yield cells
