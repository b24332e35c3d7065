"""The gap report in each form that it is handed out in, checked and with its manifest."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from api.gap_report import gap_report
from api.gap_words import STATUS_WORDS, WORK_WORDS, doubt_of
from api.judged_gaps import settle
from api.report.document import Manifest, Report, manifest_pairs
from api.report.forms import FORMS, render
from api.report.manifest import read_manifest
from api.report.proof import require_true_quotes
from api.schemas_gaps import GapCaseOut
from api.sheets import Row, workbook, write_csv
from pipeline.assemble import Toolkit
from pipeline.confidence import band_of
from pipeline.gap_desk import GapCase, GapDesk, read_desk
from pipeline.gap_reading import GapReading, read_judged
from pipeline.insights.theme_points import encode_points
from pipeline.insights.unasked import UnaskedDocument, find_unasked

COLUMNS: Final = (
    "theme label status calls accounts score quote source document locator why band deals money priority urgency work "
    "owner due overdue content data_version"
).split()
_QUOTE_COLUMNS: Final = "theme label call source account turn start_s quote kind category band".split()
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES: Final[Mapping[str, str]] = {
    "table": "text/plain; charset=utf-8",
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "xlsx": _XLSX,
    **{name: form.media_type for name, form in FORMS.items()},
}
"""The forms of the gap report, with their media types."""


@dataclass(frozen=True, slots=True)
class GapPaper:
    """How the gaps stand, what that is made from, and the report of it, its quotes checked."""

    desk: GapDesk
    manifest: Manifest
    report: Report


def make_paper(
    toolkit: Toolkit,
    today: date,
    *,
    found: tuple[GapReading, Sequence[UnaskedDocument]] | None = None,
    server: str | None = None,
) -> GapPaper:
    """Read the gaps, keep their history in step, and return them as a report that is ready to be written.

    What was found already need not be found again. Raises Conflict if a quote is not what its transcript says.
    """
    reading, unasked = found or _find(toolkit)
    settle(toolkit, reading)
    with toolkit.store.read() as tx:
        desk = read_desk(tx, reading, today, unasked=unasked)
        manifest = read_manifest(toolkit, tx, today)
        report = gap_report(desk, manifest, (server or toolkit.settings.server_url).rstrip("/"))
        require_true_quotes(tx, report)
    return GapPaper(desk, manifest, report)


def _find(toolkit: Toolkit) -> tuple[GapReading, list[UnaskedDocument]]:
    # What other weights made is of no use to these: without this each command would make the vectors again.
    encode_points(toolkit.store, toolkit.matter_encoder, toolkit.subject_encoder)
    with toolkit.store.read() as tx:
        reading = read_judged(tx, toolkit.answer_judge, toolkit.encoder)
        return reading, find_unasked(tx, toolkit.answer_judge)


def render_gaps(paper: GapPaper, form: str) -> bytes:
    """Return the gaps in a form of `TYPES`; equal papers give equal bytes."""
    if form in FORMS:
        return render(paper.report, form)
    return _OWN[form](paper)


def _json(paper: GapPaper) -> bytes:
    version = paper.manifest.data_version
    cases = [GapCaseOut.of_case(case, version).model_dump(mode="json") for case in paper.desk.cases]
    return (json.dumps(cases, ensure_ascii=False, indent=1) + "\n").encode()


def _csv(paper: GapPaper) -> bytes:
    file = io.StringIO()
    write_csv(_rows(paper), file, COLUMNS)
    return file.getvalue().encode()


def _rows(paper: GapPaper) -> Iterator[Row]:
    for case in paper.desk.cases:
        yield {**_found(case), **_worked(case), "data_version": paper.manifest.data_version}


def _found(case: GapCase) -> Row:
    gap, said = case.gap, case.gap.moments[0] if case.gap.moments else None
    near = gap.passages[0].passage if gap.passages else None
    return {
        "theme": gap.theme,
        "label": gap.label,
        "status": gap.status,
        "calls": gap.calls,
        "accounts": gap.accounts,
        "score": round(gap.score, 4),
        "quote": said.quote if said else "",
        "source": said.source if said else "",
        "document": near.document_name if near else "",
        "locator": near.locator if near else "",
        "why": gap.why,
        "band": band_of(said.score) if said else "",
    }


def _worked(case: GapCase) -> Row:
    work, weight = case.work, case.weight
    return {
        "deals": int(weight.deals.n),
        "money": weight.money.n,
        "priority": round(weight.priority, 4),
        "urgency": weight.urgency,
        "work": work.status if work else "",
        "owner": work.owner if work else "",
        "due": work.due.isoformat() if work and work.due and not work.is_over else "",
        "overdue": "yes" if case.is_overdue else "",
        "content": case.brief.content.kind if case.is_gap else "",
    }


def _xlsx(paper: GapPaper) -> bytes:
    quotes = [
        {
            "theme": case.gap.theme,
            "label": case.gap.label,
            **{name: getattr(one, name) for name in _QUOTE_COLUMNS[2:-1]},
            "band": band_of(one.score),
        }
        for case in paper.desk.cases
        for one in case.gap.moments
    ]
    manifest = [{"name": name, "value": value} for name, value in manifest_pairs(paper.manifest)]
    return workbook(
        {
            "Gaps": (COLUMNS, _rows(paper)),
            "Quotes": (_QUOTE_COLUMNS, quotes),
            "Manifest": (("name", "value"), manifest),
        }
    )


def _table(paper: GapPaper) -> bytes:
    lines = [line for case in paper.desk.cases for line in _lines(case)]
    text = "\n".join(lines) or "No themes are held yet. `buyerspeak ingest PATH` takes calls in."
    return (text + "\n").encode()


def _lines(case: GapCase) -> Iterator[str]:
    gap, work = case.gap, case.work
    yield f"{STATUS_WORDS[gap.status]:24}{gap.calls:3} calls {gap.accounts:3} accounts  {gap.label}  [{gap.theme}]"
    if gap.moments:
        yield f"    they say: “{gap.moments[0].quote}”{doubt_of(gap.moments[0])}"
    yield f"    {gap.why}"
    if case.is_gap and work is not None:
        due = f", due {work.due}" if work.due else ""
        late = " (overdue)" if case.is_overdue else ""
        yield f"    {WORK_WORDS[work.status]}, {work.owner or 'nobody owns it'}{due}{late}: {case.brief.content.kind}"


_OWN: Final[Mapping[str, Callable[[GapPaper], bytes]]] = {"table": _table, "json": _json, "csv": _csv, "xlsx": _xlsx}
