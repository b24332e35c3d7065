"""The gap report as a document: what to close first, the evidence of both sides, and what would close it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from api import urls
from api.gap_words import (
    STATUS_TONES,
    STATUS_WORDS,
    URGENCY_WORDS,
    WORK_WORDS,
    affected_lines,
    doubt_of,
    money_text,
    touched_text,
    work_line,
)
from api.report import document as d
from api.wording import counted, day
from pipeline.collateral.records import ScoredPassage
from pipeline.confidence import worth_showing
from pipeline.gap_desk import GapCase, GapDesk
from pipeline.insights.guide_text import clock
from pipeline.records import Moment

_BARS: Final = 12
_UNASKED: Final = 12


def gap_report(desk: GapDesk, manifest: d.Manifest, server: str) -> d.Report:
    """Return the report; `server` is where links to calls lead."""
    documents = dict(manifest.facts).get("documents", 0)
    scope = f"{counted(desk.n_calls, 'call')} held against {counted(documents, 'document')}, as of {day(desk.today)}."
    blocks = (
        *_summary(desk),
        *(block for case in desk.gaps for block in _case(case, server)),
        *_answered([case for case in desk.cases if not case.is_gap]),
        *_unasked(desk, server),
    )
    return d.Report("What customers ask that our collateral does not answer", scope, blocks, manifest)


def moment_quote(moment: Moment, server: str, *, tone: d.Tone = "") -> d.Quote:
    """Return a moment as a quote that leads to the second of its call."""
    source = [moment.speaker, moment.account, moment.source, clock(moment.start_s) or f"turn {moment.turn}"]
    when = [day(moment.recorded_at)] if moment.recorded_at else []
    return d.Quote(
        moment.quote,
        ", ".join(part for part in (*source, *when) if part) + doubt_of(moment),
        d.Place(moment.call, moment.turn, moment.start_char, moment.end_char),
        link=f"{server}{urls.call(moment.call, moment.turn)}",
        link_words="Hear it in the call" if moment.start_s is not None else "Read it in the call",
        tone=tone,
    )


def _summary(desk: GapDesk) -> Iterator[d.Block]:
    if not desk.cases:
        yield d.Text("No themes are held yet. `buyerspeak ingest PATH` takes calls in.")
        return
    n_overdue = len(desk.overdue)
    yield d.Figures(
        (
            d.Figure(
                f"{desk.coverage.share:.0%}",
                "of customers’ points answered",
                f"{desk.coverage.n:.0f} of {desk.coverage.of:.0f}, by accounts",
            ),
            d.Figure(str(len(desk.gaps)), "gaps", f"of {counted(len(desk.cases), 'theme')}"),
            d.Figure(str(n_overdue), "overdue", f"as of {day(desk.today)}", "bad" if n_overdue else ""),
            *(
                (d.Figure(f"{desk.open_money.share:.0%}", "of deal money touched", money_text(desk.open_money)),)
                if desk.open_money.of
                else ()
            ),
        )
    )
    if desk.gaps:
        yield d.Bars(
            "What to close first",
            tuple(_bar(case) for case in desk.gaps[:_BARS]),
            top=max(0.01, *(case.weight.priority for case in desk.gaps)),
            note="Ranked by the mean share of calls, accounts and deal money that a gap touches, "
            "weighed by its status. Each deal counts once.",
        )
    if desk.bar.answers_from is not None or desk.bar.fails_to is not None:
        yield d.Text(
            f"People overturned {counted(desk.bar.n_lowered + desk.bar.n_raised, 'status', 'statuses')}; "
            "other themes follow where their passages score no better.",
            kind="note",
        )


def _bar(case: GapCase) -> d.Bar:
    weight = case.weight
    text = f"{counted(int(weight.calls.n), 'call')}, {counted(int(weight.accounts.n), 'account')}"
    return d.Bar(case.gap.label, weight.priority, text, STATUS_TONES[case.gap.status], link=f"#{_anchor(case)}")


def _anchor(case: GapCase) -> str:
    return f"gap-{case.gap.theme}"


def _case(case: GapCase, server: str) -> Iterator[d.Block]:
    gap, work = case.gap, case.work
    yield d.Heading(gap.label, anchor=_anchor(case))
    yield d.Tags(tuple(_tags(case)))
    yield d.Text(" · ".join(touched_text(case.weight)))
    chosen = worth_showing(gap.moments)
    quotes = case.brief.quotes
    n_more = len(chosen.shown) - len(quotes)
    said: list[d.Block] = [d.Heading("They say", 3), *(moment_quote(one, server) for one in quotes)]
    said += [d.Text(text, kind="note") for text in _left_out(n_more, len(chosen.left_out))]
    yield d.Pair(tuple(said), tuple(_collateral(case, server)))
    yield d.Heading("What would close it", 3)
    yield d.Text(case.brief.content.purpose, label=f"{case.brief.content.kind}.")
    yield d.Text(_brief_words(case), kind="note")
    lines = affected_lines(case.weight)
    if lines:
        yield d.Heading("Who asks", 3)
        yield d.Facts(tuple(lines))
    if work is not None:
        yield d.Text(
            work_line(case.work, is_overdue=case.is_overdue), label="Work:", tone="bad" if case.is_overdue else ""
        )


def _left_out(n_more: int, n_doubtful: int) -> Iterator[str]:
    if n_more:
        yield f"{counted(n_more, 'further quote')} on the page of the theme."
    if n_doubtful:
        yield f"{counted(n_doubtful, 'less sure quote')} {'is' if n_doubtful == 1 else 'are'} left out."


def _brief_words(case: GapCase) -> str:
    n = len(case.brief.quotes)
    return (
        f"The brief is the customers’ own words: answer the {counted(n, 'quote')} above, in these words." if n else ""
    )


def _tags(case: GapCase) -> Iterator[d.Tag]:
    yield d.Tag(STATUS_WORDS[case.gap.status], STATUS_TONES[case.gap.status])
    if case.overturn is not None and case.overturn.status == case.gap.status:
        yield d.Tag(f"Overturned by {case.overturn.who}")
    yield d.Tag(f"{URGENCY_WORDS[case.weight.urgency]} urgency")
    if case.work is not None:
        yield d.Tag(WORK_WORDS[case.work.status])
    if case.is_overdue:
        yield d.Tag("Overdue", "bad")


def _collateral(case: GapCase, server: str) -> Iterator[d.Block]:
    yield d.Heading("Collateral says", 3)
    if not case.gap.passages:
        yield d.Text("Nothing that comes near.")
    for scored, reason in zip(case.gap.passages[:2], case.reasons, strict=False):
        yield _passage(scored, reason, server)
    yield d.Text(case.gap.why, kind="note")
    for flag in case.gap.flags:
        yield d.Text(flag.why, kind="note")


def _passage(scored: ScoredPassage, reason: str, server: str) -> d.Passage:
    passage = scored.passage
    source = f"{passage.document_name}, {passage.locator}"
    return d.Passage(passage.text, source, note=reason, link=f"{server}{urls.document(passage.document)}#{passage.id}")


def _answered(cases: Sequence[GapCase]) -> Iterator[d.Block]:
    if not cases:
        return
    yield d.Heading("What collateral answers")
    columns = (
        d.Column("Theme", weight=3),
        d.Column("Calls", is_number=True, weight=0.8),
        d.Column("Accounts", is_number=True, weight=1.1),
        d.Column("Answered by", weight=3),
        d.Column("Work", weight=2.2),
    )
    rows = tuple(
        (
            case.gap.label,
            case.gap.calls,
            case.gap.accounts,
            f"{case.gap.passages[0].passage.document_name}, {case.gap.passages[0].passage.locator}"
            if case.gap.passages
            else "",
            WORK_WORDS[case.work.status] if case.work else "Never a gap",
        )
        for case in cases
    )
    yield d.Table(columns, rows)


def _unasked(desk: GapDesk, server: str) -> Iterator[d.Block]:
    if not desk.unasked:
        return
    yield d.Heading("What nobody asked for")
    yield d.Text(
        "Passages that come near to nothing that a customer raised. They may be right and needed; "
        "no call asked for them.",
        kind="note",
    )
    rows = tuple(
        (one.document.name, len(one.unasked), one.n_passages, "the whole document" if one.is_whole else "in part")
        for one in desk.unasked
    )
    columns = (
        d.Column("Document", weight=3),
        d.Column("Passages nobody asked for", is_number=True, weight=2),
        d.Column("Of", is_number=True, weight=0.7),
        d.Column("", weight=1.5),
    )
    yield d.Table(columns, rows)
    passages = [one for document in desk.unasked for one in document.unasked][:_UNASKED]
    yield d.Fold(
        f"{counted(len(passages), 'passage')} of them",
        tuple(
            d.Passage(
                one.passage.text,
                f"{one.passage.document_name}, {one.passage.locator}",
                note=f"Nearest: {one.nearest.label} ({one.score:.0%} sure that it answers).",
                link=f"{server}{urls.document(one.passage.document)}#{one.passage.id}",
            )
            for one in passages
        ),
    )
