"""What search knows of all phrases, in memory and mapped files, in step with the database through its history.

Every phrase has a slot. A phrase that changes in its words or gets its vector takes a new slot, and the old one is
dead; other changes are written into its slot. One thread at a time asks or changes it.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterable, Mapping, Sequence
from threading import RLock

import numpy as np
import numpy.typing as npt

from pipeline.insights.held.facts import NAMED, CallTable, Columns, Names, Place, Within, passing
from pipeline.insights.held.nearest import FlatVectors, Halves, ListedVectors
from pipeline.insights.held.spelt import words_of
from pipeline.insights.held.words import HeldWords, key_of
from pipeline.records import PhraseFilter
from pipeline.store.changes import Point
from pipeline.store.phrases import IndexedPhrase
from pipeline.store.session import Transaction

Slots = npt.NDArray[np.int64]
Vectors = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

_MASKS = 12
"""Filters whose masks are kept, a megabyte each for a million phrases."""
_AT_ONCE = 10_000
_POINTS = 64


class Disagreement(Exception):
    """What is held is not of this database's history: it is to be made again."""


class HeldPhrases:
    """Vectors, words and facts of all phrases; made by `pipeline.insights.held.generation`."""

    def __init__(
        self,
        encoder: str,
        point: Point,
        *,
        columns: Columns,
        names: Mapping[str, Names],
        words: HeldWords,
        listed: ListedVectors | None,
        flat: FlatVectors,
    ) -> None:
        self.encoder = encoder
        self.point = point
        self.columns = columns
        self.names = names
        self.words = words
        self.listed = listed
        self.flat = flat
        self.calls = CallTable(names["call"])
        self.n_saved = len(columns)
        """Slots that are in files."""
        self.lock = RLock()
        self._n_listed = len(listed) if listed else 0
        ids = columns.of("id")
        self._by_id = np.argsort(ids, kind="stable")
        self._sorted_ids = np.asarray(ids[self._by_id], dtype=np.int64)
        self._later: dict[int, int] = {}
        self._seen: deque[Point] = deque([point], maxlen=_POINTS)
        self._masks: OrderedDict[object, Within] = OrderedDict()

    # Keeping step

    def follow(self, tx: Transaction) -> None:
        """Take over what has changed up to `tx`; Disagreement if this is another history."""
        with self.lock:
            last = tx.changes.last()
            if last == self.point or last in self._seen:
                return
            if last.number < self.point.number or not tx.changes.holds(self.point):
                raise Disagreement
            touched = tx.changes.since(self.point)
            if touched.lost_calls:
                self.calls.keep(set(tx.calls.ids()))
            for facts in tx.calls.facts(touched.calls):
                self.calls.put(facts)
            for start in range(0, len(touched.phrases), _AT_ONCE):
                self.read(tx, touched.phrases[start : start + _AT_ONCE])
            self.point = last
            self._seen.append(last)
            self._masks.clear()

    def read_calls(self, tx: Transaction) -> None:
        """Read the facts of all calls."""
        with self.lock:
            for facts in tx.calls.facts():
                self.calls.put(facts)

    def read(self, tx: Transaction, ids: Sequence[int]) -> None:
        """Read these phrases again, whether they are new, changed or gone."""
        rows = list(tx.phrases.for_index(ids))
        vectors: dict[int, Vectors] = {}
        for found, matrix in tx.vectors.of_phrases(self.encoder, ids=ids):
            vectors |= zip(found.tolist(), matrix, strict=True)
        slots = dict(zip(ids, self.slots_of(np.array(ids, np.int64)).tolist(), strict=True))
        for gone in set(ids) - {row.id for row in rows}:
            self._kill(slots[gone])
        added, texts = [], []
        for row in rows:
            words = words_of(row.text)
            fields = self._fields(row, key_of(words), row.id in vectors)
            slot = slots[row.id]
            if slot >= 0 and all(self.columns.of(name)[slot] == fields[name] for name in ("key", "has_vector")):
                self.columns.write(slot, fields)
                continue
            self._kill(slot)
            added.append(fields)
            texts.append(words)
        self._append(added, texts, vectors)

    def _fields(self, row: IndexedPhrase, key: int, has_vector: bool) -> dict[str, object]:
        named = {name: self.names[name].code(getattr(row, name)) for name in NAMED}
        score = 0.0 if row.score is None else row.score
        call = self.names["call"].code(row.call)
        return {
            "id": row.id, "call": call, "turn": row.turn, "score": score, "key": key,
            "has_vector": has_vector, "alive": True, **named,
        }  # fmt: skip

    def _append(
        self, rows: Sequence[Mapping[str, object]], texts: Sequence[Sequence[str]], vectors: Mapping[int, Vectors]
    ) -> None:
        if not rows:
            return
        first = len(self.columns)
        ids = [int(str(row["id"])) for row in rows]
        nothing = np.zeros(self.flat.dim, np.float32)
        self.flat.add(np.stack([vectors.get(phrase, nothing) for phrase in ids]))
        self.words.append(texts)
        self.columns.append(rows)
        self._later |= {phrase: first + place for place, phrase in enumerate(ids)}

    def _kill(self, slot: int) -> None:
        if slot < 0 or not self.columns.mask("alive")[slot]:
            return
        if not self.words.tokens(slot).all():
            # Another process has blanked it already, so that its words cannot be counted out here.
            raise Disagreement
        self.columns.mask("alive")[slot] = False
        self.words.drop(slot)
        self._later.pop(int(self.columns.of("id")[slot]), None)

    # Questions

    def slots_of(self, ids: Slots) -> Slots:
        """Return the slot of each phrase, -1 for one that is not held."""
        place = np.searchsorted(self._sorted_ids, ids)
        place = np.minimum(place, max(0, len(self._sorted_ids) - 1))
        slots = np.full(len(ids), -1, np.int64)
        if len(self._sorted_ids):
            found = self._sorted_ids[place] == ids
            slots[found] = self._by_id[place[found]]
            slots[found & ~self.columns.mask("alive")[np.maximum(slots, 0)]] = -1
        for at, phrase in enumerate(ids.tolist() if self._later else ()):
            if (later := self._later.get(phrase)) is not None:
                slots[at] = later
        return slots

    def within(self, tx: Transaction, wanted: PhraseFilter) -> Within:
        """Return what a filter lets pass."""
        themes = (wanted.themes, tx.changes.themes_number()) if wanted.themes else ()
        where = tuple(sorted(wanted.where.items()))
        key = (
            wanted.kinds, wanted.categories, wanted.roles, wanted.states, themes, wanted.calls, where,
            wanted.since, wanted.until, wanted.min_score, wanted.moments_only,
        )  # fmt: skip
        with self.lock:
            if key in self._masks:
                self._masks.move_to_end(key)
                return self._masks[key]
            made = self._masks[key] = self._within(tx, wanted)
            if len(self._masks) > _MASKS:
                self._masks.popitem(last=False)
            return made

    def _within(self, tx: Transaction, wanted: PhraseFilter) -> Within:
        slots, calls = passing(self.columns, self.names, wanted), self.calls.within(wanted)
        if not calls[1:].all():
            slots &= calls[self.columns.of("call")]
        if wanted.themes:
            members = self.slots_of(tx.phrases.of_themes(wanted.themes))
            of_theme = np.zeros(len(slots), np.bool_)
            of_theme[members[members >= 0]] = True
            slots &= of_theme
        return Within(slots, calls, int(np.count_nonzero(slots)), int(np.count_nonzero(calls)))

    def narrowed(self, within: Within, calls: Iterable[str]) -> Within:
        """Return what passes and is of these calls, for whoever may not see the others."""
        seen = within.calls & self.names["call"].among(calls)[: len(within.calls)]
        slots = within.slots & seen[self.columns.of("call")[: len(within.slots)]]
        return Within(slots, seen, int(np.count_nonzero(slots)), int(np.count_nonzero(seen)))

    def nearest(self, query: Vectors, n: int, mask: Mask) -> tuple[Slots, Vectors]:
        """Return the slots, where `mask` lets them, and cosines of the `n` nearest to `query`, best first."""
        with self.lock:
            mask = mask & self.columns.mask("has_vector")[: len(mask)]
            k = self._n_listed
            parts = [] if self.listed is None else [self.listed.nearest(query, n, mask[:k])]
            slots, cosines = self.flat.nearest(query, n, mask[k:])
            parts.append((slots + k, cosines))
        slots, cosines = (np.concatenate(columns) for columns in zip(*parts, strict=True))
        order = np.argsort(-cosines, kind="stable")[:n]
        return slots[order], cosines[order]

    def ranked(self, terms: Sequence[str], n: int, mask: Mask) -> tuple[Slots, Vectors]:
        """Return the slots, where `mask` lets them, that hold any of the terms, and their BM25, the best `n` first."""
        with self.lock:
            return self.words.ranked(terms, self._wide(mask), n)

    def verbatim(self, stretches: Sequence[str], mask: Mask) -> tuple[Slots, Vectors]:
        """Return every slot, where `mask` lets them, that holds each of the stretches word for word, and its score.

        The more often and the shorter, the better, best first. Case and punctuation do not matter; stretches without a
        letter or digit are passed over, and no others find nothing.
        """
        wanted = [words for stretch in dict.fromkeys(stretches) if (words := words_of(stretch))]
        with self.lock:
            slots, scores = self.words.verbatim(wanted, self._wide(mask))
            order = np.lexsort((self.columns.of("id")[slots], -scores))
        return slots[order], scores[order]

    def unknown(self, words: Sequence[str]) -> list[str]:
        """Return those of the words that no phrase holds in any form; each is one word of letters and digits."""
        with self.lock:
            return self.words.unknown(words)

    def vocabulary(self) -> list[tuple[str, int]]:
        """Return words as they are spelt, lower case, and how many phrases hold each."""
        with self.lock:
            return self.words.counted()

    def vectors(self, slots: Slots) -> Vectors:
        """Return the vectors of slots; a phrase without one has zeros."""
        with self.lock:
            rows = np.empty((len(slots), self.flat.dim), np.float32)
            listed = slots < self._n_listed
            if self.listed is not None and listed.any():
                rows[listed] = self.listed.rows(slots[listed])
            if not listed.all():
                rows[~listed] = self.flat.rows(slots[~listed] - self._n_listed)
            return rows

    def halves(self, slots: Slots) -> Halves:
        """Return the same with half the digits."""
        if self.listed is not None and (slots < self._n_listed).all():
            return self.listed.halves(slots)
        return self.vectors(slots).astype(np.float16)

    def is_moment(self, slots: Slots) -> Mask:
        """Return of which slots the phrase is a moment."""
        with self.lock:
            return np.asarray(self.columns.of("kind")[slots] != 0)

    def keys(self, slots: Slots) -> npt.NDArray[np.generic]:
        """Return the digests of the words of slots."""
        with self.lock:
            return self.columns.of("key")[slots]

    def places(self, slots: Slots) -> list[Place]:
        """Return where the phrases of slots are."""
        with self.lock:
            ids, calls, turns, keys = (self.columns.of(name)[slots].tolist() for name in ("id", "call", "turn", "key"))
            are_moments = self.is_moment(slots).tolist()
        return [*map(Place._make, zip(ids, slots.tolist(), calls, turns, are_moments, keys, strict=True))]

    def ids(self, slots: Slots) -> Slots:
        """Return the phrases of slots."""
        with self.lock:
            return self.columns.of("id")[slots].astype(np.int64)

    def n_turns(self, within: Within) -> int:
        """Return in how many turns a filter lets any phrase pass."""
        with self.lock:
            if within.n_turns is None:
                within.n_turns = self.turns(np.flatnonzero(within.slots))[0]
            return within.n_turns

    def turns(self, slots: Slots) -> tuple[int, int]:
        """Return in how many turns, and in how many calls, the phrases of slots are."""
        at = self.turn_of(slots)
        return len(np.unique(at)), len(np.unique(at >> 32))

    def turn_of(self, slots: Slots) -> Slots:
        """Return one number for each slot, equal for those of one turn; above 32 bits it is the call's."""
        with self.lock:
            calls, turns = self.columns.of("call")[slots], self.columns.of("turn")[slots]
        return (calls.astype(np.int64) << 32) | turns.astype(np.int64)

    def n_calls_without_phrases(self, calls: Mask) -> int:
        """Return how many of these calls hold nothing to search yet."""
        with self.lock:
            silent = np.zeros(max(len(calls), len(self.names["call"])), np.bool_)
            silent[: len(calls)] = calls
            silent[self.columns.of("call")[self.columns.mask("alive")]] = False
        return int(np.count_nonzero(silent))

    def accounts(self, calls: Iterable[int]) -> dict[int, str | None]:
        """Return the accounts of calls by their numbers."""
        return {call: self.calls.account(call) for call in calls}

    def __len__(self) -> int:
        return int(np.count_nonzero(self.columns.mask("alive")))

    def _wide(self, mask: Mask) -> Mask:
        """Return a mask over all slots: those that came since it was made do not pass."""
        if len(mask) == len(self.columns):
            return mask
        return np.concatenate([mask, np.zeros(len(self.columns) - len(mask), np.bool_)])
