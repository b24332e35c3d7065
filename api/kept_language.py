"""The reading of wording, as last computed: of all, and of each theme that was asked for."""

from __future__ import annotations

from threading import Lock

from api.kept_reading import KeptReading
from pipeline.assemble import Toolkit
from pipeline.insights.language import read_language
from pipeline.insights.language_records import Language
from pipeline.records import PhraseFilter
from pipeline.store.session import Transaction


class KeptLanguage:
    """One kept reading per theme, and one of all."""

    def __init__(self, toolkit: Toolkit, lane: Lock) -> None:
        """Take the toolkit; nothing is computed before it is asked for, and in the background only in its lane."""
        self._toolkit = toolkit
        self._lane = lane
        self._lock = Lock()
        self._withdrawn: frozenset[str] = frozenset()
        self._of: dict[str | None, KeptReading[Language]] = {}

    def of(self, tx: Transaction, theme: str | None) -> KeptReading[Language]:
        """Return the reading of a theme that is held, or of all; a withdrawn quote is in none of them."""
        withdrawn = frozenset(moment.id for moment in tx.moments.select(PhraseFilter(states=("withdrawn",))))
        with self._lock:
            if self._withdrawn != withdrawn:
                self._withdrawn = withdrawn
                self._of.clear()
            if theme not in self._of:
                self._of[theme] = KeptReading(
                    self._toolkit,
                    lambda kit, tx: read_language(tx, kit.encoder, theme),
                    f"language {theme or ''}",
                    lane=self._lane,
                )
            return self._of[theme]
