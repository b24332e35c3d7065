"""What is said about a document beside its text: for which stage and persona, of what product and day, by whom."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import urlsplit

from pipeline.collateral.blocks import one_line
from pipeline.errors import BadInput

FIELDS: Final = ("stage", "persona", "product", "owner", "date", "url")
"""The fields that are known; others are kept, and filter."""
MAX_VALUE_CHARS: Final = 500
_PARTS = re.compile(r"[,;|]")
_FORMS: Final = ("%Y-%m", "%Y/%m/%d", "%d.%m.%Y", "%d %B %Y", "%d %b %Y", "%B %d, %Y", "%b %d, %Y", "%B %Y", "%b %Y")


def words_of(value: Any) -> tuple[str, ...]:
    """Return the values of a field, which may be a list, or a text that parts them by commas or semicolons."""
    given = value if isinstance(value, list | tuple) else _PARTS.split(str(value)) if value is not None else ()
    return tuple(dict.fromkeys(word for one in given if (word := one_line(str(one)))))


def day_of(value: Any) -> date | None:
    """Return the day that a text means, such as 2026-03-01, "1 March 2026" or "2026-03"; None if it means none."""
    text = " ".join(str(value or "").split())
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        pass
    for form in _FORMS:
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    return None


def tidy(given: Mapping[str, Any], source: str) -> dict[str, Any]:
    """Return metadata with its known fields in their form: lists of words, an ISO date, an address of the web.

    Raises BadInput naming source, field and value for a date or address that cannot be. What is empty is left out.
    """
    tidied: dict[str, Any] = {}
    for field, value in given.items():
        if value in (None, "", [], ()):
            continue
        if field == "date":
            tidied[field] = _date(value, source)
        elif field == "url":
            tidied[field] = _url(value, source)
        elif field in ("stage", "persona", "product"):
            words = words_of(value)
            tidied[field] = words[0] if len(words) == 1 else list(words)
        else:
            tidied[field] = one_line(value) if isinstance(value, str) else value
        if len(str(tidied[field])) > MAX_VALUE_CHARS:
            raise BadInput(f"{source}: {field} is longer than {MAX_VALUE_CHARS} characters. Say it shorter.")
    return {field: value for field, value in tidied.items() if value not in ("", [])}


def _date(value: Any, source: str) -> str:
    day = day_of(value)
    if day is None:
        raise BadInput(f"{source}: date {str(value)!r} is no day such as 2026-03-01.")
    return day.isoformat()


def _url(value: Any, source: str) -> str:
    url = web_address(str(value))
    if not url:
        raise BadInput(f"{source}: url {str(value)!r} is no address such as https://example.com/pricing.")
    return url


def web_address(text: str) -> str:
    """Return an address of the web without its fragment; an empty text if it is none."""
    try:
        parts = urlsplit(text.strip())
    except ValueError:
        return ""
    is_address = parts.scheme in ("http", "https") and parts.hostname and not re.search(r"\s", text.strip())
    return parts._replace(fragment="").geturl() if is_address else ""
