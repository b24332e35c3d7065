"""Draws the turns that a person labels: few enough to read, from strata that make the stated intervals narrow."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

import numpy as np

from pipeline.errors import BadInput, NotFound
from pipeline.records import KINDS, PhraseFilter, Turn, text_hash
from pipeline.store.quality import QualityItem, QualitySample
from pipeline.store.session import Transaction

MIN_TURNS: Final = 30
_MAX_FLOOR: Final = 10
"""So many turns of every stratum are read at least, where it has them and the sample is large enough."""
_LENGTHS: Final = ((3, "nothing found, up to 3 words"), (8, "nothing found, 4 to 8 words"),
                   (16, "nothing found, 9 to 16 words"))  # fmt: skip
_LONG: Final = "nothing found, 17 words or more"
_UNKNOWN: Final = "speaker unknown"
_REP: Final = "taken for a rep"
_SPREAD: Final[Mapping[str, float]] = {
    **{f"{kind} found": 0.5 for kind in KINDS},
    **dict(zip([name for _, name in _LENGTHS], (0.13, 0.25, 0.37), strict=True)),
    _LONG: 0.5,
    _UNKNOWN: 0.35,
    _REP: 0.13,
}
"""How much turns of a stratum differ in what the model gets wrong: standard deviations on twenty labelled calls.

Strata by the best score that was not kept would save a quarter of the reading, and cost a run of the spotter over every
call at each draw; length is free.
"""


@dataclass(frozen=True, slots=True)
class _Place:
    call: str
    turn: int
    stratum: str
    text_hash: str


def draw_sample(tx: Transaction, *, n: int, seed: int | None = None, min_role_score: float = 0.6) -> QualitySample:
    """Draw `n` turns, hold them as a new sample and return it; fewer if fewer are held.

    Every turn whose speaker could be a customer may be drawn, whether something was found in it or not; turns of
    speakers that were given or corrected as reps are none. Raises BadInput for a sample that is too small to tell
    anything, NotFound if there is nothing to draw from.
    """
    if n < MIN_TURNS:
        raise BadInput(f"A sample of {n} turns tells next to nothing; read {MIN_TURNS} or more.")
    places = list(_population(tx, min_role_score))
    if not places:
        raise NotFound("There is no turn to draw. Run `buyerspeak ingest` on calls first.")
    seed = secrets.randbits(32) if seed is None else seed
    now = datetime.now(UTC)
    sample = QualitySample(sha256(f"{now.isoformat()} {seed} {n}".encode()).hexdigest()[:8], now, str(seed))
    drawn = draw_places([place.stratum for place in places], n, seed)
    items = [
        QualityItem(position, places[at].call, places[at].turn, places[at].stratum, places[at].text_hash)
        for position, at in enumerate(drawn, start=1)
    ]
    tx.quality.add(sample, Counter((place.call, place.stratum) for place in places), items)
    return sample


def draw_places(strata: list[str], n: int, seed: int) -> list[int]:
    """Return the indices of the drawn turns in random order, given the stratum of each turn of the population.

    Within a stratum every turn is equally likely, and so is every order: whoever stops reading early has read a
    smaller sample of the same kind.
    """
    rng = np.random.default_rng(seed)
    members: dict[str, list[int]] = {}
    for place, stratum in enumerate(strata):
        members.setdefault(stratum, []).append(place)
    shares = allocate({stratum: len(places) for stratum, places in members.items()}, n)
    drawn = [
        int(place) for stratum in sorted(members) for place in rng.choice(members[stratum], shares[stratum], False)
    ]
    return [drawn[at] for at in rng.permutation(len(drawn))]


def allocate(sizes: Mapping[str, int], n: int) -> dict[str, int]:
    """Return how many turns to draw of each stratum: in proportion to size and spread (Neyman 1934), above a floor."""
    n = min(n, sum(sizes.values()))
    floor = max(2, min(_MAX_FLOOR, n // (2 * len(sizes))))
    shares = {stratum: min(floor, size) for stratum, size in sizes.items()}
    while (left := n - sum(shares.values())) > 0:
        open_strata = {
            stratum: sizes[stratum] * _SPREAD[stratum] for stratum in sizes if shares[stratum] < sizes[stratum]
        }
        whole = sum(open_strata.values())
        before = sum(shares.values())
        for stratum, weight in sorted(open_strata.items()):
            shares[stratum] = min(sizes[stratum], shares[stratum] + int(left * weight / whole))
        if sum(shares.values()) == before:
            # Less than a turn each: the rest goes to the largest, one by one.
            for stratum in sorted(open_strata, key=lambda name: (-open_strata[name], name))[:left]:
                shares[stratum] += 1
    return shares


def _population(tx: Transaction, min_role_score: float) -> Iterator[_Place]:
    """Yield the turns that may be drawn, of calls in which moments were looked for."""
    runs = tx.stages.all()
    looked = [
        call
        for call in tx.calls.ids()
        if (run := runs.get(call, {}).get("moments")) is not None
        and run.state == "done"
        and "skipped" not in run.detail
    ]
    found = _kinds_found(tx)
    frequency = Counter(kind for kinds in found.values() for kind in kinds)
    certain: set[tuple[str, str]] = set()
    for call in looked:
        speakers = tx.talk.speakers(call)
        certain |= {(call, who.speaker) for who in speakers if who.role == "rep" and who.source != "inferred"}
    for turn in tx.talk.all_turns(looked):
        if (turn.call, turn.speaker) not in certain and turn.text.strip():
            kinds = found.get((turn.call, turn.turn), set())
            rarest = min(kinds, key=lambda kind: (frequency[kind], kind)) if kinds else None
            yield _Place(turn.call, turn.turn, _stratum(turn, rarest, min_role_score), text_hash(turn.text))


def _kinds_found(tx: Transaction) -> dict[tuple[str, int], set[str]]:
    kinds: dict[tuple[str, int], set[str]] = {}
    for moment in tx.moments.select(PhraseFilter()):
        kinds.setdefault((moment.call, moment.turn), set()).add(moment.kind)
    return kinds


def _stratum(turn: Turn, found: str | None, min_role_score: float) -> str:
    if found is not None:
        return f"{found} found"
    if turn.role == "unknown" or turn.role_score < min_role_score:
        return _UNKNOWN
    if turn.role == "rep":
        return _REP
    n_words = len(turn.text.split())
    return next((name for most, name in _LENGTHS if n_words <= most), _LONG)
