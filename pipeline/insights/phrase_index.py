"""What search knows of all phrases, opened from files if they can be trusted, and kept in step with the store."""

from __future__ import annotations

import time
from pathlib import Path
from threading import Lock, RLock, Thread

from models.protocols import Encoder
from pipeline.insights.held.facts import Within
from pipeline.insights.held.files import (
    building,
    checked_facts,
    current,
    locked,
    new_folder,
    point_at,
    stamped_facts,
)
from pipeline.insights.held.generation import LISTED_FROM, empty, opened, write
from pipeline.insights.held.phrases import Disagreement, HeldPhrases
from pipeline.insights.held.purge import purge
from pipeline.records import PhraseFilter
from pipeline.store.changes import Point
from pipeline.store.session import Store, Transaction

_LEAST_APART = 2_000
_MOST_APART = 20_000
_SHARE_APART = 0.25
"""Phrases beside the files that call for new ones: a quarter of what is in them, within these bounds."""
_READ_AT_ONCE = 10_000
_TRY_AGAIN_S = 60.0


class PhraseIndex:
    """Vectors, words and facts of all phrases. Every question first follows what other threads and processes changed.

    Files are a cache: they open only if every byte is as written and they are of this database's history; else all is
    read from the store. They are written anew in the background, while the old ones serve.
    """

    def __init__(self, store: Store, encoder: Encoder, folder: Path, *, listed_from: int = LISTED_FROM) -> None:
        """Remember the parts; nothing is read before the first question. `listed_from` phrases on, lists are used."""
        self._store = store
        self._encoder = encoder
        self._folder = folder
        self._listed_from = listed_from
        self._held: HeldPhrases | None = None
        self._lock = RLock()
        self._renewing = Lock()
        self._tried_s = -_TRY_AGAIN_S

    def held(self, tx: Transaction) -> HeldPhrases:
        """Return what is held, as far as `tx` sees or further."""
        with self._lock:
            held = self._followed(tx)
            if _is_apart(held) and time.monotonic() - self._tried_s > _TRY_AGAIN_S:
                self._tried_s = time.monotonic()
                Thread(target=self._renew, name="phrase files", daemon=True).start()
            return held

    def ask(self, tx: Transaction, wanted: PhraseFilter) -> tuple[HeldPhrases, Within]:
        """Return what is held and what of it a filter lets pass: all that search goes by."""
        held = self.held(tx)
        return held, held.within(tx, wanted)

    def save(self) -> int:
        """Blank in the files what is gone, write them anew if that is due, and return how many phrases are held.

        What is new stays beside the files until it is worth writing them; whoever opens them reads it from the store.
        So this costs what has changed, even to a process that has not opened the files.
        """
        with self._lock, self._store.read() as tx:
            if self._held is not None:
                self._followed(tx)
            is_done = self._purged(tx)
            if not is_done:
                self._followed(tx)
            n_phrases = tx.phrases.count(PhraseFilter())
        if not is_done:
            self._renew()
        return n_phrases

    def _purged(self, tx: Transaction) -> bool:
        """Blank in the files what is gone; return False if they are not of this history, or too much is beside them."""
        with locked(self._folder):
            folder = current(self._folder)
            facts = stamped_facts(folder) if folder else None
            if folder is None or facts is None or not tx.changes.holds(Point(facts["number"], facts["mark"])):
                return False
            if facts["encoder"] != self._encoder.name:
                return False
            touched = tx.changes.since(Point(facts["number"], facts["mark"])).phrases
            if len(touched) > _bearable(facts["n_phrases"]):
                return False
            purge(folder, set(touched) - {row.id for row in tx.phrases.for_index(touched)})
            return True

    def _followed(self, tx: Transaction) -> HeldPhrases:
        """Return what is held as it is in `tx`; the lock is held."""
        for _ in range(2):
            held = self._held = self._held or self._from_files(tx) or self._from_store(tx)
            try:
                held.follow(tx)
            except Disagreement:
                self._held = None
            else:
                return held
        held = self._held = self._from_store(tx)
        return held

    def _from_files(self, tx: Transaction) -> HeldPhrases | None:
        if not self._folder.is_dir():
            return None
        with locked(self._folder):
            folder = current(self._folder)
            facts = checked_facts(folder) if folder else None
            if folder is None or facts is None:
                return None
            held = opened(folder, facts, encoder=self._encoder.name, dim=self._encoder.dim)
        if held is None or not tx.changes.holds(held.point):
            return None
        held.read_calls(tx)
        return held

    def _from_store(self, tx: Transaction) -> HeldPhrases:
        held = empty(self._encoder.name, self._encoder.dim, tx.changes.last())
        held.read_calls(tx)
        ids = tx.phrases.ids(PhraseFilter()).tolist()
        for start in range(0, len(ids), _READ_AT_ONCE):
            held.read(tx, ids[start : start + _READ_AT_ONCE])
        return held

    def _renew(self) -> None:
        """Write what is held into a new folder, and go on with that; not if another process or thread is at it."""
        with self._renewing, building(self._folder) as may:
            held = self._held
            if not may or held is None:
                return
            folder = new_folder(self._folder)
            write(held, folder, listed_from=self._listed_from)
            with locked(self._folder):
                point_at(self._folder, folder)
            fresh = opened(folder, stamped_facts(folder) or {}, encoder=self._encoder.name, dim=self._encoder.dim)
            assert fresh is not None, "what was written is of this form and encoder"
            written = fresh.point
            with self._store.read() as tx:
                fresh.read_calls(tx)
                fresh.follow(tx)
            with self._lock:
                self._held = fresh
        with self._store.read() as tx:
            self._purged(tx)
        with self._store.begin() as tx:
            tx.changes.drop_before(written)


def _is_apart(held: HeldPhrases) -> bool:
    """Return whether so much is beside the files, or dead in them, that they are worth writing again."""
    n_dead = len(held.columns) - len(held)
    return max(len(held.columns) - held.n_saved, n_dead) > _bearable(held.n_saved)


def _bearable(n_saved: int) -> float:
    return max(_LEAST_APART, min(_MOST_APART, _SHARE_APART * n_saved))
