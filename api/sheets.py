"""Rows as CSV or as an Excel workbook, whose cells no spreadsheet takes for a formula: the only writer of both."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TextIO

from pipeline.errors import MissingPart

Row = dict[str, Any]
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_MAX_CHARS: Final = 32_767
"""What a cell of a workbook holds."""
_MADE_ON: Final = datetime(2000, 1, 1)
_WIDE: Final = 60


def write_csv(rows: Iterable[Row], file: TextIO, fields: Sequence[str]) -> None:
    """Write CSV; a text that would be a formula gets an apostrophe before it, nested values are written as JSON."""
    writer = csv.DictWriter(file, fields, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _harmless(_plain(value)) for name, value in row.items()})


def _plain(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value


def _harmless(value: Any) -> Any:
    return "'" + value if isinstance(value, str) and value.startswith(_FORMULA_STARTS) else value


def workbook(sheets: Mapping[str, tuple[Sequence[str], Iterable[Row]]]) -> bytes:
    """Return an Excel workbook of sheets with their columns; texts are typed as texts, never read as anything else.

    Equal rows give equal bytes. MissingPart if xlsxwriter is not installed.
    """
    try:
        import xlsxwriter
    except ImportError as error:
        raise MissingPart("Excel needs xlsxwriter. Run: pip install xlsxwriter") from error
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"author": "Buyerspeak", "created": _MADE_ON})
    head = book.add_format({"bold": True, "bottom": 1})
    body = book.add_format({"text_wrap": True, "valign": "top"})
    for name, (fields, rows) in sheets.items():
        _fill(book.add_worksheet(name), list(fields), list(rows), head, body)
    book.close()
    return file.getvalue()


def _fill(sheet: Any, fields: list[str], rows: list[Row], head: Any, body: Any) -> None:
    for place, name in enumerate(fields):
        sheet.write_string(0, place, name, head)
        longest = max((len(str(_plain(row.get(name, "")))) for row in rows), default=0)
        sheet.set_column(place, place, min(_WIDE, max(10, len(name), longest) + 2))
    for line, row in enumerate(rows, start=1):
        for place, name in enumerate(fields):
            value = _plain(row.get(name))
            if isinstance(value, int | float) and not isinstance(value, bool):
                sheet.write_number(line, place, value, body)
            elif value is not None:
                sheet.write_string(line, place, str(value)[:_MAX_CHARS], body)
    sheet.freeze_panes(1, 0)
    if rows:
        sheet.autofilter(0, 0, len(rows), len(fields) - 1)
