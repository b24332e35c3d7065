"""The review of a period as a document that sales and marketing read together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from api import urls
from api.gap_report import moment_quote
from api.gap_words import history_line, work_line
from api.report import document as d
from api.wording import counted, day, field_words
from pipeline.insights.collateral_use import DocumentUse
from pipeline.insights.fit import Fit
from pipeline.insights.guide_text import clock
from pipeline.insights.theme_trends import Share
from pipeline.records import Call
from pipeline.review import GapChange, Movement, Review, month_of

_MOVED: Final = 8
_STEADY: Final = 10
_FEW: Final = 5
"""Shares of fewer than so many are told as counts alone."""


def review_report(review: Review, manifest: d.Manifest, server: str, calls: Mapping[str, Call]) -> d.Report:
    """Return the report; `server` is where links lead, `calls` are those held, by id."""
    period = review.period
    title = f"What customers said, {_span(review)}"
    scope = (
        f"{counted(review.n_calls, 'call')} with {counted(review.n_accounts, 'account')} from {day(period.since)} to "
        f"{day(period.until)}; {counted(review.n_calls_before, 'call')} in as many days before."
    )
    if not review.n_calls:
        text = d.Text("No call of this period is held. Calls say when they were recorded in `recorded_at`.")
        return d.Report(title, scope, (text,), manifest)
    blocks = (
        *_summary(review),
        *_movements(review.movements, server),
        *_gaps(review, server),
        *_coverage(review),
        *_use(review, server, calls),
        *_fit(review.fit, server),
        *_left_out(review),
    )
    return d.Report(title, scope, blocks, manifest)


def _span(review: Review) -> str:
    period = review.period
    if period == month_of(period.since):
        return f"{period.since:%B %Y}"
    return f"{day(period.since)} to {day(period.until)}"


def _share(share: Share, one: str) -> str:
    """Return "6 of 8 calls (75 %)", without the percentage where it would be of few."""
    text = f"{share.n} of {counted(share.out_of, one)}"
    return f"{text} ({share.n / share.out_of:.0%})" if share.out_of >= _FEW else text


def _summary(review: Review) -> Iterator[d.Block]:
    moved = [one for one in review.movements if one.is_new or one.direction]
    before = review.coverage_before
    gained = f"{before.share:.0%} before" if before is not None else "not measured before"
    n_late = len(review.overdue)
    yield d.Figures(
        (
            d.Figure(f"{review.coverage.share:.0%}", "of customers’ points answered", gained),
            d.Figure(str(review.n_open), "gaps open", f"{len(review.opened)} opened, {len(review.closed)} closed"),
            d.Figure(str(n_late), "gaps overdue", tone="bad" if n_late else ""),
            d.Figure(str(len(moved)), "themes new or moving", f"of {len(review.movements)} heard"),
            d.Figure(
                f"{review.calls_with_use.n} of {review.calls_with_use.out_of}", "calls where reps used our collateral"
            ),
        )
    )


def _movements(movements: Sequence[Movement], server: str) -> Iterator[d.Block]:
    yield d.Heading("What customers speak of")
    groups = (
        ("New", "warn", [one for one in movements if one.is_new]),
        ("Rising", "bad", [one for one in movements if not one.is_new and one.direction == "rising"]),
        ("Falling", "good", [one for one in movements if not one.is_new and one.direction == "falling"]),
    )
    told: set[str] = set()
    for name, tone, group in groups:
        told |= {one.theme for one in group}
        if group:
            yield d.Heading(name, 2)
        for one in group[:_MOVED]:
            before = f", before {_share(one.before, 'call')}" if one.before.out_of else ""
            yield d.Text(f"{_share(one.now, 'call')}{before}.", label=f"{one.label}:")
            if one.quote is not None:
                yield moment_quote(one.quote, server, tone="warn" if tone == "warn" else "")
    steady = [one for one in movements if one.theme not in told and one.now.n]
    if not told:
        yield d.Text(
            "Nothing is new, and no theme rises or falls by more than chance would explain "
            "(false-discovery rate 10 %).",
            kind="note",
        )
    if steady:
        yield d.Bars(
            "Heard most" if not told else "Heard as before",
            tuple(d.Bar(one.label, one.now.n, f"{one.now.n} calls, before {one.before.n}") for one in steady[:_STEADY]),
            top=max(1, *(one.now.n for one in steady)),
            note="Calls of the period that speak of it, and of as many days before.",
        )


def _calls_text(one: Movement) -> str:
    before = f", before {one.before.n}" if one.before.out_of else ""
    return f"{counted(one.now.n, 'call')}{before}"


def _gaps(review: Review, server: str) -> Iterator[d.Block]:
    yield d.Heading("The work on gaps")
    if not (review.opened or review.reopened or review.closed or review.lapsed or review.overdue):
        yield d.Text("No gap was opened or closed in this period, and none is overdue.", kind="note")
    groups = (
        ("Closed", review.closed),
        ("Opened again", review.reopened),
        ("Opened", review.opened),
        ("No gap any more", review.lapsed),
    )
    for name, changes in groups:
        if changes:
            yield d.Heading(f"{name}: {len(changes)}", 2)
            yield d.Bullets(tuple(_change(change, server) for change in changes))
    if review.overdue:
        yield d.Heading(f"Overdue: {len(review.overdue)}", 2)
        yield d.Bullets(
            tuple(
                d.Text(
                    f"{work_line(late.work, is_overdue=True)}.",
                    label=f"{late.label}.",
                    tone="bad",
                    link=f"{server}{urls.gap(late.work.theme)}",
                    link_words="Work on it",
                )
                for late in review.overdue
            )
        )


def _change(change: GapChange, server: str) -> d.Text:
    event = change.event
    return d.Text(
        f"{day(event.at.date().isoformat())}, {history_line(event)}.",
        label=f"{change.label}.",
        link=f"{server}{urls.gap(event.theme)}",
        link_words="Its history",
    )


def _coverage(review: Review) -> Iterator[d.Block]:
    yield d.Heading("What collateral answers")
    part = review.coverage
    yield d.Text(
        f"Collateral answers {part.n:.0f} of {part.of:.0f} points: "
        "an account counts once for each theme that it raises."
    )
    if not review.period.holds(review.measured_on):
        yield d.Text(
            f"Measured on {day(review.measured_on)}; it was not measured within the period.", kind="note", tone="warn"
        )
    bars = tuple(
        d.Bar(one.label, one.coverage.share, f"{one.coverage.share:.0%}") for one in review.trend if one.coverage.of
    )
    if len(bars) > 1:
        note = "As it was measured at the end of each week or month, with the calls and documents of then."
        yield d.Columns("Share of customers’ points answered", bars, top=1.0, note=note)
    else:
        yield d.Text("The trend begins with this measurement: each day on which gaps are read adds one.", kind="note")


def _use(review: Review, server: str, calls: Mapping[str, Call]) -> Iterator[d.Block]:
    yield d.Heading("Whether reps use what marketing makes")
    if not review.uses:
        yield d.Text("No collateral is held.", kind="note")
        return
    yield d.Text(
        f"Reps named a document, or said in their own words what one says, in {_share(review.calls_with_use, 'call')}."
    )
    columns = (
        d.Column("Document", weight=4),
        d.Column("Named in calls", is_number=True, weight=1.5),
        d.Column("Said in other words", is_number=True, weight=1.8),
    )
    rows = tuple((one.document.title, len(one.named), len(one.paraphrased)) for one in review.uses)
    yield d.Table(columns, rows)
    for one in review.uses[:2]:
        yield from _best_use(one, server, calls)


def _best_use(use: DocumentUse, server: str, calls: Mapping[str, Call]) -> Iterator[d.Block]:
    best = use.best
    if best is None:
        return
    turn, call = best.turn, calls.get(best.turn.call)
    source = (turn.speaker, call.source if call else turn.call, clock(turn.start_s) or f"turn {turn.turn}")
    yield d.Quote(
        turn.text,
        f"{', '.join(source)}; {best.how}: {use.document.title}",
        d.Place(turn.call, turn.turn, 0, len(turn.text)),
        label="Rep",
        link=f"{server}{urls.call(turn.call, turn.turn)}",
    )


def _fit(fit: Sequence[Fit], server: str) -> Iterator[d.Block]:
    yield d.Heading("Whom we bring in")
    if not fit:
        yield d.Text("No call of this period says its segment, industry or source.", kind="note")
        return
    yield d.Text(
        "“Not for us” are accounts that see no need of it or do not want to hear of it, in their own words. "
        "Deals are counted by how their latest call of the period says that they ended.",
        kind="note",
    )
    columns = (
        d.Column("", weight=2.4),
        d.Column("Calls", is_number=True),
        d.Column("Accounts", is_number=True, weight=1.2),
        d.Column("“Not for us”", weight=2),
        d.Column("Won of closed", weight=2),
        d.Column("Lost", is_number=True),
        d.Column("No decision", is_number=True, weight=1.5),
    )
    for field in dict.fromkeys(one.field for one in fit):
        rows = tuple(
            (
                one.value,
                one.n_calls,
                one.n_accounts,
                _share(one.not_for_us, "account") if one.not_for_us.n else "none",
                _share(one.won, "deal") if one.won.out_of else "none closed",
                one.n_lost,
                one.n_no_decision,
            )
            for one in fit
            if one.field == field
        )
        yield d.Table(columns, rows, caption=f"By {field_words(field).lower()}")
    saying = [one for one in fit if one.field == fit[0].field and one.quotes]
    for one in saying[:3]:
        yield moment_quote(one.quotes[0], server)


def _left_out(review: Review) -> Iterator[d.Block]:
    if review.n_undated:
        yield d.Text(f"{counted(review.n_undated, 'call')} without a date left out of every period.", kind="note")
