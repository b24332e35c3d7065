"""The one door to selectolax: a web page without what surrounds its content."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from pipeline.collateral.blocks import Block, Reading, first_heading, one_line, with_text
from pipeline.collateral.html_tables import fact_rows, holds_facts
from pipeline.collateral.metadata import day_of, web_address
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
_SURROUNDINGS = re.compile(
    r"(?:^|[\s_-])(?:breadcrumbs?|newsletter|subscribe|skip-?link|nav|navbar|navigation|(?:mega-?|main-?)?menu|footer|"
    r"sidebar|social|share|sharing|popup|modal|chat-?widget|back-?to-?top)(?:$|[\s_-])",
    re.IGNORECASE,
)
_BANNERS = re.compile(
    r"(?:^|[\s_-])(?:cookies?|cookiebot|consent|gdpr|onetrust)(?:$|[\s_-])",
    re.IGNORECASE,
)
_MAX_BANNER_WORDS: Final = 40
"""A page may have a section on cookies; without a button, only a shorter one is a banner."""
_NOT_SHOWN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_MAX_BOILERPLATE_WORDS: Final = 300
"""A longer stretch is content whatever its class says."""
_MIN_MAIN_WORDS: Final = 10
_INLINE_TAGS: Final = frozenset((
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins", "kbd",
    "mark", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "u", "var", "wbr", "-text",
))  # fmt: skip
_QUESTION_TAGS: Final = {"dt": 8, "summary": 8}
"""What opens an entry of a list of questions, and the level of heading that it stands for."""
_MIN_MENU_LINKS: Final = 3
_MAX_MENU_WORDS: Final = 4
"""Links of a menu have so many words on average at most."""
_SAVED_FROM = re.compile(rb"<!-- saved from url=\(\d{4}\)(\S{1,2000}) -->")
_DATES: Final = (
    ('meta[property="article:modified_time"]', "content"),
    ('meta[itemprop="dateModified"]', "content"),
    ('meta[name="last-modified"]', "content"),
    ('meta[property="article:published_time"]', "content"),
    ('meta[itemprop="datePublished"]', "content"),
    ('meta[name="date"]', "content"),
    ("time[datetime]", "datetime"),
)


def read_html(data: bytes, name: str) -> Reading:
    """Return the blocks of a page's content; its title is the first heading, or else that of the window.

    Its properties are its address and its day, as far as the page names them.
    """
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(_decode(data, name))
    window = tree.css_first("title")
    body = tree.body
    if body is None:
        return Reading("", ())
    mains = [main for main in tree.css("main, [role=main]") if len(main.text(separator=" ").split()) >= _MIN_MAIN_WORDS]
    blocks = with_text(_Page(drops_menus=not mains).read(mains[0] if mains else body))
    title = first_heading(blocks) or (one_line(window.text()) if window else "")
    return Reading(title, blocks, _properties(tree, data))


def _properties(tree: Any, data: bytes) -> dict[str, str]:
    saved = _SAVED_FROM.search(data[:4096])
    addresses = [
        _attribute(tree, 'link[rel="canonical"]', "href"),
        _attribute(tree, 'meta[property="og:url"]', "content"),
        saved[1].decode(errors="replace") if saved else "",
    ]
    url = next(filter(None, map(web_address, addresses)), "")
    days = (day_of(_attribute(tree, selector, name)) for selector, name in _DATES)
    day = next(filter(None, days), None)
    found = {"url": url, "date": day.isoformat() if day else ""}
    return {name: value for name, value in found.items() if value}


def _attribute(tree: Any, selector: str, name: str) -> str:
    found = tree.css_first(selector)
    return (found.attributes.get(name) or "").strip() if found is not None else ""


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

    def __init__(self, *, drops_menus: bool = False) -> None:
        self._drops_menus = drops_menus
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
            elif not (_is_dropped(child, tag) or (self._drops_menus and _is_menu(child, tag))):
                self._end_block()
                self._read_block(child, tag)

    def _read_block(self, node: LexborNode, tag: str) -> None:
        if tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            self._blocks.append(Block("heading", node.text(separator=" "), level=int(tag[1])))
        elif tag in _QUESTION_TAGS:
            self._blocks.append(
                Block("heading", node.text(separator=" "), level=_QUESTION_TAGS[tag], stands_alone=True)
            )
        elif tag == "table" and holds_facts(node):
            self._blocks += fact_rows(node)
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
    is_hidden = "hidden" in attributes or attributes.get("aria-hidden") == "true"
    if is_hidden or _NOT_SHOWN.search(attributes.get("style") or ""):
        return True
    # The head of a site holds its menu; the head of an article holds its title.
    if tag == "header" and node.css_first("h1") is None:
        return True
    named = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
    n_words = len(node.text(separator=" ").split())
    if n_words > _MAX_BOILERPLATE_WORDS or node.css_first("h1, main, article") is not None:
        return False
    if _BANNERS.search(named):
        return n_words <= _MAX_BANNER_WORDS or node.css_first("button, [role=button], input") is not None
    return _SURROUNDINGS.search(named) is not None


def _is_menu(node: LexborNode, tag: str) -> bool:
    """Whether a list holds nothing but short links, as the menus of a page do that does not call them so."""
    if tag not in ("ul", "ol"):
        return False
    links = [link.text(separator=" ").split() for link in node.css("a[href]")]
    n_words = sum(map(len, links))
    is_short = len(links) >= _MIN_MENU_LINKS and n_words <= _MAX_MENU_WORDS * len(links)
    return is_short and n_words == len(node.text(separator=" ").split())
