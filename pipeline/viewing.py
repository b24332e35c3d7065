"""The toolkit as viewers have it: the same models over the part of the store that consent allows."""

from __future__ import annotations

from functools import cached_property
from typing import Final

import numpy as np

from models.protocols import AnswerJudge, Encoder
from models.reply_judge import ReplyJudge
from pipeline.assemble import Toolkit
from pipeline.insights.held.facts import Mask, Within
from pipeline.insights.held.phrases import HeldPhrases
from pipeline.insights.phrase_index import PhraseIndex
from pipeline.insights.search import PhraseSearch
from pipeline.media_store import MediaStore
from pipeline.records import PhraseFilter
from pipeline.store.changes import Point
from pipeline.store.session import Store, Transaction
from pipeline.store.visible import open_for_viewers

_LEAST_SAID: Final = 5
"""Of spellings that correct what viewers type, those of fewer phrases are kept from them."""


class ViewerToolkit(Toolkit):
    """Reads what consent allows, and writes nothing; models and index are those of the whole toolkit."""

    def __init__(self, whole: Toolkit) -> None:
        """Take the toolkit of those who see everything."""
        super().__init__(whole.settings)
        self._whole = whole

    @cached_property
    def store(self) -> Store:
        """The database behind the views of `pipeline/store/visible.py`."""
        return open_for_viewers(self._whole.store.url)

    @cached_property
    def media(self) -> MediaStore:
        """The recordings' bytes; the store names those that may be given out."""
        return self._whole.media

    @cached_property
    def encoder(self) -> Encoder:
        """Sentences to vectors."""
        return self._whole.encoder

    @cached_property
    def question_encoder(self) -> Encoder:
        """What is asked to vectors."""
        return self._whole.question_encoder

    @cached_property
    def matter_encoder(self) -> Encoder:
        """What customers say to vectors by matter."""
        return self._whole.matter_encoder

    @cached_property
    def subject_encoder(self) -> Encoder:
        """What customers and documents say to vectors by subject."""
        return self._whole.subject_encoder

    @cached_property
    def answer_judge(self) -> AnswerJudge:
        """Passages that answer."""
        return self._whole.answer_judge

    @cached_property
    def reply_judge(self) -> ReplyJudge:
        """What became of objections."""
        return self._whole.reply_judge

    @cached_property
    def index(self) -> PhraseIndex:
        """Phrases that may be seen."""
        return _NarrowedIndex(self._whole, self.store)

    @cached_property
    def search(self) -> PhraseSearch:
        """Search among the phrases that may be seen; rare words of others are not offered as spellings."""
        return PhraseSearch(self.store, self.question_encoder, self.index, least_said=_LEAST_SAID)


class _NarrowedIndex(PhraseIndex):
    """Asks the index of all phrases, and lets pass what the transaction sees."""

    def __init__(self, whole: Toolkit, visible: Store) -> None:
        self._whole = whole
        self._visible_store = visible
        self._seen: tuple[HeldPhrases, Point, Mask, Mask] | None = None

    def ask(self, tx: Transaction, wanted: PhraseFilter) -> tuple[HeldPhrases, Within]:  # noqa: ARG002  the base's
        """Return what is held and what of it a filter lets pass to viewers."""
        with self._whole.store.read() as everything:
            held, within = self._whole.index.ask(everything, wanted)
        slots, calls = self._visible(held)
        n_slots, n_calls = min(len(slots), len(within.slots)), min(len(calls), len(within.calls))
        seen_slots = within.slots[:n_slots] & slots[:n_slots]
        seen_calls = within.calls[:n_calls] & calls[:n_calls]
        return held, Within(seen_slots, seen_calls, int(seen_slots.sum()), int(seen_calls.sum()))

    def save(self) -> int:
        """Save the index of all phrases."""
        return self._whole.index.save()

    def _visible(self, held: HeldPhrases) -> tuple[Mask, Mask]:
        """Return slots and calls that viewers may see; read again when anything changed."""
        point = held.point
        if self._seen is None or self._seen[0] is not held or self._seen[1] != point:
            # A transaction of its own, begun after that point, so that no consent withdrawn before it is missed.
            with self._visible_store.read() as tx:
                ids, visible = tx.phrases.ids(PhraseFilter()), tx.calls.ids({})
            slots = held.slots_of(ids)
            mask = np.zeros(len(held.columns), np.bool_)
            mask[slots[slots >= 0]] = True
            self._seen = held, point, mask, held.names["call"].among(visible)
        return self._seen[2:]
