"""What was held under the name of a document, one content after another, and what each gained and lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Literal

Change = Literal["added", "changed", "put_back"]
End = Literal["replaced", "removed"]


@dataclass(frozen=True, slots=True)
class PassageText:
    """A passage as one version had it."""

    locator: str
    text: str


@dataclass(frozen=True, slots=True)
class Version:
    """One content of a document; `number` counts from 1, and `ended_at` is None while it is held."""

    name: str
    number: int
    change: Change
    title: str
    sha256: str
    added_at: datetime
    ended_at: datetime | None
    end: End | None
    passages: tuple[PassageText, ...]


@dataclass(frozen=True, slots=True)
class Reworded:
    """A passage that says something else now in the same place."""

    locator: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class VersionChange:
    """A version beside the one before it; of the first one all is gained."""

    version: Version
    gained: tuple[PassageText, ...]
    lost: tuple[PassageText, ...]
    reworded: tuple[Reworded, ...]
    n_kept: int


def changes(versions: Sequence[Version]) -> list[VersionChange]:
    """Return every version with what it changed, the first one first."""
    first = [_change((), version) for version in versions[:1]]
    return first + [_change(before.passages, after) for before, after in pairwise(versions)]


def _change(before: Sequence[PassageText], version: Version) -> VersionChange:
    kept = Counter(_words(one.text) for one in before) & Counter(_words(one.text) for one in version.passages)
    lost, gained = _without(before, kept), _without(version.passages, kept)
    places = {one.locator: one for one in lost}
    reworded = [(places.pop(one.locator), one) for one in gained if one.locator in places]
    taken = {id(one) for pair in reworded for one in pair}
    return VersionChange(
        version,
        gained=tuple(one for one in gained if id(one) not in taken),
        lost=tuple(one for one in lost if id(one) not in taken),
        reworded=tuple(Reworded(after.locator, old.text, after.text) for old, after in reworded),
        n_kept=kept.total(),
    )


def _without(passages: Sequence[PassageText], kept: Counter[str]) -> list[PassageText]:
    """Return the passages beyond those that are kept, of which there may be several alike."""
    left = Counter(kept)
    others = []
    for one in passages:
        words = _words(one.text)
        if left[words]:
            left[words] -= 1
        else:
            others.append(one)
    return others


def _words(text: str) -> str:
    return " ".join(text.split())
