"""The listening list of a period: which days, which calls, which moments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from pipeline.confidence import least_score
from pipeline.errors import BadInput
from pipeline.insights.listening_list import Listened, choose_listening
from pipeline.records import Call, PhraseFilter
from pipeline.store.session import Transaction

MINUTES = 10
MOST_MINUTES = 60
_WEEK = timedelta(days=6)


@dataclass(frozen=True, slots=True)
class Listening:
    """What is played of a period, in order."""

    since: date
    until: date
    items: tuple[Listened, ...]
    calls: Mapping[str, Call]
    n_calls: int
    """Calls of the period."""
    n_silent: int
    """Those of them that have no recording which may be heard."""

    @property
    def lasts_s(self) -> float:
        """How long all of it is."""
        return sum(item.lasts_s for item in self.items)


def read_listening(
    tx: Transaction, where: Mapping[str, tuple[str, ...]], *, since: date | None, until: date | None, minutes: int
) -> Listening:
    """Return the list of a period; without days, that of the seven days up to the latest call.

    BadInput if it ends before it begins.
    """
    calls = {call.id: call for call in tx.calls.all(where)}
    last = until or _latest(calls)
    first = since or last - _WEEK
    if last < first:
        raise BadInput(f"The period ends on {last}, before it begins on {first}.")
    within = {name: call for name, call in calls.items() if first <= (_day(call) or date.min) <= last}
    heard = {name: call for name, call in within.items() if call.form == "audio" and call.media_key}
    wanted = PhraseFilter(roles=("customer",), calls=tuple(heard), min_score=least_score("likely"), moments_only=True)
    moments = [m for m in tx.moments.select(wanted) if m.state != "withdrawn"] if heard else []
    themes = {theme.id: theme for theme in tx.themes.all()}
    items = choose_listening(moments, themes, most_s=minutes * 60)
    return Listening(first, last, tuple(items), heard, len(within), len(within) - len(heard))


def _latest(calls: Mapping[str, Call]) -> date:
    days = [day for call in calls.values() if (day := _day(call))]
    return max(days, default=datetime.now(UTC).date())


def _day(call: Call) -> date | None:
    try:
        return date.fromisoformat(str(call.metadata.get("recorded_at") or "")[:10])
    except ValueError:
        return None
