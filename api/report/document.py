"""A report as blocks: what it says and in which order, and nothing of how a form looks.

`api.report.forms` renders it as HTML, Markdown, PDF or DOCX; equal reports give equal bytes.
Texts are plain: no form reads a mark-up out of them. A link is an address or a fragment such as `#gap-t1`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

Tone = Literal["", "good", "warn", "bad"]
"""How a reader should take it: well, with care (amber), as a fault (red)."""
Cell: TypeAlias = str | int | float | None


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a report was made from: two with equal manifests are equal byte for byte."""

    data_version: str
    """The digest of the facts that the report is read from."""
    as_of: date
    """The day that "overdue" and "aged" are reckoned for."""
    facts: tuple[tuple[str, int], ...] = ()
    """How much of each kind was held."""
    models: tuple[tuple[str, str], ...] = ()
    settings: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a quote stands: `start_char` to `end_char` of a turn's text."""

    call: str
    turn: int
    start_char: int
    end_char: int


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of what follows; level 1 is a section, 2 a part of it, 3 a small one. `anchor` is for links to it."""

    text: str
    level: Literal[1, 2, 3] = 1
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph; `label` stands in bold before it, `link` leads from its last words (`link_words`)."""

    text: str
    label: str = ""
    kind: Literal["body", "lead", "note"] = "body"
    tone: Tone = ""
    link: str = ""
    link_words: str = ""


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of short texts."""

    items: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """Somebody's exact words; with a `place`, they are held against the transcript before anything is written."""

    text: str
    source: str
    place: Place | None = None
    label: str = ""
    """Who speaks, where that is not plain, such as "Rep"."""
    link: str = ""
    """Where it can be heard or read."""
    link_words: str = ""
    tone: Tone = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a document of ours, apart from what customers say."""

    text: str
    source: str
    heading: str = ""
    tone: Tone = ""
    note: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """Names with their values."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Tag:
    """A word or two that marks what follows."""

    text: str
    tone: Tone = ""


@dataclass(frozen=True, slots=True)
class Tags:
    """Marks in a row."""

    tags: tuple[Tag, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A number to see at once."""

    value: str
    label: str
    note: str = ""
    tone: Tone = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """Numbers in a row; up to five are readable."""

    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; numbers stand to the right. `weight` is its share of the width."""

    title: str
    is_number: bool = False
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns; the first column names the row."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: `value` of the chart's `top`, with what is written behind it, and an interval if it has one."""

    label: str
    value: float
    text: str
    tone: Tone = ""
    low: float | None = None
    high: float | None = None
    link: str = ""


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars that lie below each other, for things to compare; `top` is where the longest could end."""

    title: str
    bars: tuple[Bar, ...]
    top: float
    note: str = ""


@dataclass(frozen=True, slots=True)
class Columns:
    """Bars that stand beside each other, for one thing over time."""

    title: str
    bars: tuple[Bar, ...]
    top: float
    note: str = ""


@dataclass(frozen=True, slots=True)
class Contents:
    """The sections, each with a note such as its count; texts, anchors and notes."""

    entries: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two sides to be held against each other: beside each other where there is room, else one after the other."""

    left: tuple[Block, ...]
    right: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Fold:
    """What only some readers want: folded away on a screen, named by its summary alone on paper."""

    summary: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class PageBreak:
    """A new page on paper, nothing on a screen."""


Block: TypeAlias = (
    Heading
    | Text
    | Bullets
    | Quote
    | Passage
    | Facts
    | Tags
    | Figures
    | Table
    | Bars
    | Columns
    | Contents
    | Pair
    | Fold
    | PageBreak
)


@dataclass(frozen=True, slots=True)
class Report:
    """What is handed out: a title, what it counts over, its blocks, and what it was made from."""

    title: str
    subtitle: str
    blocks: tuple[Block, ...]
    manifest: Manifest


def walk(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield the blocks and those inside them, in the order of reading."""
    for block in blocks:
        yield block
        if isinstance(block, Pair):
            yield from walk((*block.left, *block.right))
        elif isinstance(block, Fold):
            yield from walk(block.blocks)


def cell_text(cell: Cell) -> str:
    """Return a cell as readers see it."""
    if cell is None:
        return ""
    return f"{cell:,}" if isinstance(cell, int) else f"{cell:,.2f}" if isinstance(cell, float) else cell


def manifest_pairs(manifest: Manifest) -> tuple[tuple[str, str], ...]:
    """Return what a report was made from, as names with values for readers."""
    held = ", ".join(f"{n:,} {name}" for name, n in manifest.facts)
    return (
        ("Data version", manifest.data_version),
        ("As of", manifest.as_of.isoformat()),
        *((("Held", held),) if held else ()),
        *((f"Model: {name}", value) for name, value in manifest.models),
        *((f"Setting: {name}", value) for name, value in manifest.settings),
    )
