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
_LOOSENED: Final = (1, 2, 1_000)
RULE: Final = (
    "Likely moments or surer with a recording, each 1.5 to 45 s long. One is taken of each theme in turn, the theme of "
    "most accounts first and what belongs to none last; within a theme what a person confirmed comes first, then the "
    "surest, and two of one call follow each other only where the theme has nothing else. At most 3 are of one call "
    "and 4 of one account; twice as many, and then any number, only where the minutes are not full without them. Of "
    "moments that share words, one is played."
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
    choice = _Choice(themes, most_s)
    for times in _LOOSENED:
        while sum(choice.take(queue, times) for queue in queues):
            pass
    return choice.chosen


class _Choice:
    """What was chosen so far, and how much of each call and account."""

    def __init__(self, themes: Mapping[str, Theme], left_s: float) -> None:
        self.chosen: list[Listened] = []
        self._themes = themes
        self._left_s = left_s
        self._calls: Counter[str] = Counter()
        self._accounts: Counter[str] = Counter()

    def take(self, queue: list[Moment], times: int) -> bool:
        """Take the next of a queue that may be taken and has room, and say whether there was one."""
        free = [moment for moment in queue if self._may(moment, times)]
        last = self.chosen[-1].moment.call if self.chosen else None
        found = next((moment for moment in free if moment.call != last), free[0] if free else None)
        if found is None:
            return False
        queue.remove(found)
        listened = _listened(found, self._themes)
        self.chosen.append(listened)
        self._left_s -= listened.lasts_s
        self._calls[found.call] += 1
        self._accounts[found.account or found.call] += 1
        return True

    def _may(self, moment: Moment, times: int) -> bool:
        listened = _listened(moment, self._themes)
        return (
            self._calls[moment.call] < MOST_OF_CALL * times
            and self._accounts[moment.account or moment.call] < MOST_OF_ACCOUNT * times
            and listened.lasts_s <= self._left_s
            and not any(_says_the_same(moment, held.moment) for held in self.chosen)
        )


def _says_the_same(one: Moment, other: Moment) -> bool:
    is_same_turn = (one.call, one.turn) == (other.call, other.turn)
    return is_same_turn and one.start_char < other.end_char and other.start_char < one.end_char


def _by_theme(moments: Sequence[Moment], themes: Mapping[str, Theme]) -> list[list[Moment]]:
    gathered: dict[str | None, list[Moment]] = defaultdict(list)
    for moment in moments:
        if moment.score >= least_score("likely") and SHORTEST_S <= _lasts_s(moment) <= LONGEST_S:
            gathered[moment.theme if moment.theme in themes else None].append(moment)
    order = sorted(gathered, key=lambda name: (name is None, -themes[name].n_accounts if name else 0, name or ""))
    return [sorted(gathered[name], key=_tells_most) for name in order]


def _tells_most(moment: Moment) -> tuple[bool, float, str]:
    return moment.state not in ("heard", "cleared"), -moment.score, moment.id


def _lasts_s(moment: Moment) -> float:
    return 0.0 if moment.start_s is None or moment.end_s is None else moment.end_s - moment.start_s


def _listened(moment: Moment, themes: Mapping[str, Theme]) -> Listened:
    start_s, end_s = moment.start_s or 0.0, moment.end_s or 0.0
    theme = themes.get(moment.theme or "")
    label = theme.label if theme else None
    return Listened(moment, label, round(max(0.0, start_s - LEAD_S), 2), round(end_s + TAIL_S, 2))
