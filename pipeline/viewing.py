"""The toolkit as viewers have it: the same models over the part of the store that consent allows."""

from __future__ import annotations

from functools import cached_property

from models.protocols import AnswerJudge, Encoder
from models.reply_judge import ReplyJudge
from pipeline.assemble import Toolkit
from pipeline.insights.index import Ids, Vectors
from pipeline.insights.phrase_index import PhraseIndex
from pipeline.media_store import MediaStore
from pipeline.records import PhraseFilter
from pipeline.store.session import Store, Transaction
from pipeline.store.visible import open_for_viewers


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
    def answer_judge(self) -> AnswerJudge:
        """Passages that answer."""
        return self._whole.answer_judge

    @cached_property
    def reply_judge(self) -> ReplyJudge:
        """What became of objections."""
        return self._whole.reply_judge

    @cached_property
    def index(self) -> PhraseIndex:
        """Nearest phrases among those that may be seen."""
        return _NarrowedIndex(self._whole)


class _NarrowedIndex(PhraseIndex):
    """Asks the index of all phrases for those that the transaction sees."""

    def __init__(self, whole: Toolkit) -> None:
        self._whole = whole

    def nearest(self, tx: Transaction, query: Vectors, n: int, *, allowed: Ids | None = None) -> tuple[Ids, Vectors]:
        """Return ids and cosines of the `n` visible phrases nearest to `query`."""
        seen = tx.phrases.ids(PhraseFilter()) if allowed is None else allowed
        with self._whole.store.read() as everything:
            return self._whole.index.nearest(everything, query, n, allowed=seen)

    def save(self) -> int:
        """Save the index of all phrases."""
        return self._whole.index.save()
