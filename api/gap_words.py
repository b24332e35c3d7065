"""What gaps are called for readers, and lines about them that pages, reports and tables share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from api.report.document import Tone
from api.wording import counted, day, field_words
from pipeline.collateral.records import GapStatus
from pipeline.confidence import band_of
from pipeline.gap_work import GapEvent, GapWork, Urgency, WorkStatus
from pipeline.insights.gap_weight import AFFECTED_FIELDS, GapWeight, Part
from pipeline.records import Moment

STATUS_WORDS: Final[Mapping[str, str]] = {
    "missing": "Not answered",
    "weak": "Touched, not answered",
    "other_words": "Answered in other words",
    "unused": "Answered, not used",
    "covered": "Answered",
}
STATUS_TONES: Final[Mapping[GapStatus, Tone]] = {
    "missing": "bad",
    "weak": "bad",
    "other_words": "warn",
    "unused": "warn",
    "covered": "good",
}
WORK_WORDS: Final[Mapping[WorkStatus, str]] = {
    "open": "Open",
    "writing": "Being written",
    "published": "Published",
    "closed": "Closed by evidence",
    "lapsed": "No gap any more",
}
URGENCY_WORDS: Final[Mapping[Urgency, str]] = {"high": "High", "medium": "Medium", "low": "Low"}


def doubt_of(moment: Moment) -> str:
    """Return what to write behind a moment that is only possible; of a surer one, an empty text."""
    return " (only possible)" if band_of(moment.score) == "possible" else ""


def part_text(part: Part, one: str) -> str:
    """Return a part with what it is of, such as "6 of 8 calls"; of nothing, an empty text."""
    return f"{part.n:,.0f} of {counted(int(part.of), one)}" if part.of else ""


def money_text(part: Part) -> str:
    """Return money touched, such as "120,000 of 300,000 in deals (40 %)"; where no amount is known, an empty text."""
    return f"{part.n:,.0f} of {part.of:,.0f} in deals ({part.share:.0%})" if part.of else ""


def touched_text(weight: GapWeight) -> list[str]:
    """Return everything that a gap touches, each with what it is of."""
    parts = (part_text(weight.calls, "call"), part_text(weight.accounts, "account"), part_text(weight.deals, "deal"))
    return [text for text in (*parts, money_text(weight.money)) if text]


def affected_lines(weight: GapWeight) -> list[tuple[str, str]]:
    """Return whom it affects, a line a field: ("Segment", "small 3 of 4 · mid 1 of 6")."""
    lines = []
    for field in AFFECTED_FIELDS:
        values = [
            f"{one.value} {one.calls.n:.0f} of {one.calls.of:.0f}" for one in weight.affected if one.field == field
        ]
        if values:
            lines.append((field_words(field), " · ".join(values)))
    return lines


def work_line(work: GapWork | None, *, is_overdue: bool) -> str:
    """Return where the work stands, in a line; an empty text where there never was any."""
    if work is None:
        return ""
    parts = [WORK_WORDS[work.status]]
    if work.evidence is not None:
        parts.append(f"by {work.evidence.document}, {work.evidence.locator}, on {day(_date(work.changed_at))}")
    if not work.is_over:
        parts.append(f"owner {work.owner}" if work.owner else "nobody owns it")
        if work.due is not None:
            parts.append(f"due {day(work.due.isoformat())}{', overdue' if is_overdue else ''}")
    if work.reason:
        parts.append(work.reason)
    return ", ".join(parts)


def _date(when: object) -> str:
    return str(when)[:10]


def history_line(event: GapEvent) -> str:
    """Return one event of a gap's history for readers; its day and who are told apart from it."""
    value = event.value
    said = {
        "opened": lambda: f"opened as “{STATUS_WORDS[value['status']].lower()}”, due {day(value['due'])}",
        "owner": lambda: f"owner is {value['owner']}" if value["owner"] else "nobody owns it any more",
        "due": lambda: f"due {day(value['due'])}" if value["due"] else "has no date any more",
        "status": lambda: f"set to “{WORK_WORDS[value['status']].lower()}”",
        "overturned": lambda: (
            f"overturned: “{STATUS_WORDS[value['status']].lower()}”, "
            f"found was “{STATUS_WORDS[value['found']].lower()}” ({value['score']:.0%})"
        ),
        "undone": lambda: f"took back event {value['number']}",
        "verdict": lambda: f"collateral: “{STATUS_WORDS[value['status']].lower()}”",
        "closed": lambda: f"closed by {value['passage']['document']}, {value['passage']['locator']}",
        "reopened": lambda: f"opened again: {value['reason']}; due {day(value['due'])}",
        "lapsed": lambda: f"no gap any more: {value['reason']}",
    }[event.action]()
    return f"{said} – {event.note}" if event.note else said
