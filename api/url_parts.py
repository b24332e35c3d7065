"""What addresses are put together from."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote, urlencode

Pairs = Iterable[tuple[str, str]]


def with_pairs(path: str, pairs: Pairs) -> str:
    """Return a path with a query of those pairs that say something."""
    query = urlencode([(name, value) for name, value in pairs if value])
    return f"{path}?{query}" if query else path


def part(text: str) -> str:
    """Return a text as one part of a path."""
    return quote(text, safe="")
