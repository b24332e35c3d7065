"""Long lists a page at a time; a cursor says where the next page starts, and means nothing to whoever carries it."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, TypeVar

from fastapi import Depends, Query

from pipeline.errors import BadInput

T = TypeVar("T")
_MARK = "from:"
_MAX_OFFSET_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of a list is asked for: after the item `last`, or from `offset` if that is gone."""

    offset: int
    limit: int
    last: str | None = None
    """The key of the last item of the page before."""

    def page(self, items: Sequence[T], key: Callable[[T], str]) -> tuple[list[T], str | None]:
        """Return the part of a list that is held whole, and the cursor of the part after it; None after the last.

        What comes or goes before the part moves nothing in it: it starts behind the item that the cursor names.
        """
        start = self.offset
        if self.last is not None:
            start = next((place + 1 for place, item in enumerate(items) if key(item) == self.last), start)
        chosen = list(items[start : start + self.limit])
        after = start + len(chosen)
        return chosen, _cursor(after, key(chosen[-1])) if chosen and after < len(items) else None

    def next_after(self, chosen: Sequence[T], key: Callable[[T], str]) -> str | None:
        """Return the cursor after a part that was read with one item more than `limit`, which says that more follow."""
        if len(chosen) <= self.limit:
            return None
        return _cursor(self.offset + self.limit, key(chosen[self.limit - 1]))

    def of(self, items: Sequence[T]) -> list[T]:
        """Return the part of a list whose items have no key, by its place."""
        return list(items[self.offset : self.offset + self.limit])

    def next(self, total: int) -> str | None:
        """Return the cursor of the part after this one, by its place; None after the last."""
        after = self.offset + self.limit
        return _cursor(after) if after < total else None


async def _part(
    cursor: Annotated[
        str, Query(description="`next` of the page before; empty for the first page.", max_length=1000)
    ] = "",
    limit: Annotated[int, Query(ge=1, le=500, description="How many on one page.")] = 50,
) -> Part:
    offset, last = _read(cursor) if cursor else (0, None)
    return Part(offset, limit, last)


PartDep = Annotated[Part, Depends(_part)]


def _cursor(offset: int, last: str | None = None) -> str:
    written = f"{_MARK}{offset}" + ("" if last is None else f":{last}")
    return urlsafe_b64encode(written.encode()).decode().rstrip("=")


def _read(cursor: str) -> tuple[int, str | None]:
    try:
        text = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except ValueError:
        text = ""
    number, has_last, last = text.removeprefix(_MARK).partition(":")
    if not text.startswith(_MARK) or not number.isdecimal() or len(number) > _MAX_OFFSET_DIGITS or "\0" in last:
        raise BadInput(f"The cursor {cursor[:40]!r} is not one that was given out. Begin again without a cursor.")
    return int(number), last if has_last else None
