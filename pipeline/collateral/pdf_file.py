"""The one door to pypdf: the printed lines of every page, with their place and size."""

from __future__ import annotations

import re
from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from pipeline.collateral.blocks import Reading, first_heading, one_line, with_text
from pipeline.collateral.pdf_columns import in_reading_order
from pipeline.collateral.pdf_lines import Fragment, Line, blocks_of_lines, lines_of_page, without_furniture
from pipeline.errors import UnreadableFile

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

_MEAN_WIDTH: Final = 0.5
_FIXED_WIDTH: Final = 0.6
_MAX_NAMED_PAGES: Final = 10
_BY_PROGRAMS = re.compile(r"^(?:Microsoft (?:Word|PowerPoint) - |untitled$|PowerPoint[- ]Pr\w+$)", re.IGNORECASE)
"""What programs write into the title where nobody gave one."""


def read_pdf(data: bytes, name: str) -> Reading:
    """Return the blocks of a PDF; its title is its first heading of the largest size, or that of its properties.

    Raises UnreadableFile if it is encrypted, or holds pages but no text.
    """
    from pypdf.errors import LimitReachedError

    try:
        return _read(data, name)
    except LimitReachedError as error:
        raise UnreadableFile(
            f"{name} would unpack to far more than a document holds, and is not read. Save or export it again."
        ) from error


def _read(data: bytes, name: str) -> Reading:
    from pypdf import PdfReader

    reader = PdfReader(BytesIO(data))
    _unlock(reader, name)
    lines: list[Line] = []
    empty: list[int] = []
    for number, page in enumerate(reader.pages, start=1):
        found = _lines(page, number)
        lines += found
        if not found:
            empty.append(number)
    kept = in_reading_order(without_furniture(lines, n_pages=len(reader.pages)))
    blocks = with_text(blocks_of_lines(kept))
    if not blocks:
        raise UnreadableFile(
            f"{name} holds no text; it may be a scan. Run text recognition over it, or give the file it was made from."
        )
    title, properties = _said_of_itself(reader)
    return Reading(first_heading(blocks) or title, blocks, properties, _remarks(empty, len(reader.pages)))


def _said_of_itself(reader: PdfReader) -> tuple[str, dict[str, str]]:
    """Return the title and the day of a PDF's properties, as far as they can be."""
    said = reader.metadata
    if said is None:
        return "", {}
    try:
        when = said.modification_date or said.creation_date
    except ValueError:
        when = None
    title = _BY_PROGRAMS.sub("", one_line(str(said.title or "")))
    return title, {"date": when.date().isoformat()} if when else {}


def _remarks(empty: Sequence[int], n_pages: int) -> tuple[str, ...]:
    if not empty:
        return ()
    named = ", ".join(map(str, empty[:_MAX_NAMED_PAGES])) + (" …" if len(empty) > _MAX_NAMED_PAGES else "")
    return (f"{len(empty)} of {n_pages} pages hold no text (page {named}); they may be scans or pictures.",)


def _unlock(reader: PdfReader, name: str) -> None:
    """Open a PDF that is encrypted with the empty password, as one that merely forbids printing is."""
    from pypdf.errors import DependencyError

    if not reader.is_encrypted:
        return
    try:
        opened = bool(reader.decrypt(""))
    except DependencyError:
        opened = False
    if not opened:
        raise UnreadableFile(f"{name} is encrypted. Save it without a password and without restrictions.")


def _lines(page: PageObject, number: int) -> list[Line]:
    fragments: list[Fragment] = []

    def visit(text: str, outer: list[float], inner: list[float], font: dict[str, Any] | None, size: float) -> None:
        if not text.strip():
            return
        x = inner[4] * outer[0] + inner[5] * outer[2] + outer[4]
        y = inner[4] * outer[1] + inner[5] * outer[3] + outer[5]
        scale = abs(inner[3] * outer[3]) or abs(inner[1] * outer[1]) or 1.0
        face = str((font or {}).get("/BaseFont", "")).lower()
        width = _FIXED_WIDTH if any(name in face for name in ("mono", "courier", "consol")) else _MEAN_WIDTH
        words = text.replace("\n", " ")
        fragments.append(Fragment(words, x, y, size * scale, is_bold="bold" in face, char_width=width))

    page.extract_text(visitor_text=visit)
    return lines_of_page(fragments, page=number, height=float(page.mediabox.height))
