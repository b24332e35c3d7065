"""Pages set in columns whose lines are drawn across: what is read column by column is put in that order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import median
from typing import Final

from pipeline.collateral.pdf_lines import Line

_MAX_COLUMNS: Final = 3
_MIN_LINES: Final = 4
_MIN_CHARS: Final = 18
"""The cells of running text are as long as its column is wide; those of tables are short."""
_MIN_FILLED: Final = 0.6
"""How long most lines of a column are, as a share of the longest."""
_SAME_X: Final = 2.0
"""Lines of one column begin within so many sizes of each other, for the first lines of paragraphs are set in."""


def in_reading_order(lines: Sequence[Line]) -> list[Line]:
    """Return the lines with those that run across columns of text parted, the left column before the right."""
    ordered: list[Line] = []
    for run in _runs(lines):
        edges = _edges(run)
        ordered += _by_column(run, edges) if edges else run
    return ordered


def _runs(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Yield stretches of lines that go down one page at one size, and may be set in the same columns."""
    run: list[Line] = []
    for line in lines:
        if run and not (line.page == run[-1].page and line.size == run[-1].size and line.y < run[-1].y):
            yield run
            run = []
        run.append(line)
    if run:
        yield run


def _edges(run: Sequence[Line]) -> tuple[float, ...]:
    """Return where the columns of a stretch begin; none unless it is text in columns."""
    wide = [line for line in run if len(line.cells) > 1]
    if len(wide) < _MIN_LINES:
        return ()
    n_columns = max(len(line.cells) for line in wide)
    full = [line for line in wide if len(line.cells) == n_columns]
    if n_columns > _MAX_COLUMNS or len(full) < max(_MIN_LINES, len(wide) / 2):
        return ()
    edges = tuple(median(line.xs[place] for line in full) for place in range(n_columns))
    columns = [[len(line.cells[place]) for line in full] for place in range(n_columns)]
    is_text = all(median(chars) >= max(_MIN_CHARS, _MIN_FILLED * max(chars)) for chars in columns)
    fits = all(min(abs(x - edge) for edge in edges) <= _SAME_X * line.size for line in wide for x in line.xs)
    return edges if is_text and fits else ()


def _by_column(run: Sequence[Line], edges: Sequence[float]) -> list[Line]:
    columns: list[list[Line]] = [[] for _ in edges]
    for line in run:
        for cell, x in zip(line.cells, line.xs, strict=True):
            nearest = min(range(len(edges)), key=lambda place: abs(edges[place] - x))
            columns[nearest].append(replace(line, cells=(cell,), xs=(x,)))
    return [line for column in columns for line in column]
