"""The one door to selectolax: a web page without what surrounds its content."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from pipeline.collateral.blocks import Block, Reading, first_heading, one_line, table_rows, with_text
from pipeline.collateral.text_file import decode_text

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_CHARSET = re.compile(rb"<meta[^>]+charset=[\"']?\s*([\w-]+)", re.IGNORECASE)
_DROPPED_TAGS: Final = frozenset((
    "nav", "footer", "aside", "script", "style", "noscript", "template", "iframe", "svg", "canvas", "video",
    "audio", "object", "button", "input", "select", "textarea", "label", "dialog", "head", "title",
))  # fmt: skip
_DROPPED_ROLES: Final = frozenset(
    {"navigation", "contentinfo", "search", "dialog", "alertdialog", "complementary", "menu", "menubar"}
)
_BOILERPLATE = re.compile(
    r"(?:^|[\s_-])(?:cookies?|consent|gdpr|onetrust|breadcrumbs?|newsletter|skip-?link|navbar|site-?(?:nav|footer))"
    r"(?:$|[\s_-])",
    re.IGNORECASE,
)
_MAX_BOILERPLATE_WORDS: Final = 300
"""A longer stretch is content whatever its class says."""
_MIN_MAIN_WORDS: Final = 10
_INLINE_TAGS: Final = frozenset((
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins", "kbd",
    "mark", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "u", "var", "wbr", "-text",
))  # fmt: skip
_QUESTION_TAGS: Final = {"dt": 8, "summary": 8}
"""What opens an entry of a list of questions, and the level of heading that it stands for."""
_MAX_CELL_WORDS: Final = 60


def read_html(data: bytes, name: str) -> Reading:
    """Return the blocks of a page's content; its title is the first heading, or else that of the window."""
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(_decode(data, name))
    window = tree.css_first("title")
    body = tree.body
    if body is None:
        return Reading("", ())
    mains = [main for main in tree.css("main, [role=main]") if len(main.text(separator=" ").split()) >= _MIN_MAIN_WORDS]
    blocks = with_text(_Page().read(mains[0] if mains else body))
    return Reading(first_heading(blocks) or (one_line(window.text()) if window else ""), blocks)


def html_blocks(fragment: str) -> list[Block]:
    """Return the blocks of a piece of HTML within another format."""
    from selectolax.lexbor import LexborHTMLParser

    body = LexborHTMLParser(fragment).body
    return _Page().read(body) if body else []


def _decode(data: bytes, name: str) -> str:
    named = _CHARSET.search(data[:2048])
    if named and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode(named[1].decode())
        except (LookupError, UnicodeDecodeError):
            pass  # the page is wrong about itself, which is common; the bytes decide
    return decode_text(data, name)


class _Page:
    """Collects blocks while it walks the tree: text between two block tags is one block."""

    def __init__(self) -> None:
        self._blocks: list[Block] = []
        self._text: list[str] = []
        self._list_depth = 0

    def read(self, node: LexborNode) -> list[Block]:
        self._walk(node)
        self._end_block()
        return self._blocks

    def _walk(self, node: LexborNode) -> None:
        for child in node.iter(include_text=True):
            tag = child.tag or ""
            if tag == "-text":
                self._text.append(child.text(deep=True) or "")
            elif tag in _INLINE_TAGS:
                self._walk(child)
            elif not _is_dropped(child, tag):
                self._end_block()
                self._read_block(child, tag)

    def _read_block(self, node: LexborNode, tag: str) -> None:
        if tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            self._blocks.append(Block("heading", node.text(separator=" "), level=int(tag[1])))
        elif tag in _QUESTION_TAGS:
            self._blocks.append(
                Block("heading", node.text(separator=" "), level=_QUESTION_TAGS[tag], stands_alone=True)
            )
        elif tag == "table" and _holds_facts(node):
            self._blocks += table_rows(_cells(node))
        else:
            is_list = tag in ("ul", "ol")
            self._list_depth += is_list
            self._walk(node)
            self._end_block()
            self._list_depth -= is_list

    def _end_block(self) -> None:
        text = one_line("".join(self._text))
        self._text = []
        if text:
            self._blocks.append(Block("item" if self._list_depth else "paragraph", text))


def _is_dropped(node: LexborNode, tag: str) -> bool:
    attributes = node.attributes
    if tag in _DROPPED_TAGS or attributes.get("role") in _DROPPED_ROLES:
        return True
    if "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return True
    # The head of a site holds its menu; the head of an article holds its title.
    if tag == "header" and node.css_first("h1") is None:
        return True
    named = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
    return bool(_BOILERPLATE.search(named)) and len(node.text(separator=" ").split()) <= _MAX_BOILERPLATE_WORDS


def _holds_facts(table: LexborNode) -> bool:
    """Whether a table holds facts; pages of old lay themselves out in tables."""
    if table.css_first("table table, td h1, td h2, td p + p + p") is not None:
        return False
    return all(len(cell.text(separator=" ").split()) <= _MAX_CELL_WORDS for cell in table.css("td, th"))


def _cells(table: LexborNode) -> Iterator[list[str]]:
    for row in table.css("tr"):
        yield [cell.text(separator=" ") for cell in row.iter() if cell.tag in ("td", "th")]
