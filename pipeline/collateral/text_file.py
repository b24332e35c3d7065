"""Plain text: paragraphs between empty lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from typing import Literal

from pipeline.collateral.blocks import Block, Reading, with_text
from pipeline.collateral.line_ends import hyphenated_words, join_lines
from pipeline.errors import UnreadableFile

_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_BULLET = re.compile(r"^\s*(?:[-*•–]|\d{1,2}[.)])\s+")
_PARAGRAPHS = re.compile(r"\n\s*\n")


def decode_text(data: bytes, name: str) -> str:
    """Return the text of a file in UTF-8, in UTF-16 with its mark, or else in Windows' western characters."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    if b"\0" in data:
        raise UnreadableFile(f"{name} is not text: it holds binary zeros. Check that its suffix is the right one.")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def read_text(data: bytes, name: str) -> Reading:
    """Return the paragraphs of a text; lines that begin with a bullet are items."""
    text = decode_text(data, name).replace("\r\n", "\n")
    hyphenated = hyphenated_words(text)
    blocks: list[Block] = []
    for paragraph in _PARAGRAPHS.split(text):
        blocks += _blocks(paragraph.split("\n"), hyphenated)
    return Reading("", with_text(blocks))


def _blocks(lines: list[str], hyphenated: Set[str]) -> Iterator[Block]:
    """Yield what the lines of a paragraph make up: an item goes on where a line has no bullet of its own."""
    group: list[str] = []
    for line in [*lines, None]:
        if group and (line is None or _BULLET.match(line)):
            kind: Literal["item", "paragraph"] = "item" if _BULLET.match(group[0]) else "paragraph"
            stripped = [_BULLET.sub("", group[0]), *group[1:]]
            yield Block(kind, join_lines((one.strip() for one in stripped), hyphenated))
            group = []
        if line is not None:
            group.append(line)
