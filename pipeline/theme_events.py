"""What became of themes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class ThemeEvent:
    """What became of a theme when themes were found anew; a break (`theme` is None) is a change of how they are found.

    `other` is the theme that it was part of before (`split`) or that took it in (`merged`).
    """

    at: datetime
    kind: Literal["born", "ended", "split", "merged", "break"]
    theme: str | None = None
    other: str | None = None
    n_moments: int | None = None
