"""The guide as it is handed out: read from what is held, with people's lines, as bytes of one form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from api.guide_report import guide_json, guide_report, subjects_of
from api.report.forms import FORMS, render
from api.report.manifest import read_manifest
from api.report.proof import require_true_quotes
from pipeline.assemble import Toolkit
from pipeline.collateral.records import Gap
from pipeline.guide_lines import read_lines, subject_of
from pipeline.insights.guides import build_guide
from pipeline.insights.handling import Handling
from pipeline.store.session import Transaction

TYPES: Mapping[str, str] = {"json": "application/json"} | {name: form.media_type for name, form in FORMS.items()}


@dataclass(frozen=True, slots=True)
class Asked:
    """Which guide is asked for: of a theme, of a category, or of all; as of a day, with links to a server."""

    theme: str | None
    category: str | None
    today: date
    server: str


def guide_bytes(
    toolkit: Toolkit,
    tx: Transaction,
    form: str,
    asked: Asked,
    *,
    gaps: Sequence[Gap],
    handlings: Mapping[str, Handling] | None,
) -> bytes:
    """Return the guide in a form of `TYPES`; Conflict if a quote is not what its transcript says."""
    guide = build_guide(tx, theme=asked.theme, category=asked.category, gaps=gaps, handlings=handlings)
    choice = None
    if asked.theme or asked.category:
        choice = subject_of(asked.theme, asked.category)
    lines = read_lines(tx, asked.today)
    if choice:
        themes = {subject for section in guide.sections for subject in subjects_of(section)}
        lines = [one for one in lines if one.line.subject in {choice, *themes}]
    manifest = read_manifest(toolkit, tx, asked.today)
    if form == "json":
        return guide_json(guide, lines, manifest).encode()
    report = guide_report(guide, lines, manifest, asked.server, choice=choice)
    require_true_quotes(tx, report)
    return render(report, form)
