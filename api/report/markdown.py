"""A report as Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from api.report import document as d

_MARKS = re.compile(r"([\\`*_\[\]<>~|])")
_OPENING_MARK = re.compile(r"^(\s*)([#+-]|\d+[.)])(?=\s)")
_BAR_CELLS = 20


def render_markdown(report: d.Report) -> str:
    """Return the report; charts are tables with bars of letters, and what only some readers want is written out."""
    lines = [f"# {escaped(report.title)}", "", escaped(report.subtitle), "", *_all(report.blocks)]
    lines += ["## How this report was made", "", *_facts(d.Facts(d.manifest_pairs(report.manifest)))]
    return "\n".join(lines).rstrip() + "\n"


def escaped(text: str) -> str:
    """Return the text so that Markdown shows its very characters, in one line."""
    return _OPENING_MARK.sub(_escape_opening, _MARKS.sub(r"\\\1", " ".join(text.split("\n"))))


def _escape_opening(found: re.Match[str]) -> str:
    mark = found[2]
    return f"{found[1]}{mark[:-1]}\\{mark[-1]}"


def _all(blocks: Iterable[d.Block]) -> Iterator[str]:
    for block in blocks:
        yield from _WRITERS[type(block)](block)


def _heading(block: d.Heading) -> Iterator[str]:
    yield from ("#" * (block.level + 1) + " " + escaped(block.text), "")


def _line(text: d.Text) -> str:
    label = f"**{escaped(text.label)}** " if text.label else ""
    link = _link(text.link, text.link_words or "More")
    return f"{label}{escaped(text.text)}{link}"


def _link(address: str, words: str) -> str:
    """Return a link; Markdown has no anchors of its own, so that a link within the report is left out."""
    if not address or address.startswith("#"):
        return ""
    safe = address.replace(" ", "%20").replace("(", "%28").replace(")", "%29")
    return f" [{escaped(words)}]({safe})"


def _text(block: d.Text) -> Iterator[str]:
    yield from (_line(block), "")


def _bullets(block: d.Bullets) -> Iterator[str]:
    yield from (*(f"- {_line(item)}" for item in block.items), "")


def _quote(block: d.Quote) -> Iterator[str]:
    label = f"**{escaped(block.label)}:** " if block.label else ""
    link = _link(block.link, block.link_words or "In the call")
    yield from (f"> {label}“{escaped(block.text)}”", ">", f"> — {escaped(block.source)}{link}", "")


def _passage(block: d.Passage) -> Iterator[str]:
    if block.heading:
        yield from (f"**{escaped(block.heading)}**", "")
    # Two spaces at its end keep a line of the passage a line.
    yield "  \n".join(f"> {escaped(line)}" for line in block.text.split("\n"))
    yield from (">", f"> — {escaped(block.source)}", "")
    if block.note:
        yield from (escaped(block.note), "")


def _facts(block: d.Facts) -> Iterator[str]:
    yield from (*(f"- **{escaped(name)}**: {escaped(value)}" for name, value in block.pairs), "")


def _tags(block: d.Tags) -> Iterator[str]:
    yield from (" · ".join(f"**{escaped(tag.text)}**" for tag in block.tags), "")


def _figures(block: d.Figures) -> Iterator[str]:
    yield from (
        *(
            f"- **{escaped(one.value)}** {escaped(one.label)}{f' ({escaped(one.note)})' if one.note else ''}"
            for one in block.figures
        ),
        "",
    )


def _table(block: d.Table) -> Iterator[str]:
    if block.caption:
        yield from (f"*{escaped(block.caption)}*", "")
    yield "| " + " | ".join(escaped(column.title) for column in block.columns) + " |"
    yield "|" + "|".join("---:" if column.is_number else "---" for column in block.columns) + "|"
    for row in block.rows:
        yield "| " + " | ".join(escaped(d.cell_text(cell)) for cell in row) + " |"
    yield ""


def _chart(block: d.Bars | d.Columns) -> Iterator[str]:
    yield from (f"**{escaped(block.title)}**", "", "| | | |", "|---|---|---|")
    for bar in block.bars:
        drawn = "█" * round(_BAR_CELLS * bar.value / block.top) if block.top else ""
        yield f"| {escaped(bar.label)} | {drawn} | {escaped(bar.text)} |"
    yield ""
    if block.note:
        yield from (escaped(block.note), "")


def _contents(block: d.Contents) -> Iterator[str]:
    yield from (*(f"- {escaped(text)}{f' – {escaped(note)}' if note else ''}" for text, _, note in block.entries), "")


def _pair(block: d.Pair) -> Iterator[str]:
    yield from _all((*block.left, *block.right))


def _fold(block: d.Fold) -> Iterator[str]:
    yield from (f"{escaped(block.summary)}:", "", *_all(block.blocks))


def _break(_: d.PageBreak) -> Iterator[str]:
    return iter(())


_WRITERS: Mapping[type, Callable[[Any], Iterator[str]]] = {
    d.Heading: _heading,
    d.Text: _text,
    d.Bullets: _bullets,
    d.Quote: _quote,
    d.Passage: _passage,
    d.Facts: _facts,
    d.Tags: _tags,
    d.Figures: _figures,
    d.Table: _table,
    d.Bars: _chart,
    d.Columns: _chart,
    d.Contents: _contents,
    d.Pair: _pair,
    d.Fold: _fold,
    d.PageBreak: _break,
}
