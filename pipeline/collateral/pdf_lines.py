"""From printed lines to headings, paragraphs and table rows: a PDF says where words stand, not what they are."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Final

from pipeline.collateral.blocks import Block, table_rows
from pipeline.collateral.line_ends import hyphenated_words, join_lines

_COLUMN_GAP: Final = 1.5
"""A wider gap on a line, in sizes, parts two cells of a table."""
_PARAGRAPH_GAP: Final = 1.25
"""A step down this many times the usual one begins a paragraph."""
_LARGER: Final = 1.1
_MIN_HEADING_LETTERS: Final = 3
"""A large "97 %" is a figure."""
_MAX_HEADING_WORDS: Final = 20
_MAX_BOLD_WORDS: Final = 12
_QUOTE_MARKS: Final = ("“", "„", "«", '"', "‘")
_EDGE: Final = 0.08
"""The share of a page at its top and bottom where running titles and page numbers stand."""
_MARKS: Final = "•●○■□▪▫◦‣⁃∙·➢➤►▶✓✔–*-\uf0b7\uf0a7\uf0d8"
"""What opens an item; the last three are bullets of symbol fonts."""
_BULLET = re.compile(rf"^(?:[{re.escape(_MARKS)}]|\(?\d{{1,2}}[.)])\s+")
_BARE_BULLET = re.compile(rf"^(?:[{re.escape(_MARKS)}]|\(?\d{{1,2}}[.)])$")
_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(r"^(?:page|seite|p\.)?\s*#(?:\s*(?:/|of|von)\s*#)?$", re.IGNORECASE)
_PRINTED = re.compile(r"^(?:#\s*/\s*#|#[/.]#[/.]#,? #:#(?: [AP]M)?)$")
"""What browsers print into the corners of a page, beside its title and address: "1/3", or the time."""


@dataclass(frozen=True, slots=True)
class Fragment:
    """Text as the page draws it: `x` and `y` of its left end in points from the lower left corner."""

    text: str
    x: float
    y: float
    size: float
    is_bold: bool
    char_width: float
    """The mean width of a character, as a share of its size."""


@dataclass(frozen=True, slots=True)
class Line:
    """What stands at one height, parted into cells where the gaps are wide."""

    cells: tuple[str, ...]
    xs: tuple[float, ...]
    """Where each cell begins."""
    page: int
    y: float
    size: float
    is_bold: bool
    is_edge: bool

    @property
    def text(self) -> str:
        """The line as it reads."""
        return " ".join(self.cells)


def lines_of_page(fragments: Sequence[Fragment], *, page: int, height: float) -> list[Line]:
    """Return the lines of a page in the order in which they are drawn, which keeps columns apart."""
    groups: list[list[Fragment]] = []
    for fragment in fragments:
        last = groups[-1][-1] if groups else None
        if last and abs(last.y - fragment.y) <= 0.4 * last.size and fragment.x > last.x:
            groups[-1].append(fragment)
        else:
            groups.append([fragment])
    return [_line(group, page, height) for group in groups]


def _line(fragments: Sequence[Fragment], page: int, height: float) -> Line:
    cells = [fragments[0].text]
    xs = [fragments[0].x]
    for before, fragment in pairwise(fragments):
        gap = fragment.x - before.x - len(before.text) * before.size * before.char_width
        is_after_bullet = len(cells) == 1 and _BARE_BULLET.match(cells[0].strip())
        if is_after_bullet:
            cells[0] = f"{cells[0].strip()} {fragment.text}"
        elif gap > _COLUMN_GAP * before.size:
            cells.append(fragment.text)
            xs.append(fragment.x)
        else:
            cells[-1] += fragment.text
    first = fragments[0]
    return Line(
        cells=tuple(cell.strip() for cell in cells),
        xs=tuple(xs),
        page=page,
        y=first.y,
        size=round(max(fragment.size for fragment in fragments), 1),
        is_bold=all(fragment.is_bold for fragment in fragments),
        is_edge=not _EDGE * height < first.y < (1 - _EDGE) * height,
    )


def without_furniture(lines: Sequence[Line], *, n_pages: int) -> list[Line]:
    """Leave out page numbers, and what returns at the edge of half of the pages with other numbers at most."""
    pages_of = defaultdict(set)
    for line in lines:
        if line.is_edge:
            pages_of[_DIGITS.sub("#", line.text)].add(line.page)

    def is_furniture(line: Line) -> bool:
        if not line.is_edge:
            return False
        mask = _DIGITS.sub("#", line.text)
        is_printed = len(line.cells) > 1 and any(_PRINTED.match(_DIGITS.sub("#", cell)) for cell in line.cells)
        returns = len(pages_of[mask]) >= max(2, n_pages / 2)
        return is_printed or returns or _PAGE_NUMBER.match(mask) is not None

    return [line for line in lines if not is_furniture(line)]


def blocks_of_lines(lines: Sequence[Line]) -> Iterator[Block]:
    """Yield headings, by size and weight, paragraphs with their hyphens undone, items, and tables row by row."""
    if not lines:
        return
    levels = _heading_levels(lines)
    # A word that is somewhere printed with its hyphen on one line has it for good.
    words = hyphenated_words(" ".join(line.text for line in lines))
    for group in _groups(lines, _usual_step(lines)):
        first = group[0]
        place = f"page {first.page}"
        text = join_lines((line.text for line in group), words)
        if len(first.cells) > 1 and len(group) > 1:
            is_head_bold = first.is_bold and not group[1].is_bold
            yield from table_rows(_in_columns(group), place=place, has_header=is_head_bold or None)
        elif _is_heading(text, first, levels):
            yield Block("heading", text, level=levels[first.size], place=place)
        else:
            is_item = _BULLET.match(text) is not None
            yield Block("item" if is_item else "paragraph", _BULLET.sub("", text), place=place)


def _heading_levels(lines: Sequence[Line]) -> dict[float, int]:
    """Return the level of each size that is larger than the body's, the largest first; the body's own comes last."""
    chars = Counter[float]()
    for line in lines:
        chars[line.size] += len(line.text)
    body = max(chars, key=lambda size: (chars[size], -size))
    larger = sorted({line.size for line in lines if line.size >= _LARGER * body}, reverse=True)
    return {size: level for level, size in enumerate([*larger, body], start=1)}


def _is_heading(text: str, first: Line, levels: dict[float, int]) -> bool:
    """Whether a group of lines is a heading: larger than the body, or bold and no sentence; short, and no quote."""
    if first.size not in levels or len(first.cells) > 1 or text.startswith(_QUOTE_MARKS):
        return False
    if sum(map(str.isalpha, text)) < _MIN_HEADING_LETTERS:
        return False
    if levels[first.size] < len(levels):
        return len(text.split()) <= _MAX_HEADING_WORDS
    return first.is_bold and len(text.split()) <= _MAX_BOLD_WORDS and not text.endswith((".", ":", ","))


def _usual_step(lines: Sequence[Line]) -> float:
    """Return the usual step from line to line of one paragraph, in sizes."""
    steps = [
        (before.y - line.y) / line.size
        for before, line in pairwise(lines)
        if before.page == line.page and before.size == line.size and 0 < before.y - line.y < 4 * line.size
    ]
    return median(steps) if steps else 1.2


def _groups(lines: Sequence[Line], usual_step: float) -> Iterator[list[Line]]:
    group = [lines[0]]
    for line in lines[1:]:
        if _continues(group[-1], line, usual_step):
            group.append(line)
        else:
            yield group
            group = [line]
    yield group


def _continues(before: Line, line: Line, usual_step: float) -> bool:
    if len(before.cells) > 1 or len(line.cells) > 1:
        return len(before.cells) > 1 and len(line.cells) > 1 and before.page == line.page
    if before.size != line.size or before.is_bold != line.is_bold or _BULLET.match(line.text):
        return False
    step = (before.y - line.y) / line.size
    if before.page == line.page and 0 < step <= _PARAGRAPH_GAP * usual_step:
        return True
    # The next column or page goes on in the middle of a sentence.
    is_jump = before.page != line.page or step <= 0
    return is_jump and not before.text.endswith((".", "!", "?", ":")) and line.text[:1].islower()


def _in_columns(lines: Sequence[Line]) -> Iterator[list[str]]:
    """Yield the rows of a table, each cell in the column of the fullest row that begins nearest to it."""
    columns = max(lines, key=lambda line: len(line.cells)).xs
    for line in lines:
        row = [""] * len(columns)
        for cell, x in zip(line.cells, line.xs, strict=True):
            nearest = min(range(len(columns)), key=lambda column: abs(columns[column] - x))
            row[nearest] = f"{row[nearest]} {cell}".strip()
        yield row
