"""Single objections beside collateral, as a table, JSON or CSV."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from api.gap_words import STATUS_WORDS
from api.schemas_coverage import MomentCoverageOut
from api.sheets import write_csv
from pipeline.collateral.records import MomentCoverage

_COLUMNS: Final = "moment status score quote category source account theme document locator why".split()


def render_objections(covered: Sequence[MomentCoverage], form: str) -> str:
    """Return the objections in a form of `FORMS`; the same ones give the same bytes."""
    return FORMS[form](covered)


def _json(covered: Sequence[MomentCoverage]) -> str:
    rows = [MomentCoverageOut.of(one).model_dump() for one in covered]
    return json.dumps(rows, ensure_ascii=False, indent=1) + "\n"


def _csv(covered: Sequence[MomentCoverage]) -> str:
    file = io.StringIO()
    write_csv((_row(one) for one in covered), file, _COLUMNS)
    return file.getvalue()


def _row(covered: MomentCoverage) -> dict[str, Any]:
    moment = covered.moment
    nearest = covered.passages[0].passage if covered.passages else None
    return {
        "moment": moment.id,
        "status": covered.status,
        "score": round(covered.score, 4),
        "quote": moment.quote,
        "category": moment.category,
        "source": moment.source,
        "account": moment.account,
        "theme": moment.theme,
        "document": nearest.document_name if nearest else "",
        "locator": nearest.locator if nearest else "",
        "why": covered.why,
    }


def _table(covered: Sequence[MomentCoverage]) -> str:
    if not covered:
        return "No objections are held yet. `buyerspeak ingest PATH` takes calls in.\n"
    lines = []
    for one in covered:
        lines += [f"{STATUS_WORDS[one.status]:24}“{one.moment.quote}”  [{one.moment.source}]", f"    {one.why}"]
    return "\n".join(lines) + "\n"


FORMS: Final[Mapping[str, Callable[[Sequence[MomentCoverage]], str]]] = {"table": _table, "json": _json, "csv": _csv}
