"""Plain text: paragraphs between empty lines."""

from __future__ import annotations

import re

from pipeline.collateral.blocks import Block, Reading, with_text
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
    blocks: list[Block] = []
    for paragraph in _PARAGRAPHS.split(decode_text(data, name).replace("\r\n", "\n")):
        blocks += _blocks(paragraph.split("\n"))
    return Reading("", with_text(blocks))


def _blocks(lines: list[str]) -> list[Block]:
    blocks: list[Block] = []
    for line in lines:
        if _BULLET.match(line):
            blocks.append(Block("item", _BULLET.sub("", line)))
        elif blocks:
            blocks[-1] = Block(blocks[-1].kind, f"{blocks[-1].text} {line}")
        else:
            blocks.append(Block("paragraph", line))
    return blocks
