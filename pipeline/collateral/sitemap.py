"""The list of a site's pages (sitemaps.org): which address each saved file is of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

from pipeline.collateral.metadata import day_of, web_address
from pipeline.errors import UnreadableFile

MAX_BYTES: Final = 50 * 1024 * 1024
MAX_PAGES: Final = 50_000
"""As the standard has them."""
_NAME = re.compile(r"sitemap[\w.-]*\.xml", re.IGNORECASE)
_DECLARATION = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_INDEX_NAMES: Final = ("index.html", "index.htm", "index.xhtml", "home.html", "default.html")
_SUFFIXES: Final = ("", ".html", ".htm", ".xhtml", "/index.html", "/index.htm")


@dataclass(frozen=True, slots=True)
class SitePage:
    """A page of a site: its address, and the day it was last changed, if that is said."""

    url: str
    date: str


@dataclass(frozen=True, slots=True)
class SitePages:
    """What a sitemap names."""

    pages: tuple[SitePage, ...]


def is_sitemap(name: str) -> bool:
    """Whether a file is a sitemap, by its name."""
    return _NAME.fullmatch(PurePosixPath(name).name) is not None


def pages_named(path: Path, *, name: str) -> SitePages:
    """Return the pages that a sitemap names; those of an index of sitemaps are none.

    Raises UnreadableFile if it is too large, no XML, or declares entities, for which a sitemap has no use.
    """
    if path.stat().st_size > MAX_BYTES:
        raise UnreadableFile(f"{name} is larger than {MAX_BYTES // 1024**2} MB, which no sitemap may be. Part it.")
    content = path.read_bytes()
    if _DECLARATION.search(content.replace(b"\0", b"")):
        raise UnreadableFile(f"{name} declares a document type or entities, and is not read: no sitemap needs them.")
    try:
        root = ElementTree.fromstring(content)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise UnreadableFile(f"{name} is no sitemap: {error}. Save it again.") from error
    pages: list[SitePage] = []
    for element in root.iter():
        if _tag(element) == "url" and len(pages) < MAX_PAGES:
            said = {_tag(child): (child.text or "").strip() for child in element}
            url, day = web_address(said.get("loc", "")), day_of(said.get("lastmod"))
            if url:
                pages.append(SitePage(url, day.isoformat() if day else ""))
    return SitePages(tuple(pages))


def _tag(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def saved_files(pages: Sequence[SitePage], names: Sequence[str]) -> dict[str, SitePage]:
    """Return which page each saved file is, by its name relative to the sitemap; each file is one page at most.

    A page is looked for by the path of its address, with and without the name of its host, as programs save it that
    mirror a site; else by the last part of its path, if just one file is called so.
    """
    held = {name.lower(): name for name in names}
    by_stem: dict[str, list[str]] = {}
    for name in names:
        by_stem.setdefault(PurePosixPath(name).stem.lower(), []).append(name)
    found: dict[str, SitePage] = {}
    for page in pages:
        saved = next((held[wanted] for wanted in _wanted(page.url) if wanted in held), None)
        saved = saved or _only(by_stem, page.url)
        if saved is not None:
            found.setdefault(saved, page)
    return found


def _wanted(url: str) -> Iterator[str]:
    parts = urlsplit(url)
    path = unquote(parts.path).strip("/").lower()
    host = (parts.hostname or "").lower()
    for folder in ("", f"{host}/", f"{host.removeprefix('www.')}/"):
        if path:
            yield from (f"{folder}{path}{suffix}" for suffix in _SUFFIXES)
        else:
            yield from (f"{folder}{index}" for index in _INDEX_NAMES)


def _only(by_stem: Mapping[str, Sequence[str]], url: str) -> str | None:
    """Return the one file that is called as the path of an address is, as browsers save pages side by side."""
    path = PurePosixPath(unquote(urlsplit(url).path).strip("/").lower())
    folders = path.parts[:-1]
    for stem in (*(separator.join((*folders, path.stem)) for separator in ("-", "_")), path.stem):
        if stem and len(by_stem.get(stem, ())) == 1:
            return by_stem[stem][0]
    return None
