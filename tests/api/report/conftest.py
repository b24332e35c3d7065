from datetime import date

import pytest

from api.report import document as d


@pytest.fixture
def report():
    manifest = d.Manifest(
        "5f0c3a1b9d",
        date(2026, 9, 30),
        (("calls", 42), ("documents", 7)),
        (("answers", "pairs-3"),),
        (("band", "likely"),),
    )
    quote = d.Quote(
        "We can’t sign = a *three-year* deal <now>.",
        "Pawłowska, Żółw & Sons, discovery, 12:03",
        d.Place("call-1", 3, 10, 51),
        link="http://127.0.0.1:8000/calls/call-1#turn-3",
        tone="warn",
    )
    passage = d.Passage(
        "Contracts run monthly.\nLeave whenever you like.", "terms.pdf, page 2", "Nearest passage", "bad"
    )
    blocks = (
        d.Figures((d.Figure("62 %", "of points answered", "accounts", "good"), d.Figure("3", "overdue", tone="bad"))),
        d.Contents((("Contracts are too long", "gap-1", "12 of 42 calls"), ("Nobody knows you", "", "3 calls"))),
        d.Bars(
            "Money touched",
            (
                d.Bar("Contracts", 120_000, "120,000", "bad", link="#gap-1"),
                d.Bar("Trust", 3_000, "3,000", low=1_000, high=9_000),
            ),
            top=150_000,
            note="Amounts of deals, each counted once.",
        ),
        d.Columns("Coverage by month", (d.Bar("Jul", 0.4, "40 %"), d.Bar("Aug", 0.62, "62 %", "good")), top=1.0),
        d.PageBreak(),
        d.Heading("Contracts are too long", anchor="gap-1"),
        d.Tags((d.Tag("Not answered", "bad"), d.Tag("overdue", "warn"))),
        d.Text("12 of 42 calls.", label="Raised in", link="#gap-1", link_words="Up"),
        d.Pair((d.Heading("They say", 3), quote), (d.Heading("Collateral says", 3), passage)),
        d.Bullets((d.Text("A comparison page", label="Write:"), d.Text("1. not a list", tone="warn"))),
        d.Table((d.Column("Segment", weight=2), d.Column("Calls", is_number=True)), (("Small", 1200), ("# one", None))),
        d.Facts((("Owner", "Ewa"), ("Due", "2026-10-14"))),
        d.Fold("2 less sure quotes", (d.Quote("Perhaps.", "Acme"),)),
    )  # fmt: skip
    return d.Report("Gaps in collateral", "42 calls of 2 Jul 2026 to 30 Sep 2026", blocks, manifest)
