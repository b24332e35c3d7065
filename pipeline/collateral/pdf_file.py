"""The one door to pypdf: the printed lines of every page, with their place and size."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from pipeline.collateral.blocks import Reading, first_heading, one_line, with_text
from pipeline.collateral.pdf_lines import Fragment, Line, blocks_of_lines, lines_of_page, without_furniture
from pipeline.errors import UnreadableFile

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

_MEAN_WIDTH: Final = 0.5
_FIXED_WIDTH: Final = 0.6


def read_pdf(data: bytes, name: str) -> Reading:
    """Return the blocks of a PDF; its title is its first heading of the largest size, or that of its properties.

    Raises UnreadableFile if it is encrypted, or holds pages but no text.
    """
    from pypdf import PdfReader

    reader = PdfReader(BytesIO(data))
    _unlock(reader, name)
    lines: list[Line] = []
    for number, page in enumerate(reader.pages, start=1):
        lines += _lines(page, number)
    blocks = with_text(blocks_of_lines(without_furniture(lines, n_pages=len(reader.pages))))
    if not blocks:
        raise UnreadableFile(
            f"{name} holds no text; it may be a scan. Run text recognition over it, or give the file it was made from."
        )
    given = reader.metadata.title if reader.metadata else None
    return Reading(first_heading(blocks) or one_line(given or ""), blocks)


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
