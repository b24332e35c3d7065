"""What every format is read into: headings, paragraphs, list items and table rows, in reading order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

_DIGIT = re.compile(r"\d")
_INVISIBLE: Final[dict[int, str | None]] = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u2060\ufeff"))
_LIGATURES: Final = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st"}
_NO_CHARACTERS: Final = dict.fromkeys([*range(9), *range(14, 28), 0x7F, *range(0xD800, 0xE000)])
"""Control characters and half characters, which damaged files give and no database holds."""
_PRINTED: Final = _INVISIBLE | _LIGATURES | _NO_CHARACTERS | {0x2011: "-"}
"""What print has and no keyboard: gone, or as it is typed."""

NOTES: Final = ", notes"
"""What ends the place of a speaker's notes, which customers do not get to see."""


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a document, its white space made single spaces."""

    kind: Literal["heading", "paragraph", "item", "row"]
    text: str
    level: int = 0
    """Of a heading: 1 for the highest. Otherwise 0."""
    place: str = ""
    """The page or slide, such as "page 2"; empty where the format has none."""
    stands_alone: bool = False
    """Of a heading: what stands under it is a unit of its own, however short, such as a slide."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file holds; `title` is empty where the file names none."""

    title: str
    blocks: tuple[Block, ...]
    properties: Mapping[str, Any] = field(default_factory=dict)
    """What the file says about itself, such as its `date`."""
    remarks: tuple[str, ...] = ()
    """What a person should know of it, such as pages that hold no text."""


def one_line(text: str) -> str:
    """Return the text with single spaces, without ligatures, soft hyphens and zero-width characters."""
    return " ".join(text.translate(_PRINTED).split())


def table_rows(rows: Iterable[Sequence[str]], *, place: str = "", has_header: bool | None = None) -> Iterator[Block]:
    """Yield a block per row of a table, its cells named by the first row where that helps to read it alone.

    `has_header` says whether the first row names the columns; None leaves that to what stands in it.
    Example: ("Plan", "Price"), ("Team", "12 €") -> "Plan: Team; Price: 12 €"
    """
    filled = [[one_line(cell) for cell in row] for row in rows]
    filled = [row for row in filled if any(row)]
    if not filled:
        return
    header, *body = filled
    is_named = _names_columns(header, body) if has_header is None else has_header and any(header)
    for row in body if is_named and body else filled:
        yield Block("row", _named_row(header, row) if is_named and body else _plain_row(row), place=place)


def _names_columns(header: Sequence[str], body: Sequence[Sequence[str]]) -> bool:
    """Whether a first row names the columns: in two columns the first cell rather names the second."""
    if len(header) < 3 or not all(header[1:]) or len(set(header)) == 1:
        return False
    # Figures over figures are a row like the others, unless its corner is left free as that of a heading.
    figures = [_DIGIT.search(cell) for cell in header[1:]]
    below = [_DIGIT.search(cell) for row in body[:1] for cell in row[1:]]
    return not (header[0] and any(a and b for a, b in zip(figures, below, strict=False)))


def _named_row(header: Sequence[str], row: Sequence[str]) -> str:
    names = [*header, *[""] * (len(row) - len(header))]
    if header[0]:
        pairs = (f"{name}: {cell}" if name else cell for name, cell in zip(names, row, strict=False) if cell)
        return "; ".join(pairs)
    # With the corner free, each row is about what its first cell names.
    cells = [f"{name} {cell}".strip() for name, cell in zip(names[1:], row[1:], strict=False) if cell]
    return ": ".join(part for part in (row[0], "; ".join(cells)) if part)


def _plain_row(row: Sequence[str]) -> str:
    cells = [cell for cell in row if cell]
    return ": ".join(cells) if len(cells) == 2 else "; ".join(cells)


def first_heading(blocks: Iterable[Block]) -> str:
    """Return the text of the first heading of the highest level that there is; empty without headings."""
    headings = [block for block in blocks if block.kind == "heading"]
    return min(headings, key=lambda block: block.level).text if headings else ""


def with_text(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """Return the blocks in one line each, without those that hold nothing."""
    cleaned = (replace(block, text=one_line(block.text)) for block in blocks)
    return tuple(block for block in cleaned if any(map(str.isalnum, block.text)))
