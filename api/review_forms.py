"""The review in each form that it is handed out in, checked and with its manifest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from api.judged_gaps import settle
from api.report.document import Manifest, Report
from api.report.forms import FORMS, render
from api.report.manifest import read_manifest
from api.report.proof import require_true_quotes
from api.review_json import review_json
from api.review_report import review_report
from pipeline.assemble import Toolkit
from pipeline.errors import BadInput
from pipeline.gap_desk import read_desk
from pipeline.gap_reading import GapReading, read_judged
from pipeline.review import Period, Review, latest_period, month_of, read_review
from pipeline.store.sample import ChosenCalls
from pipeline.store.session import Transaction

TYPES: Final[Mapping[str, str]] = {
    "json": "application/json",
    **{name: form.media_type for name, form in FORMS.items()},
}
"""The forms of the review, with their media types."""


@dataclass(frozen=True, slots=True)
class ReviewPaper:
    """A review, what it is made from, and the report of it, its quotes checked."""

    review: Review
    manifest: Manifest
    report: Report


_LOOKED_AT = 50
"""Of the latest calls, so many are looked at for one whose date can be read."""


def period_of(tx: Transaction, month: str, since: date | None, until: date | None, today: date) -> Period:
    """Return the period that is meant: a month such as 2026-10, or days; else the month of the latest call.

    Raises BadInput for what is no month, and for days in the wrong order.
    """
    if month:
        try:
            first = date.fromisoformat(f"{month}-01")
        except ValueError as error:
            raise BadInput(f"{month!r} is no month; write it as 2026-10.") from error
        return month_of(first)
    latest = latest_period(tx.sample.latest(ChosenCalls({}, until=today.isoformat()), limit=_LOOKED_AT), today)
    period = Period(since or latest.since, until or (latest.until if since is None else max(since, today)))
    if period.until < period.since:
        raise BadInput(f"The period ends on {period.until}, before it begins on {period.since}.")
    return period


def make_review(
    toolkit: Toolkit,
    today: date,
    *,
    month: str = "",
    since: date | None = None,
    until: date | None = None,
    reading: GapReading | None = None,
    server: str | None = None,
) -> ReviewPaper:
    """Read a period as a report that is ready to be written; Conflict if a quote is not what its transcript says."""
    if reading is None:
        with toolkit.store.read() as tx:
            reading = read_judged(tx, toolkit.answer_judge, toolkit.encoder)
    settle(toolkit, reading)
    with toolkit.store.read() as tx:
        period = period_of(tx, month, since, until, today)
        desk = read_desk(tx, reading, min(today, period.until))
        review = read_review(tx, desk, toolkit.encoder, period, today)
        manifest = read_manifest(toolkit, tx, today, settings=(("period", f"{period.since} to {period.until}"),))
        calls = {call.id: call for call in tx.calls.all()}
        report = review_report(review, manifest, (server or toolkit.settings.server_url).rstrip("/"), calls)
        require_true_quotes(tx, report)
    return ReviewPaper(review, manifest, report)


def render_review(paper: ReviewPaper, form: str) -> bytes:
    """Return the review in a form of `TYPES`; equal papers give equal bytes."""
    if form == "json":
        return review_json(paper.review, paper.manifest).encode()
    return render(paper.report, form)
