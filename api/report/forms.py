"""The forms that a report is handed out in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from api.report.document import Report


@dataclass(frozen=True, slots=True)
class Form:
    """A renderer, and what its bytes are called."""

    render: Callable[[Report], bytes]
    media_type: str


def render(report: Report, form: str) -> bytes:
    """Return the report in a form of `FORMS`; equal reports give equal bytes."""
    return FORMS[form].render(report)


def _html(report: Report) -> bytes:
    from api.report.html import render_html

    return render_html(report).encode()


def _markdown(report: Report) -> bytes:
    from api.report.markdown import render_markdown

    return render_markdown(report).encode()


def _pdf(report: Report) -> bytes:
    from api.report.pdf import render_pdf

    return render_pdf(report)


def _docx(report: Report) -> bytes:
    from api.report.word import render_docx

    return render_docx(report)


FORMS: Mapping[str, Form] = {
    "html": Form(_html, "text/html; charset=utf-8"),
    "md": Form(_markdown, "text/markdown; charset=utf-8"),
    "pdf": Form(_pdf, "application/pdf"),
    "docx": Form(_docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
}
