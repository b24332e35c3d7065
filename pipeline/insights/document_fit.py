"""Whether the document that answers is meant for the stage in which the point comes, and still holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from pipeline.collateral.records import Document, GapFlag
from pipeline.records import Call

STALE_AFTER_DAYS: Final = 548
"""A document that is older than a year and a half on the day of the newest call is stale."""
_MOST: Final = 0.5
_MIN_CALLS: Final = 2


def fit_flags(
    document: Document, calls: Sequence[Call], today: date | None, *, stale_after_days: int = STALE_AFTER_DAYS
) -> tuple[GapFlag, ...]:
    """Return what makes a document doubtful as the answer in these calls; `today` is None where no day is known."""
    found = (_stage_mismatch(document, calls), _staleness(document, today, stale_after_days))
    return tuple(flag for flag in found if flag is not None)


def newest_day(calls: Sequence[Call]) -> date | None:
    """Return the day of the newest call: reports of the same data are the same, whatever the clock says."""
    return max((day for call in calls if (day := _day(call)) is not None), default=None)


def _day(call: Call) -> date | None:
    try:
        return date.fromisoformat(str(call.metadata.get("recorded_at") or "")[:10])
    except ValueError:
        return None


def _stage_mismatch(document: Document, calls: Sequence[Call]) -> GapFlag | None:
    meant = {stage.casefold() for stage in document.stage}
    stages = Counter(str(call.metadata["stage"]).casefold() for call in calls if call.metadata.get("stage"))
    elsewhere = {stage: n for stage, n in stages.items() if stage not in meant}
    n_known, n_elsewhere = stages.total(), sum(elsewhere.values())
    if not meant or n_elsewhere < _MIN_CALLS or n_elsewhere <= _MOST * n_known:
        return None
    text = (
        f"{document.name} is meant for {_listed(document.stage)}; {n_elsewhere} of {n_known} calls that raise this "
        f"are in another stage ({_counted(elsewhere)})."
    )
    return GapFlag("stage_mismatch", document.name, text)


def _staleness(document: Document, today: date | None, stale_after_days: int) -> GapFlag | None:
    if successor := document.metadata.get("superseded_by"):
        return GapFlag("stale", document.name, f"{document.name} is superseded by {successor}.")
    dated = document.dated
    if dated is None or today is None or today - dated <= timedelta(days=stale_after_days):
        return None
    months = (today - dated).days // 30
    return GapFlag(
        "stale", document.name, f"{document.name} is of {dated:%Y-%m-%d}, {months} months before the last call."
    )


def _counted(stages: Mapping[str, int]) -> str:
    return ", ".join(f"{stage} {n}" for stage, n in sorted(stages.items(), key=lambda item: (-item[1], item[0])))


def _listed(words: Sequence[str]) -> str:
    return " and ".join(words)
