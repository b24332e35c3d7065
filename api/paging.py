"""Long lists a page at a time; a cursor says where the next page starts, and means nothing to whoever carries it."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, TypeVar

from fastapi import Depends, Query

from pipeline.errors import BadInput

T = TypeVar("T")
_MARK = "from:"


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of a list is asked for."""

    offset: int
    limit: int

    def of(self, items: Sequence[T]) -> list[T]:
        """Return the part of a list that is held whole."""
        return list(items[self.offset : self.offset + self.limit])

    def next(self, total: int) -> str | None:
        """Return the cursor of the part after this one; None after the last."""
        after = self.offset + self.limit
        return _cursor(after) if after < total else None


def _part(
    cursor: Annotated[str, Query(description="`next` of the page before; empty for the first page.")] = "",
    limit: Annotated[int, Query(ge=1, le=500, description="How many on one page.")] = 50,
) -> Part:
    return Part(_offset(cursor) if cursor else 0, limit)


PartDep = Annotated[Part, Depends(_part)]


def _cursor(offset: int) -> str:
    return urlsafe_b64encode(f"{_MARK}{offset}".encode()).decode().rstrip("=")


def _offset(cursor: str) -> int:
    try:
        text = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except ValueError:
        text = ""
    number = text.removeprefix(_MARK)
    if not text.startswith(_MARK) or not number.isdecimal() or len(number) > 12:
        raise BadInput(f"The cursor {cursor[:40]!r} is not one that was given out. Begin again without a cursor.")
    return int(number)
