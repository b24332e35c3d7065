"""The page that says what went wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from api.pages.page import Page


@dataclass(frozen=True, kw_only=True)
class ErrorPage(Page):
    """An error outside of /api."""

    template: ClassVar[str] = "error.html"

    status: int
    heading: str
    detail: str
