"""A document is doubtful where it is meant for another stage, too old, or superseded."""

from datetime import UTC, date, datetime

import pytest

from pipeline.collateral.records import Document
from pipeline.insights.document_fit import fit_flags, newest_day
from pipeline.records import Call

TODAY = date(2026, 11, 1)


def document(**metadata):
    return Document("d", "prices.md", "Prices", "markdown", "0", datetime.now(UTC), metadata)


def calls(*stages, recorded_at="2026-11-01"):
    return [
        Call(f"c{place}", "c.json", f"{place}", "transcript", None, None, None, metadata, datetime.now(UTC))
        for place, stage in enumerate(stages)
        for metadata in [{"recorded_at": recorded_at} | ({"stage": stage} if stage else {})]
    ]


def test_a_document_for_another_stage_than_most_calls_says_so_with_numbers():
    (flag,) = fit_flags(document(stage="renewal"), calls("discovery", "Discovery", "demo", "renewal"), TODAY)
    assert flag.kind == "stage_mismatch"
    assert "meant for renewal; 3 of 4 calls" in flag.why
    assert "discovery 2, demo 1" in flag.why


@pytest.mark.parametrize(
    ("meant", "stages"),
    [
        ({}, ("demo", "demo")),
        ({"stage": "demo"}, ("demo", "Demo", "renewal")),
        ({"stage": ["demo", "renewal"]}, ("demo", "renewal")),
        ({"stage": "demo"}, (None, None, "renewal")),
    ],
)
def test_stages_that_fit_or_are_not_known_raise_no_flag(meant, stages):
    assert fit_flags(document(**meant), calls(*stages), TODAY) == ()


@pytest.mark.parametrize(("dated", "is_stale"), [("2024-05-01", True), ("2026-01-15", False), (None, False)])
def test_an_old_document_is_stale_by_the_day_of_the_last_call(dated, is_stale):
    flags = fit_flags(document(**({"date": dated} if dated else {})), [], TODAY)
    assert [flag.kind for flag in flags] == ["stale"] * is_stale


def test_how_old_is_too_old_can_be_set():
    assert fit_flags(document(date="2026-01-15"), [], TODAY, stale_after_days=90)[0].kind == "stale"


def test_a_superseded_document_names_its_successor():
    assert "prices-2027.md" in fit_flags(document(superseded_by="prices-2027.md"), [], None)[0].why


def test_the_newest_day_passes_over_what_is_no_day():
    assert newest_day(calls("a", recorded_at="last week")) is None
    assert newest_day([*calls("a", recorded_at="soon"), *calls("a", recorded_at="2026-11-01T09:00:00Z")]) == TODAY
