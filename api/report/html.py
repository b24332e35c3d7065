"""A report as a complete HTML page that prints well; the same blocks stand in the pages of the server."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from api.report import document as d

_API = Path(__file__).parents[1]


def render_html(report: d.Report) -> str:
    """Return the report as one file that needs no other."""
    manifest = json.dumps(asdict(report.manifest), ensure_ascii=False, default=str, separators=(",", ":"))
    return _template("page.html").render(
        report=report, manifest=manifest, pairs=d.manifest_pairs(report.manifest), style=_style()
    )


def render_blocks(report: d.Report) -> Markup:
    """Return the blocks of a report, and what it was made from, to stand in another page."""
    return Markup(_template("part.html").render(report=report, pairs=d.manifest_pairs(report.manifest)))


def _template(name: str) -> Template:
    return _environment().get_template(name)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_API / "templates" / "report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["cell"] = d.cell_text
    environment.filters["block"] = _name
    return environment


def _name(block: d.Block) -> str:
    """Return what the template calls a block: the name of its class."""
    return type(block).__name__.lower()


@cache
def _style() -> Markup:
    files = ("report_page.css", "report.css")
    return Markup("\n".join((_API / "static" / name).read_text(encoding="utf-8").strip() for name in files))
