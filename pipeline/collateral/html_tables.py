"""Tables of web pages as rows of cells, each cell in its own column however cells are merged.

The nodes are those of `html_file`, which alone knows their library.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from pipeline.collateral.blocks import Block, table_rows

_MAX_CELL_WORDS: Final = 60
_MAX_SPAN: Final = 50
_NUMBER = re.compile(r"\d{1,3}")


def holds_facts(table: Any) -> bool:
    """Whether a table holds facts; pages of old lay themselves out in tables."""
    if table.css_first("table table, td h1, td h2, td p + p + p") is not None:
        return False
    return all(len(cell.text(separator=" ").split()) <= _MAX_CELL_WORDS for cell in table.css("td, th"))


def fact_rows(table: Any) -> Iterator[Block]:
    """Yield the rows of a table that holds facts, after its caption."""
    caption = table.css_first("caption")
    if caption is not None:
        yield Block("paragraph", caption.text(separator=" "))
    first = table.css_first("tr")
    cells = [cell.tag for cell in first.iter()] if first is not None else []
    has_header = len(cells) > 1 and all(tag == "th" for tag in cells)
    yield from table_rows(_cells(table), has_header=True if has_header else None)


def _cells(table: Any) -> Iterator[list[str]]:
    reaching: dict[int, tuple[int, str]] = {}
    for row in table.css("tr"):
        cells: list[str] = []
        begun: dict[int, tuple[int, str]] = {}
        for cell in (cell for cell in row.iter() if cell.tag in ("td", "th")):
            _take_from_above(cells, reaching)
            text, columns, rows = cell.text(separator=" "), _span(cell, "colspan"), _span(cell, "rowspan")
            for place in range(columns):
                if rows > 1:
                    begun[len(cells)] = (rows - 1, text if place == 0 else "")
                cells.append(text if place == 0 else "")
        _take_from_above(cells, reaching)
        reaching |= begun
        yield cells


def _take_from_above(cells: list[str], reaching: dict[int, tuple[int, str]]) -> None:
    """Fill the next columns with the cells of earlier rows that reach down into this one."""
    while (column := len(cells)) in reaching:
        rows, text = reaching.pop(column)
        cells.append(text)
        if rows > 1:
            reaching[column] = (rows - 1, text)


def _span(cell: Any, name: str) -> int:
    given = (cell.attributes.get(name) or "").strip()
    return max(1, min(_MAX_SPAN, int(given))) if _NUMBER.fullmatch(given) else 1
