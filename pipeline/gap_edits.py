"""What people say about the work on a gap: who, by when, how far, and whether it is one; each word can be undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import get_args

from pipeline.collateral.records import Gap, GapStatus, Passage
from pipeline.errors import BadInput, Conflict, NotFound
from pipeline.gap_history import evidence
from pipeline.gap_work import ANSWERED, BY_PEOPLE, SETTABLE, Action, GapEvent, GapWork, WorkStatus, live, works
from pipeline.store.session import Transaction

_MAX_CHARS = 1_000


def set_owner(tx: Transaction, theme: str, owner: str, *, who: str, note: str = "") -> GapEvent:
    """Say who closes the gap; an empty name says nobody does."""
    return _add(tx, theme, "owner", {"owner": _short(owner.strip())}, who, note)


def set_due(tx: Transaction, theme: str, due: date | None, *, who: str, note: str = "") -> GapEvent:
    """Say by when the gap is to be closed; None sets no date."""
    return _add(tx, theme, "due", {"due": due.isoformat() if due else ""}, who, note)


def set_status(tx: Transaction, theme: str, status: WorkStatus, *, who: str, note: str = "") -> GapEvent:
    """Say how far the work is; BadInput for "closed", which only collateral that answers makes it."""
    if status not in SETTABLE:
        raise BadInput(f"A gap is set to {', '.join(SETTABLE)}; it is closed when collateral that is newer answers it.")
    if work_of(tx, theme).is_over:
        raise Conflict(
            f"The gap of theme {theme} is {work_of(tx, theme).status}; it opens again when customers ask again."
        )
    return _add(tx, theme, "status", {"status": status}, who, note)


def overturn(
    tx: Transaction, gap: Gap, status: GapStatus, *, who: str, note: str = "", passage: str | None = None
) -> GapEvent:
    """Say what the status of a theme really is. `gap` is as it was found, before people's words.

    If it is answered, the passage that does so is named by its id, or is the best that was found.
    Raises BadInput if the status is none, or no passage answers, and NotFound for an unknown passage.
    """
    if status not in get_args(GapStatus):
        raise BadInput(f"{status!r} is no status of a gap; there are {', '.join(get_args(GapStatus))}.")
    best = gap.likeliest
    named = _passage(tx, passage) if passage else best.passage if best else None
    if status in ANSWERED and named is None:
        raise BadInput("No passage is held that could answer. Add the document with `buyerspeak collateral add`.")
    scores = [one.score for one in gap.passages if named is not None and one.passage.id == named.id]
    value = {
        "status": status,
        "found": gap.status,
        "score": round(scores[0] if scores else best.score if best else 0.0, 4),
        "passage": asdict(evidence(named)) if status in ANSWERED and named else None,
    }
    return _append(tx, gap.theme, "overturned", value, who, note)


def undo(tx: Transaction, number: int, *, who: str) -> GapEvent:
    """Take back what a person said; it stays in the history. Conflict if it was taken back already."""
    event = tx.gap_work.get(number)
    if event.action not in BY_PEOPLE:
        raise BadInput(
            f"Event {number} is what happened, not what somebody said ({event.action}); it cannot be undone."
        )
    if all(one.number != number for one in live(tx.gap_work.events(event.theme))):
        raise Conflict(f"Event {number} was undone already.")
    return _append(tx, event.theme, "undone", {"number": number}, who, "")


def _add(tx: Transaction, theme: str, action: Action, value: Mapping[str, object], who: str, note: str) -> GapEvent:
    work_of(tx, theme)
    return _append(tx, theme, action, value, who, note)


def _append(tx: Transaction, theme: str, action: Action, value: Mapping[str, object], who: str, note: str) -> GapEvent:
    if not who.strip():
        raise BadInput("Say who says it.")
    tx.gap_work.add([GapEvent(theme, datetime.now(UTC), _short(who.strip()), action, value, _short(note.strip()))])
    return tx.gap_work.events(theme)[-1]


def work_of(tx: Transaction, theme: str) -> GapWork:
    """Return where the work on a gap stands; NotFound if there is none."""
    tx.themes.get(theme)
    found = works(tx.gap_work.events(theme)).get(theme)
    if found is None:
        raise NotFound(f"Theme {theme} is no gap, and never was. `buyerspeak gaps` lists the gaps.")
    return found


def _passage(tx: Transaction, name: str) -> Passage:
    passages: Sequence[Passage] = tx.collateral.passages()
    for passage in passages:
        if passage.id == name:
            return passage
    raise NotFound(f"No passage {name!r}. `buyerspeak gaps --format json` names the passages that come nearest.")


def _short(text: str) -> str:
    if len(text) > _MAX_CHARS:
        raise BadInput(f"At most {_MAX_CHARS:,} characters are kept of a name or a note.")
    return text
