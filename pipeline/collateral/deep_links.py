"""What leads to a passage within its document: a page, a slide, a heading, or the words themselves."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import quote

from pipeline.collateral.passages import Cut

_PLACE = re.compile(r"^(page|slide) (\d+)")
_NOT_IN_ANCHORS = re.compile(r"[^\w\- ]")
_ENDS_WORDS: Final = 6
"""How many words at either end of a passage a browser is told to look for."""


def fragment_of(form: str, cut: Cut) -> str:
    """Return what is added to the name or address of a document; an empty text where its format has no such thing."""
    place = _PLACE.match(cut.place)
    if place:
        return f"#{place[1]}={place[2]}"
    if form == "html":
        return _text_fragment(cut.prose or (cut.heading,))
    if form == "markdown" and cut.heading:
        return f"#{quote(_NOT_IN_ANCHORS.sub('', cut.heading.lower()).replace(' ', '-'))}"
    return ""


def _text_fragment(prose: Sequence[str]) -> str:
    """Return the words that browsers scroll to and mark: the first and the last, each within one piece of the page."""
    first, last = prose[0].split(), prose[-1].split()
    if not first:
        return ""
    if len(prose) == 1 and len(first) <= 2 * _ENDS_WORDS:
        return f"#:~:text={_encoded(first)}"
    return f"#:~:text={_encoded(first[:_ENDS_WORDS])},{_encoded(last[-_ENDS_WORDS:])}"


def _encoded(words: Sequence[str]) -> str:
    # A bare dash would part the words from those before or after them.
    return quote(" ".join(words), safe="").replace("-", "%2D")
