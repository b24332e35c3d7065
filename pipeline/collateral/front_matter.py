"""The lines above a Markdown text that say what it is: names with a value, or with a list of values."""

from __future__ import annotations

import re
from typing import Any, Final

_FIELD = re.compile(r"([A-Za-z][\w .-]{0,60}?)\s*:(?:\s+(.*)|\s*)$")
_ITEM = re.compile(r"\s*-\s+(.*)$")
_COMMENT = re.compile(r"\s+#.*$")
_MAX_FIELDS: Final = 50


def read_front_matter(text: str) -> dict[str, Any]:
    """Return the fields by their names in small letters; what is nested deeper than a list is passed over."""
    fields: dict[str, Any] = {}
    name = ""
    for line in text.split("\n"):
        found, item = _FIELD.match(line), _ITEM.match(line)
        if found and len(fields) < _MAX_FIELDS:
            name = found[1].lower().replace(" ", "_")
            fields[name] = _value(found[2] or "")
        elif item and name and (not fields[name] or isinstance(fields[name], list)):
            fields[name] = [*(fields[name] or []), _scalar(item[1])]
        elif line[:1].strip():
            name = ""
    return {name: value for name, value in fields.items() if value not in ("", [])}


def _value(written: str) -> Any:
    text = written.strip()
    if text.startswith("[") and text.endswith("]"):
        return [value for one in text[1:-1].split(",") if (value := _scalar(one))]
    return "" if text in ("|", ">", "null", "~") else _scalar(text)


def _scalar(written: str) -> str:
    text = written.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        return text[1:-1]
    return _COMMENT.sub("", text)
