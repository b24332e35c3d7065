"""Who put what right in a call, in lines for its page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from api.wording import ROLE_WORDS, tag_words
from pipeline.corrected import Correction
from pipeline.mended import Mend, RoleChange
from pipeline.store.session import Transaction

_SHOWN_CHARS = 90


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody did, when, in which turn; `undo` is the form's field and value that take it back, if anything."""

    at: datetime
    who: str
    what: str
    turn: int | None
    undo: tuple[str, str] | None
    is_past: bool = False
    """Whether it was taken back or followed by another."""


def read_history(tx: Transaction, call_id: str) -> list[Deed]:
    """Return what people did to a call, the latest first."""
    held = tx.corrections.placements(call_id)
    mends = tx.mends.of_call(call_id)
    deeds = [
        *(_of_correction(said, held) for said in tx.corrections.of_call(call_id)),
        *(_undone(said) for said in tx.corrections.of_call(call_id) if said.undone_at is not None),
        *(_of_mend(mend, mends) for mend in mends),
        *(_of_roles(change) for change in tx.mends.role_changes(call_id)),
    ]
    return sorted(deeds, key=lambda deed: deed.at, reverse=True)


def _of_correction(said: Correction, held: Mapping[str, object]) -> Deed:
    label = tag_words(said.kind, said.category) if said.kind else ""
    quote = _short(said.stretch.quote)
    what = {
        "confirmed": f"confirmed {label}: “{quote}”",
        "rejected": f"said that this is no moment: “{quote}”",
        "changed": f"changed to {label}: “{quote}”",
        "added": f"added {label}: “{quote}”",
    }[said.action]
    live = said.id in held
    return Deed(said.at, said.who, what, said.stretch.turn, ("correction", said.id) if live else None, not live)


def _undone(said: Correction) -> Deed:
    assert said.undone_at is not None
    what = f"took back what was said of “{_short(said.stretch.quote)}”"
    return Deed(said.undone_at, said.undone_by or "", what, said.stretch.turn, None)


def _of_mend(mend: Mend, made: Sequence[Mend]) -> Deed:
    past = any(other.undoes == mend.id for other in made)
    verb = "put back" if mend.undoes else "mended"
    what = f"{verb} “{_short(mend.before.strip())}” to “{_short(mend.after.strip())}”"
    if not mend.after:
        what = f"took out “{_short(mend.before.strip())}”"
    return Deed(mend.at, mend.who, what, mend.turn, None if past or mend.undoes else ("mend", mend.id), past)


def _of_roles(change: RoleChange) -> Deed:
    roles = ", ".join(f"{speaker} is the {ROLE_WORDS[role].lower()}" for speaker, role in change.roles.items())
    return Deed(change.at, change.who, f"swapped roles: {roles}", None, None)


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN_CHARS else text[:_SHOWN_CHARS].rstrip() + "…"
