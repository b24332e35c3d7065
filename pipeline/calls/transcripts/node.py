"""Values of a JSON document that nobody vouches for, read with their path, so that every complaint names its place."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pipeline.errors import UnreadableFile


def looks_like_json(text: str) -> bool:
    """Whether a text begins as an object or a list of anything but numbers; "[music] …" and "[00:01] …" do not."""
    return re.match(r"\s*(?:\{|\[\s*[\[{\]\"])", text) is not None


def parse_json(text: str, *, of: str = "") -> Any:
    """Return the value of a JSON text; raises with line and column, and `of` which part of the file it is."""
    place = f"{of}: " if of else ""
    try:
        return json.loads(text, parse_constant=_no_number, parse_float=_finite)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise UnreadableFile(f"{place}{where}: broken JSON: {error.msg}. Export the file again.") from error
    except ValueError as error:  # a whole number of thousands of digits
        raise UnreadableFile(f"{place}the JSON holds a number that no computer keeps. Correct it.") from error


@dataclass(frozen=True, slots=True)
class Node:
    """A value with its path, such as `turns[3].text`. A key that is missing gives a node whose value is None."""

    value: Any
    path: str = ""

    @property
    def is_list(self) -> bool:
        """Whether this is a list."""
        return isinstance(self.value, list)

    def has(self, key: str) -> bool:
        """Whether this is an object in which the key has a value other than null."""
        return isinstance(self.value, dict) and self.value.get(key) is not None

    def at(self, key: str) -> Node:
        """Return the value under a key; null counts as an empty object."""
        if self.value is not None and not isinstance(self.value, dict):
            raise self.refused("must be an object")
        return Node((self.value or {}).get(key), f"{self.path}.{key}" if self.path else key)

    def first(self, *keys: str) -> Node:
        """Return the value under the first of the keys that has one, else that of the first key."""
        return next((self.at(key) for key in keys if self.has(key)), self.at(keys[0]))

    def each(self) -> Iterator[Node]:
        """Yield the elements of a list in order; null gives none."""
        if self.value is not None and not isinstance(self.value, list):
            raise self.refused("must be a list")
        for place, value in enumerate(self.value or ()):
            yield Node(value, f"{self.path}[{place}]")

    def text(self) -> str:
        """Return a string to the letter."""
        if not isinstance(self.value, str):
            raise self.refused("must be text" if self.value is not None else "is missing; it must be text")
        return self.value

    def name(self) -> str | None:
        """Return a name or an id without surrounding space; a whole number is spelled out, null and blank give None."""
        if self.value is None:
            return None
        if isinstance(self.value, bool) or not isinstance(self.value, str | int):
            raise self.refused("must be a text or a whole number")
        return str(self.value).strip() or None

    def index(self) -> int | None:
        """Return a place in a list counted from 0, or None if this is something else."""
        return self.value if type(self.value) is int and self.value >= 0 else None

    def seconds(self, *, per_s: int = 1) -> float | None:
        """Return a time in seconds, given in `per_s` units to the second as a number or its spelling; None for null."""
        if self.value is None:
            return None
        try:
            units = math.nan if isinstance(self.value, bool) else float(self.value)
        except (TypeError, ValueError, OverflowError):
            units = math.nan
        if not math.isfinite(units) or units < 0:
            raise self.refused("must be a time, a number not below 0")
        return units / per_s

    def span(self, start: str, end: str, *, per_s: int = 1) -> tuple[float | None, float | None]:
        """Return the times under two keys in seconds."""
        start_s, end_s = self.at(start).seconds(per_s=per_s), self.at(end).seconds(per_s=per_s)
        if start_s is not None and end_s is not None and end_s < start_s:
            raise self.at(end).refused(f"lies before {start}")
        return start_s, end_s

    def refused(self, reason: str) -> UnreadableFile:
        """Return the error that names this place and what it holds."""
        held = "" if self.value is None else f", not {_shortened(self.value)}"
        return UnreadableFile(f"{self.path or 'the document'} {reason}{held}. Correct it and try again.")


def _no_number(spelling: str) -> Any:
    raise UnreadableFile(f"the JSON holds {spelling}, which is no number. Replace it by null.")


def _finite(spelling: str) -> float:
    number = float(spelling)
    return number if math.isfinite(number) else _no_number(spelling[:40])


def _shortened(value: Any) -> str:
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    shown = json.dumps(value) if not isinstance(value, int) or abs(value) < 10**20 else "a huge number"
    return shown if len(shown) <= 40 else f"{shown[:37]}..."
