"""Files of one record a line, its fields parted by blanks; every complaint names the line."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.errors import UnreadableFile


@dataclass(frozen=True, slots=True)
class Line:
    """A record with its 1-based place in the file, and the form that its fields should have."""

    number: int
    fields: tuple[str, ...]
    form: str

    def seconds(self, place: int) -> float:
        """Return the field as a time; raises if it is not a number from 0 on."""
        try:
            value = float(self.fields[place])
        except ValueError:
            value = math.nan
        if not math.isfinite(value) or value < 0:
            raise self.refused(f"{self.fields[place][:40]!r} is not a time in seconds")
        return value

    def refused(self, reason: str) -> UnreadableFile:
        """Return the error that names this line, and how it should look."""
        return UnreadableFile(f"line {self.number}: {reason}. A line is: {self.form}")


def lines_of(text: str, *, form: str, n_fields: int) -> Iterator[Line]:
    """Yield the records of a text; blank lines and comments after ;; are left out.

    Raises UnreadableFile for a line with fewer than `n_fields`.
    """
    for number, content in enumerate(re.split(r"\r\n|\r|\n", text), start=1):
        line = Line(number, tuple(content.split()), form)
        if not line.fields or line.fields[0].startswith(";;"):
            continue
        if len(line.fields) < n_fields:
            raise line.refused(f"{len(line.fields)} fields instead of at least {n_fields}")
        yield line
