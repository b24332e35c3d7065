"""The paper that a PDF report is set on: typefaces, margins, page numbers, and text in the house's type."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from fpdf import FPDF
from fpdf.enums import XPos, YPos

Colour = tuple[int, int, int]
INK: Final[Colour] = (23, 32, 31)
SOFT: Final[Colour] = (86, 97, 104)
LINE: Final[Colour] = (223, 228, 227)
PANEL: Final[Colour] = (244, 246, 245)
ACCENT: Final[Colour] = (12, 92, 99)
TONES: Final[dict[str, Colour]] = {"": ACCENT, "good": (47, 125, 79), "warn": (161, 92, 0), "bad": (156, 47, 28)}
WASHES: Final[dict[str, Colour]] = {
    "": PANEL,
    "good": (227, 241, 231),
    "warn": (253, 241, 220),
    "bad": (251, 238, 234),
}
LEFT_MM: Final = 20.0
WIDTH_MM: Final = 170.0
_TOP_MM: Final = 24.0
_BOTTOM_MM: Final = 22.0
_MM_PER_POINT: Final = 25.4 / 72
_ABSENT: Final = "?"
_FACES: Final = {
    ("sans", ""): ("font_source_sans_pro", "SourceSansPro-Regular.ttf"),
    ("sans", "B"): ("font_source_sans_pro", "SourceSansPro-Semibold.ttf"),
    ("serif", ""): ("font_source_serif_pro", "SourceSerifPro-Regular.ttf"),
}
"""Source Sans and Source Serif (SIL Open Font License) come as packages. The fonts that every PDF reader has know only
the letters of western Europe, and a customer's words are not to be respelled."""


@dataclass(frozen=True, slots=True)
class Style:
    """How some words are set; `leading` is the distance of lines as a multiple of the size."""

    size: float = 10.0
    family: str = "sans"
    is_bold: bool = False
    colour: Colour = INK
    leading: float = 1.38

    @property
    def line_mm(self) -> float:
        """The distance of lines."""
        return self.size * self.leading * _MM_PER_POINT


