"""What customers said lately, and what the sample lacks: the first page that a marketer sees in the morning."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from pipeline.confidence import worth_showing
from pipeline.insights.theme_reading import uncovered_share
from pipeline.records import Moment, PhraseFilter
from pipeline.review import Movement, Period, day_of, read_movements
from pipeline.store.sample import LACKING, ChosenCalls, Lacking, LastAdded
from pipeline.store.session import Transaction

LATELY: Final = timedelta(days=30)
ENOUGH_CALLS: Final = 5
"""Of a segment with fewer calls little can be said."""
_QUOTES: Final = 6
_READ_FOR_QUOTES: Final = 40
"""So many of the latest calls are read for telling quotes."""


@dataclass(frozen=True, slots=True)
class Lately:
    """The thirty days that end with the latest dated call, held against the thirty before."""

    period: Period
    n_calls: int
    n_accounts: int
    movements: tuple[Movement, ...]
    """Every theme of the period: new ones first, then those that rise, then those that fall, then by calls."""
    quotes: tuple[Moment, ...]
    """Telling ones: of other calls and of other themes as long as there are any."""
    uncovered_share: float
    """The share of all moments that are in no theme."""

    @property
    def new(self) -> list[Movement]:
        """Themes that nobody spoke of before."""
        return [one for one in self.movements if one.is_new]

    @property
    def rising(self) -> list[Movement]:
        """Themes that a larger share of calls speaks of, by the trend of all weeks."""
        return [one for one in self.movements if not one.is_new and one.direction == "rising"]

    @property
    def most_said(self) -> list[Movement]:
        """All themes of the period, those of most calls first."""
        return sorted((one for one in self.movements if one.now.n), key=lambda one: (-one.now.n, one.label, one.theme))


@dataclass(frozen=True, slots=True)
class Held:
    """What the sample is, and what it lacks."""

    n_calls: int
    n_accounts: int
    hours: float
    n_moments: int
    n_themes: int
    n_documents: int
    lacking: tuple[tuple[Lacking, int], ...]
    """How many calls lack each thing that readings go by; what none lacks is left out."""
    n_failed: int
    """Calls with a stage that failed."""
    thin_segments: tuple[tuple[str, int], ...]
    """Segments with fewer calls than `ENOUGH_CALLS`, the rarest first."""
    last_added: LastAdded | None


def read_lately(tx: Transaction, today: date) -> Lately:
    """Return what was said lately; days after today count as errors of whoever dated the call, and are left out."""
    calls = tx.calls.all()
    days = {call.id: day for call in calls if (day := day_of(call)) is not None and day <= today}
    last = max(days.values(), default=today)
    period = Period(last - LATELY + timedelta(days=1), last)
    recent = sorted((call for call in calls if period.holds(days.get(call.id))), key=lambda call: days[call.id])
    return Lately(
        period=period,
        n_calls=len(recent),
        n_accounts=len({call.metadata["account"] for call in recent if call.metadata.get("account")}),
        movements=tuple(read_movements(tx, period)),
        quotes=tuple(_telling(tx, [call.id for call in recent[-_READ_FOR_QUOTES:]])),
        uncovered_share=uncovered_share(tx),
    )


def read_held(tx: Transaction) -> Held:
    """Return what is held and what it lacks."""
    lacking = [(what, tx.sample.count(ChosenCalls({}, lacks=what))) for what in LACKING]
    return Held(
        n_calls=tx.calls.count(),
        n_accounts=tx.sample.n_accounts(),
        hours=tx.sample.hours(),
        n_moments=tx.moments.count(PhraseFilter(moments_only=True)),
        n_themes=tx.themes.count(),
        n_documents=len(tx.collateral.all()),
        lacking=tuple((what, n) for what, n in lacking if n),
        n_failed=tx.sample.count(ChosenCalls({}, failed=True)),
        thin_segments=tuple((value, n) for value, n in tx.sample.per_value("segment") if n < ENOUGH_CALLS),
        last_added=tx.sample.last_added(),
    )


def _telling(tx: Transaction, calls: Sequence[str]) -> list[Moment]:
    """Return the surest objections, pains and goals of these calls, calls and themes once first."""
    if not calls:
        return []
    wanted = PhraseFilter(kinds=("objection", "pain", "goal"), calls=tuple(calls), moments_only=True)
    moments = [one for one in tx.moments.select(wanted, order="score") if one.state != "withdrawn"]
    seen: Counter[str] = Counter()
    ranked = []
    for place, moment in enumerate(worth_showing(moments).shown):
        # Quotes of a few words tell nothing by themselves.
        is_short = len(moment.quote.split()) < 5
        ranked.append((is_short, seen[moment.theme or moment.id], place, moment))
        seen[moment.theme or moment.id] += 1
    first: dict[str, Moment] = {}
    second: dict[str, Moment] = {}
    for *_, moment in sorted(ranked, key=lambda one: one[:3]):
        (second if moment.call in first else first).setdefault(moment.call, moment)
    return [*first.values(), *second.values()][:_QUOTES]
