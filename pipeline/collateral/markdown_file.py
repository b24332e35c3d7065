"""The one door to markdown-it-py: Markdown with tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pipeline.collateral.blocks import Block, Reading, first_heading, one_line, table_rows, with_text
from pipeline.collateral.front_matter import read_front_matter
from pipeline.collateral.html_file import html_blocks
from pipeline.collateral.text_file import decode_text

if TYPE_CHECKING:
    from markdown_it.token import Token

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)


def read_markdown(data: bytes, name: str) -> Reading:
    """Return the blocks of a Markdown file; its title is that of the front matter or its first heading."""
    from markdown_it import MarkdownIt

    text = decode_text(data, name).replace("\r\n", "\n")
    front = _FRONT_MATTER.match(text)
    properties = read_front_matter(front[1]) if front else {}
    title = properties.pop("title", "")
    tokens = MarkdownIt("commonmark").enable("table").parse(text[front.end() :] if front else text)
    blocks = with_text(_blocks(tokens))
    return Reading(one_line(str(title)) or first_heading(blocks), blocks, properties)


def _blocks(tokens: Sequence[Token]) -> Iterator[Block]:
    list_depth, level = 0, 0
    rows: list[list[str]] = []
    is_cell = False
    for token in tokens:
        if token.type in ("bullet_list_open", "ordered_list_open"):
            list_depth += 1
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            list_depth -= 1
        elif token.type in ("heading_open", "heading_close"):
            level = int(token.tag[1]) if token.nesting == 1 else 0
        elif token.type == "tr_open":
            rows.append([])
        elif token.type in ("th_open", "td_open", "th_close", "td_close"):
            is_cell = token.nesting == 1
        elif token.type == "table_close":
            yield from table_rows(rows, has_header=True)
            rows = []
        elif token.type == "inline" and is_cell:
            rows[-1].append(_inline_text(token))
        elif token.type == "inline" and level:
            yield Block("heading", _inline_text(token), level=level)
        elif token.type == "inline":
            yield Block("item" if list_depth else "paragraph", _inline_text(token))
        elif token.type in ("fence", "code_block"):
            yield from (Block("item", line) for line in token.content.split("\n"))
        elif token.type == "html_block":
            yield from html_blocks(token.content)


def _inline_text(token: Token) -> str:
    """Return the words of a line: of a link its text, of a picture nothing."""
    parts = []
    for child in token.children or []:
        if child.type in ("text", "code_inline", "text_special"):
            parts.append(child.content)
        elif child.type in ("softbreak", "hardbreak", "html_inline"):
            parts.append(" " if child.type != "html_inline" or child.content.startswith("<br") else "")
    return "".join(parts)