BODY: Final = Style()
NOTE: Final = Style(8.5, colour=SOFT)
QUOTE: Final = Style(11.0, "serif")


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of one style within a paragraph; `link` is an address or a fragment."""

    text: str
    style: Style = BODY
    link: str = ""


class Sheet(FPDF):
    """A4 pages with a running title and page numbers; `y` is where the next block starts."""

    def __init__(self, title: str, foot: str, made_on: date, anchors: Iterable[str]) -> None:
        """Take the running title, the foot line, the day that the file is dated, and what links within can reach."""
        super().__init__(format="A4", unit="mm")
        self._running, self._foot = title, foot
        self.set_margins(LEFT_MM, _TOP_MM, 210 - LEFT_MM - WIDTH_MM)
        self.set_auto_page_break(True, _BOTTOM_MM)
        self.set_creation_date(datetime.combine(made_on, time(), UTC))
        self.set_title(title)
        self.c_margin = 0
        self.set_producer("Buyerspeak")
        self.set_lang("en")
        for (family, weight), (package, name) in _FACES.items():
            self.add_font(family, weight, _font_file(package, name))
        self._known = set.intersection(*(set(face.cmap) for face in self.fonts.values()))  # type: ignore[union-attr]
        self._anchors = frozenset(anchors)
        self.lacks = False
        """Whether a character was met that the typefaces lack."""

    def header(self) -> None:
        """Set the running title, but on the first page."""
        if self.page_no() > 1:
            self.set_xy(LEFT_MM, 11)
            self._set(NOTE)
            self.cell(WIDTH_MM, 4, self.clean(self._running))
            self.rule(16)
            self.set_xy(LEFT_MM, _TOP_MM)

    def footer(self) -> None:
        """Set the foot line and the page's number."""
        self._set(NOTE)
        self.set_xy(LEFT_MM, -14)
        self.cell(WIDTH_MM - 20, 4, self.clean(self._foot))
        self.set_xy(LEFT_MM + WIDTH_MM - 20, -14)
        self.cell(20, 4, f"{self.page_no()} / {{nb}}", align="R")

    def clean(self, text: str) -> str:
        """Return the text with a question mark for each character that the typefaces lack."""
        kept = "".join(
            sign if ord(sign) in self._known or sign == "\n" else " " if sign.isspace() else _ABSENT for sign in text
        )
        self.lacks = self.lacks or kept.count(_ABSENT) > text.count(_ABSENT)
        return kept

    def write_pieces(self, pieces: Sequence[Piece], x: float = LEFT_MM, width: float = WIDTH_MM) -> None:
        """Set a paragraph whose words may differ in style, from `y` on."""
        self.set_left_margin(x)
        self.set_right_margin(210 - x - width)
        self.set_x(x)
        tallest = max(piece.style.line_mm for piece in pieces)
        for piece in pieces:
            self._set(piece.style)
            self.write(tallest, self.clean(piece.text), self._target(piece.link))
        self.ln(tallest)
        self.set_margins(LEFT_MM, _TOP_MM, 210 - LEFT_MM - WIDTH_MM)
        self.set_x(LEFT_MM)

    def write_text(self, text: str, style: Style = BODY, x: float = LEFT_MM, width: float = WIDTH_MM) -> None:
        """Set a paragraph in one style, from `y` on; line breaks in it stay."""
        self._set(style)
        self.set_x(x)
        self.multi_cell(width, style.line_mm, self.clean(text), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def height(self, text: str, style: Style = BODY, width: float = WIDTH_MM) -> float:
        """Return how high a paragraph would stand."""
        self._set(style)
        found = self.multi_cell(width, style.line_mm, self.clean(text), align="L", dry_run=True, output="HEIGHT")
        return float(found)  # type: ignore[arg-type]

    def width_of(self, text: str, style: Style = BODY) -> float:
        """Return how wide a line would be."""
        self._set(style)
        return self.get_string_width(self.clean(text))

    def line_at(self, x: float, y: float, text: str, style: Style, *, width: float = 0.0, align: str = "L") -> None:
        """Set one line at a place of the page, cut to `width` if that is given."""
        cut = self.clean(text)
        self._set(style)
        if width and self.get_string_width(cut) > width:
            while cut and self.get_string_width(cut + "…") > width:
                cut = cut[:-1]
            cut = cut.rstrip() + "…"
        self.set_xy(x, y)
        self.cell(width or None, style.line_mm, cut, align=align)

    @property
    def is_at_top(self) -> bool:
        """Whether nothing is set on this page yet."""
        return self.y <= _TOP_MM + 1

    def need(self, height: float) -> None:
        """Turn the page unless so much of it is left."""
        if self.y + height > self.h - _BOTTOM_MM and not self.is_at_top:
            self.add_page()

    def gap(self, height: float) -> None:
        """Leave room, but not at the top of a page."""
        if not self.is_at_top:
            self.set_y(self.y + height)

    def rule(self, y: float, colour: Colour = LINE, weight: float = 0.2) -> None:
        """Draw a line across."""
        self.set_draw_color(*colour)
        self.set_line_width(weight)
        self.line(LEFT_MM, y, LEFT_MM + WIDTH_MM, y)

    def box(self, x: float, y: float, width: float, height: float, colour: Colour) -> None:
        """Fill a rectangle."""
        self.set_fill_color(*colour)
        self.rect(x, y, width, height, style="F")

    def mark(self, anchor: str) -> None:
        """Let links to the anchor lead here."""
        if anchor:
            self.set_link(name=anchor, y=max(0.0, self.y - 6))

    def link_over(self, x: float, y: float, width: float, height: float, anchor: str) -> None:
        """Let a stretch of the page lead to an anchor of the report, if it has that."""
        if anchor in self._anchors:
            self.link(x, y, width, height, f"#{anchor}")

    def finished(self) -> bytes:
        """Return the file, and let go of the typefaces; nothing can be set after that."""
        try:
            return bytes(self.output())
        finally:
            for face in self.fonts.values():
                face.close()  # type: ignore[union-attr]

    def _target(self, link: str) -> str:
        return "" if link.startswith("#") and link[1:] not in self._anchors else link

    def _set(self, style: Style) -> None:
        self.set_font(style.family, "B" if style.is_bold and style.family == "sans" else "", style.size)
        self.set_text_color(*style.colour)


def bold(style: Style = BODY) -> Style:
    """Return the style in bold."""
    return replace(style, is_bold=True)


def _font_file(package: str, name: str) -> Path:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"The typeface package {package} is not installed.")
    return Path(spec.origin).parent / "files" / name
