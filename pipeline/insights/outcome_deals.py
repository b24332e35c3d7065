"""The deals that calls belong to: how each ended, what it was like, and how much was said in it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from pipeline.records import Call
from pipeline.store.session import Transaction

CLOSED: Final = ("won", "lost", "no_decision")
SIZES: Final = ("small", "middle", "large")
_FEWEST_FOR_SIZES: Final = 6


@dataclass(frozen=True, slots=True)
class Deal:
    """The calls of one deal; where none is named those of one account, else one call."""

    id: str
    kind: Literal["deal", "account", "call"]
    calls: tuple[str, ...]
    outcome: str | None
    """None if no call says how it ended."""
    stage: str | None
    segment: str | None
    size: str | None
    """The third of all amounts that its amount lies in."""
    exposure: int
    """Words that customers said in it: more words mention more."""


def read_deals(tx: Transaction) -> list[Deal]:
    """Return the deals of all calls, by id."""
    gathered: dict[tuple[str, str], list[Call]] = defaultdict(list)
    for call in tx.calls.all():
        gathered[_unit(call)].append(call)
    words = Counter[str]()
    for turn in tx.talk.all_turns():
        if turn.role != "rep":
            words[turn.call] += len(turn.text.split())
    sizes = _sizes({key: _amount(calls) for key, calls in gathered.items()})
    return [_deal(key, calls, words, sizes.get(key)) for key, calls in sorted(gathered.items())]


def _unit(call: Call) -> tuple[Literal["deal", "account", "call"], str]:
    for field in ("deal", "account"):
        if call.metadata.get(field):
            return ("deal" if field == "deal" else "account"), str(call.metadata[field])
    return "call", call.id


def _deal(key: tuple[Any, str], calls: Sequence[Call], words: Mapping[str, int], size: str | None) -> Deal:
    latest = sorted(calls, key=lambda call: (str(call.metadata.get("recorded_at") or ""), call.id), reverse=True)
    ended = [outcome for outcome in _given(latest, "outcome") if outcome in CLOSED]
    return Deal(
        id=key[1],
        kind=key[0],
        calls=tuple(call.id for call in reversed(latest)),
        outcome=next(iter(ended or _given(latest, "outcome")), None),
        stage=next(iter(_given(latest, "stage")), None),
        segment=next(iter(_given(latest, "segment")), None),
        size=size,
        exposure=sum(words.get(call.id, 0) for call in calls),
    )


def _given(calls: Iterable[Call], field: str) -> list[str]:
    return [str(call.metadata[field]) for call in calls if call.metadata.get(field) not in (None, "")]


def _amount(calls: Iterable[Call]) -> float | None:
    amounts = []
    for call in calls:
        try:
            amounts.append(float(call.metadata["amount"]))
        except (KeyError, TypeError, ValueError):
            continue
    return max(amounts, default=None)


def _sizes(amounts: Mapping[tuple[str, str], float | None]) -> dict[tuple[str, str], str]:
    known = sorted(amount for amount in amounts.values() if amount is not None)
    if len(known) < _FEWEST_FOR_SIZES:
        return {}
    cuts = [known[len(known) * third // 3] for third in (1, 2)]
    return {key: SIZES[sum(amount >= cut for cut in cuts)] for key, amount in amounts.items() if amount is not None}
