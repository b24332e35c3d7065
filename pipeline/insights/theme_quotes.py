"""Quotes that stand for a theme, chosen by a rule that is said along with them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.records import Moment

RULE: Final = (
    "The most typical quote is the nearest to the theme's centre in meaning; the one least like the others is the "
    "farthest from it; the one drawn at random is drawn by the theme's id, the same each time. Each is of another "
    "account where there are several, and so are the next most typical ones."
)
_SPREAD = 2


@dataclass(frozen=True, slots=True)
class ChosenQuote:
    """A quote of a theme and what it was chosen as."""

    role: str
    moment: Moment


def choose_quotes(theme_id: str, moments: Sequence[Moment]) -> list[ChosenQuote]:
    """Return up to five quotes of `moments`, which are the theme's, the most typical first; see `RULE`."""
    rest, chosen = list(moments), list[ChosenQuote]()

    def take(role: str, candidates: Sequence[Moment]) -> None:
        used = {quote.moment.account for quote in chosen}
        # Calls that name no account may be anybody's.
        fresh = [moment for moment in candidates if moment.account is None or moment.account not in used]
        if found := next(iter(fresh or candidates), None):
            chosen.append(ChosenQuote(role, found))
            rest.remove(found)

    take("most typical", rest)
    take("least like the others", rest[::-1])
    shuffled = sorted(rest, key=lambda moment: moment.id)
    random.Random(theme_id).shuffle(shuffled)
    take("drawn at random", shuffled)
    for _ in range(_SPREAD):
        take("typical of another account", [m for m in rest if m.account not in {q.moment.account for q in chosen}])
    return chosen
