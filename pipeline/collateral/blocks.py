"""What every format is read into: headings, paragraphs, list items and table rows, in reading order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal


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


def one_line(text: str) -> str:
    """Return the text with single spaces and without soft hyphens and zero-width characters."""
    for invisible in ("\u00ad", "\u200b", "\ufeff"):
        text = text.replace(invisible, "")
    return " ".join(text.split())


def table_rows(rows: Iterable[Sequence[str]], *, place: str = "") -> Iterator[Block]:
    """Yield a block per row of a table, its cells named by the first row where that helps to read it alone.

    Example: ("", "Team", "Growth"), ("Price", "$29", "$59") -> "Price: Team $29 | Growth $59"
    """
    filled = [[one_line(cell) for cell in row] for row in rows]
    filled = [row for row in filled if any(row)]
    if not filled:
        return
    header, *body = filled
    # In two columns the first cell names the second; the header would come between them.
    is_named = bool(body) and len(header) >= 3 and all(header[1:]) and len(set(header)) > 1
    for row in body if is_named else filled:
        text = _named_row(header, row) if is_named else _plain_row(row)
        yield Block("row", text, place=place)


def _named_row(header: Sequence[str], row: Sequence[str]) -> str:
    first, *others = row
    cells = [f"{name} {cell}".strip() for name, cell in zip(header[1:], others, strict=False) if cell]
    cells += [cell for cell in others[len(header) - 1 :] if cell]
    return ": ".join(part for part in (first, " | ".join(cells)) if part)


def _plain_row(row: Sequence[str]) -> str:
    cells = [cell for cell in row if cell]
    if len(cells) == 2:
        return ": ".join(cells)
    return " | ".join(cells)


def first_heading(blocks: Iterable[Block]) -> str:
    """Return the text of the first heading of the highest level that there is; empty without headings."""
    headings = [block for block in blocks if block.kind == "heading"]
    return min(headings, key=lambda block: block.level).text if headings else ""


def with_text(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """Return the blocks in one line each, without those that hold nothing."""
    cleaned = (replace(block, text=one_line(block.text)) for block in blocks)
    return tuple(block for block in cleaned if any(map(str.isalnum, block.text)))
