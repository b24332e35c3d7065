"""What is new since webhooks were last told: themes that came up, and themes that collateral does not answer now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from pipeline.collateral.records import Gap
from pipeline.store.session import Store, Transaction

EVENTS = ("theme.new", "gap.new")
_TOLD = "webhooks.told"
_OPEN = ("missing", "weak")
ReadGaps = Callable[[Transaction], Sequence[Gap]]


def tell_news(store: Store, read_gaps: ReadGaps, at: datetime) -> int:
    """Note what is new for every webhook that wants it, and return how many deliveries that makes.

    What is held when the first webhook is made is not news. Nothing of what customers said is sent: whoever receives
    it asks for the quotes, as somebody.
    """
    with store.read() as tx:
        wanted = {event for webhook in tx.webhooks.all() for event in webhook.events}
        if not wanted:
            return 0
        told = tx.notes.get(_TOLD)
        themes = tx.themes.all()
        documents = sorted(document.id for document in tx.collateral.all())
        stamp = [tx.themes.stamp(), documents, sorted(wanted)]
        if told is not None and told["stamp"] == stamp:
            return 0
        gaps = [gap for gap in read_gaps(tx) if gap.status in _OPEN] if "gap.new" in wanted else None
    held = [theme.id for theme in themes]
    unanswered = [gap.theme for gap in gaps] if gaps is not None else None if told is None else told["gaps"]
    with store.begin() as tx:
        tx.notes.put(_TOLD, {"stamp": stamp, "themes": held, "gaps": unanswered})
        if told is None:
            return 0
        known_gaps = told["gaps"]
        n = tx.webhooks.tell(
            "theme.new",
            [
                _body(at, theme.id, theme.label, calls=theme.n_calls, accounts=theme.n_accounts)
                for theme in themes
                if theme.id not in told["themes"]
            ],
            at,
        )
        return n + tx.webhooks.tell(
            "gap.new",
            [
                _body(at, gap.theme, gap.label, calls=gap.calls, accounts=gap.accounts, status=gap.status)
                for gap in gaps or ()
                if known_gaps is not None and gap.theme not in known_gaps
            ],
            at,
        )


def _body(at: datetime, theme: str, label: str, **facts: Any) -> dict[str, Any]:
    return {"at": at.isoformat(), "theme": theme, "label": label, **facts}
