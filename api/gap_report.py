"""The gap report as a table, JSON, CSV or a page to print."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping, Sequence

from api.exports import write_csv
from api.schemas import GapOut
from pipeline.collateral.records import Gap
from pipeline.confidence import band_of, worth_showing
from pipeline.records import Moment

_COLUMNS = "theme label status calls accounts score quote source document locator why band".split()
STATUS_WORDS = {
    "missing": "Not answered",
    "weak": "Touched, not answered",
    "other_words": "Answered in other words",
    "unused": "Answered, not used",
    "covered": "Answered",
}


def render_gaps(gaps: Sequence[Gap], form: str) -> str:
    """Return the report in a form of `FORMS`; the same gaps give the same bytes."""
    return FORMS[form](gaps)


def _json(gaps: Sequence[Gap]) -> str:
    return json.dumps([GapOut.of(gap).model_dump() for gap in gaps], ensure_ascii=False, indent=1) + "\n"


def _csv(gaps: Sequence[Gap]) -> str:
    file = io.StringIO()
    write_csv(
        (
            {
                "theme": gap.theme,
                "label": gap.label,
                "status": gap.status,
                "calls": gap.calls,
                "accounts": gap.accounts,
                "score": round(gap.score, 4),
                "quote": gap.moments[0].quote if gap.moments else "",
                "source": gap.moments[0].source if gap.moments else "",
                "document": gap.passages[0].passage.document_name if gap.passages else "",
                "locator": gap.passages[0].passage.locator if gap.passages else "",
                "why": gap.why,
                "band": band_of(gap.moments[0].score) if gap.moments else "",
            }
            for gap in gaps
        ),
        file,
        _COLUMNS,
    )
    return file.getvalue()


def _table(gaps: Sequence[Gap]) -> str:
    if not gaps:
        return "No themes are held yet. `buyerspeak ingest PATH` takes calls in.\n"
    lines = []
    for gap in gaps:
        lines.append(
            f"{STATUS_WORDS[gap.status]:24}{gap.calls:3} calls {gap.accounts:3} accounts  {gap.label}  [{gap.theme}]"
        )
        if gap.moments:
            lines.append(f"    they say: “{gap.moments[0].quote}”{doubt_of(gap.moments[0])}")
        lines += [f"    {gap.why}", *(f"    {flag.why}" for flag in gap.flags)]
    return "\n".join(lines) + "\n"


def _html(gaps: Sequence[Gap]) -> str:
    from jinja2 import Environment, PackageLoader

    environment = Environment(loader=PackageLoader("api", "templates"), autoescape=True)
    environment.filters |= {"chosen": worth_showing, "doubt": doubt_of}
    return environment.get_template("gap_report.html").render(gaps=gaps, words=STATUS_WORDS)


def doubt_of(moment: Moment) -> str:
    """Return what to write behind a moment that is only possible; of a surer one, an empty text."""
    return " (only possible)" if band_of(moment.score) == "possible" else ""


FORMS: Mapping[str, Callable[[Sequence[Gap]], str]] = {"table": _table, "json": _json, "csv": _csv, "html": _html}
