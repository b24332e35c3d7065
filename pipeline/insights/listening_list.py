"""Some minutes of calls to listen to, one moment after another: what many say, said surely, by many."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.confidence import least_score
from pipeline.records import Moment, Theme

LEAD_S: Final = 2.0
TAIL_S: Final = 1.0
SHORTEST_S: Final = 1.5
LONGEST_S: Final = 45.0
MOST_OF_CALL: Final = 3
MOST_OF_ACCOUNT: Final = 4
RULE: Final = (
    "Likely moments or surer with a recording, each 1.5 to 45 s long. One is taken of each theme in turn, the theme of "
    "most accounts first and what belongs to none last; within a theme what a person confirmed comes first, then the "
    "surest. At most 3 are of one call and 4 of one account, and two of one call follow each other only where their "
    "theme has nothing else. It ends when the minutes are full."
)


@dataclass(frozen=True, slots=True)
class Listened:
    """A moment of the list, and from when to when it is played."""

    moment: Moment
    theme: str | None
    """The label of its theme."""
    from_s: float
    to_s: float

    @property
    def lasts_s(self) -> float:
        """How long it is played."""
        return self.to_s - self.from_s


def choose_listening(moments: Sequence[Moment], themes: Mapping[str, Theme], *, most_s: float) -> list[Listened]:
    """Return the list by `RULE`, at most `most_s` seconds long; `moments` are those of the period with a recording."""
    queues = _by_theme(moments, themes)
    calls: Counter[str] = Counter()
    accounts: Counter[str] = Counter()
    chosen: list[Listened] = []
    left_s = most_s
    while any(queues):
        is_left = False
        for queue in queues:
            last = chosen[-1].moment.call if chosen else None
            found = _next(queue, calls, accounts, last)
            if found is None:
                continue
            queue.remove(found)
            is_left = True
            listened = _listened(found, themes)
            if listened.lasts_s > left_s:
                continue
            chosen.append(listened)
            left_s -= listened.lasts_s
            calls[found.call] += 1
            accounts[found.account or found.call] += 1
        if not is_left:
            break
    return chosen


def _by_theme(moments: Sequence[Moment], themes: Mapping[str, Theme]) -> list[list[Moment]]:
    gathered: dict[str | None, list[Moment]] = defaultdict(list)
    for moment in moments:
        if moment.score >= least_score("likely") and SHORTEST_S <= _lasts_s(moment) <= LONGEST_S:
            gathered[moment.theme if moment.theme in themes else None].append(moment)
    order = sorted(gathered, key=lambda name: (name is None, -themes[name].n_accounts if name else 0, name or ""))
    return [sorted(gathered[name], key=_tells_most) for name in order]


def _tells_most(moment: Moment) -> tuple[bool, float, str]:
    return moment.state not in ("heard", "cleared"), -moment.score, moment.id


def _next(queue: Sequence[Moment], calls: Counter[str], accounts: Counter[str], last: str | None) -> Moment | None:
    free = [
        moment
        for moment in queue
        if calls[moment.call] < MOST_OF_CALL and accounts[moment.account or moment.call] < MOST_OF_ACCOUNT
    ]
    return next((moment for moment in free if moment.call != last), free[0] if free else None)


def _lasts_s(moment: Moment) -> float:
    return 0.0 if moment.start_s is None or moment.end_s is None else moment.end_s - moment.start_s


def _listened(moment: Moment, themes: Mapping[str, Theme]) -> Listened:
    start_s, end_s = moment.start_s or 0.0, moment.end_s or 0.0
    label = themes[moment.theme].label if moment.theme in themes else None
    return Listened(moment, label, round(max(0.0, start_s - LEAD_S), 2), round(end_s + TAIL_S, 2))
