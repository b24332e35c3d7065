"""What filters ask of phrases and calls, as codes in arrays: a filter is a mask that is made in memory."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.records import PhraseFilter
from pipeline.store.calls import CallFacts

Mask = npt.NDArray[np.bool_]
Slots = npt.NDArray[np.int64]
Array = npt.NDArray[np.generic]

TYPES: Mapping[str, type[np.generic]] = {
    "id": np.int64,
    "call": np.int32,
    "turn": np.int32,
    "role": np.uint8,
    "kind": np.uint8,
    "category": np.uint8,
    "state": np.uint8,
    "score": np.float32,
    "key": np.uint64,
    "has_vector": np.bool_,
    "alive": np.bool_,
}
"""A moment is what has a kind; `key` is a digest of the words; 0 in a column of names is none."""
NAMED = ("role", "kind", "category", "state")


class Place(NamedTuple):
    """Where a slot's phrase is, and the digest of its words."""

    id: int
    slot: int
    call: int
    turn: int
    is_moment: bool
    key: int


@dataclass(slots=True)
class Within:
    """What a filter lets pass: slots, and calls by their numbers. The turns are counted when they are asked for."""

    slots: Mask
    calls: Mask
    n_phrases: int
    n_calls: int
    n_turns: int | None = None


class Names:
    """Names by small numbers, given in the order of their coming; the number 0 is no name."""

    def __init__(self, names: Iterable[str] = ("",)) -> None:
        self.names = list(names)
        self._codes = {name: code for code, name in enumerate(self.names) if name or code == 0}

    def __len__(self) -> int:
        return len(self.names)

    def code(self, name: str | None) -> int:
        """Return the number of a name, a new one if need be."""
        code = self._codes.get(name or "")
        if code is None:
            code = self._codes[name or ""] = len(self.names)
            self.names.append(name or "")
        return code

    def find(self, name: str) -> int | None:
        """Return the number of a name, if it has one."""
        return self._codes.get(name)

    def among(self, wanted: Iterable[str]) -> Mask:
        """Return for each number whether its name is wanted."""
        mask = np.zeros(len(self.names), dtype=np.bool_)
        mask[[code for name in wanted if (code := self._codes.get(name))]] = True
        return mask


class Columns:
    """The facts of every slot, one array each; they grow at the end."""

    def __init__(self, held: Mapping[str, Array] | None = None) -> None:
        self._n = 0 if held is None else len(held["id"])
        self._held: dict[str, Any] = {
            name: np.zeros(0, of) if held is None else np.array(held[name]) for name, of in TYPES.items()
        }

    def __len__(self) -> int:
        return self._n

    def of(self, name: str) -> npt.NDArray[np.generic]:
        """Return a column; writing into it writes into the table."""
        column: Array = self._held[name][: self._n]
        return column

    def mask(self, name: str) -> Mask:
        """Return one of the two columns of yes and no."""
        column: Mask = self._held[name][: self._n]
        return column

    def append(self, rows: Sequence[Mapping[str, object]]) -> None:
        """Add slots."""
        end = self._n + len(rows)
        for name, column in self._held.items():
            if end > len(column):
                room = np.zeros(max(end, len(column) + len(column) // 8 + 1_024), dtype=TYPES[name])
                room[: self._n] = column[: self._n]
                self._held[name] = room
            self._held[name][self._n : end] = [row[name] for row in rows]
        self._n = end

    def write(self, slot: int, row: Mapping[str, object]) -> None:
        """Change what is known of a slot."""
        for name, value in row.items():
            self._held[name][slot] = value

    def copy(self, n: int | None = None) -> dict[str, Array]:
        """Return the first `n` slots, or all, as arrays of their own."""
        return {name: column[: self._n if n is None else n].copy() for name, column in self._held.items()}


class CallTable:
    """What filters ask of calls, by the numbers of their names."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self._facts: dict[int, CallFacts] = {}
        self._with: dict[tuple[str, str], set[int]] = {}

    def __len__(self) -> int:
        return len(self._facts)

    def put(self, facts: CallFacts) -> None:
        """Hold what is now known of a call."""
        code = self.names.code(facts.id)
        self.drop(code)
        self._facts[code] = facts
        for pair in facts.fields:
            self._with.setdefault(pair, set()).add(code)

    def drop(self, code: int) -> None:
        """Let go of what was known of a call."""
        gone = self._facts.pop(code, None)
        for pair in gone.fields if gone else ():
            self._with[pair].discard(code)
            if not self._with[pair]:
                del self._with[pair]

    def keep(self, names: Collection[str]) -> None:
        """Let go of all other calls."""
        for code in [code for code, facts in self._facts.items() if facts.id not in names]:
            self.drop(code)

    def account(self, code: int) -> str | None:
        """Return the account of a call."""
        held = self._facts.get(code)
        return held.account or None if held else None

    def with_sound(self, codes: Iterable[int]) -> set[int]:
        """Return those of the calls that have a recording to hear."""
        return {code for code in codes if (held := self._facts.get(code)) and held.has_sound}

    def within(self, wanted: PhraseFilter) -> Mask:
        """Return for each number of a call whether it is held and of the filter's calls, metadata and dates."""
        mask = self.names.among(wanted.calls) if wanted.calls else np.ones(len(self.names), dtype=np.bool_)
        held = np.zeros(len(self.names), dtype=np.bool_)
        held[list(self._facts)] = True
        mask &= held
        for field, values in wanted.where.items():
            if values:
                codes = set().union(*(self._with.get((field, value.casefold()), ()) for value in values))
                having = np.zeros(len(self.names), dtype=np.bool_)
                having[list(codes)] = True
                mask &= having
        if wanted.since or wanted.until:
            # "~" sorts after every character of an ISO time, so that a day takes in all of its hours.
            first, last = wanted.since or "", f"{wanted.until}~" if wanted.until else "\U0010ffff"
            dated = np.zeros(len(self.names), dtype=np.bool_)
            dated[
                [c for c, f in self._facts.items() if f.recorded_at is not None and first <= f.recorded_at <= last]
            ] = 1
            mask &= dated
        return mask


def passing(columns: Columns, names: Mapping[str, Names], wanted: PhraseFilter) -> Mask:
    """Return for each slot whether it is alive and has the role and the moment that a filter asks for.

    Calls and themes are not looked at.
    """
    mask = columns.mask("alive").copy()
    asked = {
        "role": wanted.roles,
        "kind": wanted.kinds,
        "category": wanted.categories,
        "state": wanted.states,
    }
    for name, values in asked.items():
        if values:
            mask &= names[name].among(values)[columns.of(name)]
    if wanted.min_score > 0:
        mask &= columns.of("score") >= np.float32(wanted.min_score)
    if wanted.moments_only or wanted.min_score > 0:
        mask &= columns.of("kind") != 0
    return mask
