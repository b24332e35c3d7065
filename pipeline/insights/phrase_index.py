"""What search knows of all phrases, opened from files if they can be trusted, and kept in step with the store."""

from __future__ import annotations

import time
from pathlib import Path
from threading import Lock, RLock, Thread

from models.protocols import Encoder
from pipeline.insights.held.files import (
    building,
    checked_facts,
    checked_stamp_facts,
    current,
    locked,
    new_folder,
    point_at,
)
from pipeline.insights.held.generation import LISTED_FROM, empty, opened, write
from pipeline.insights.held.phrases import Disagreement, HeldPhrases
from pipeline.insights.held.purge import purge
from pipeline.records import PhraseFilter
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
        self._opened_from: Path | None = None
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

    def save(self) -> int:
        """Bring the files up to date as far as that is due, blank in them what is gone, and return how many are held.

        What is new stays beside the files until it is worth writing them; whoever opens them reads it from the store.
        """
        with self._lock:
            if self._opened_from != current(self._folder):
                self._held = None
            with self._store.read() as tx:
                held = self._followed(tx)
        if self._opened_from is None or _is_apart(held):
            self._renew()
        with self._lock:
            held = self._held or held
            if held.unpurged and self._opened_from is not None and self._opened_from == current(self._folder):
                with locked(self._folder):
                    purge(held, self._opened_from)
            return len(held)

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
        self._opened_from = folder
        held.read_calls(tx)
        return held

    def _from_store(self, tx: Transaction) -> HeldPhrases:
        self._opened_from = None
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
            fresh = opened(folder, checked_stamp_facts(folder), encoder=self._encoder.name, dim=self._encoder.dim)
            assert fresh is not None, "what was written is of this form and encoder"
            with self._store.read() as tx:
                fresh.read_calls(tx)
                fresh.follow(tx)
            with self._lock, locked(self._folder):
                self._held, self._opened_from = fresh, folder
                purge(fresh, folder)
        with self._store.begin() as tx:
            tx.changes.drop_before(fresh.point)


def _is_apart(held: HeldPhrases) -> bool:
    """Return whether so much is beside the files, or dead in them, that they are worth writing again."""
    n_apart = len(held.columns) - held.n_saved
    n_dead = len(held.columns) - len(held)
    return max(n_apart, n_dead) > max(_LEAST_APART, min(_MOST_APART, _SHARE_APART * held.n_saved))
