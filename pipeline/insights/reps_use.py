"""Whether reps bring up what collateral answers when the point comes: their replies beside the passages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from models.protocols import Encoder
from pipeline.collateral.records import Passage
from pipeline.collateral.sentences import split_sentences
from pipeline.insights.answers_given import Exchange
from pipeline.insights.shared_words import content_words
from pipeline.records import Moment

_SAME_CONTENT: Final = 0.5
"""Cosine of sentences from which a reply says what a passage says; below, one speaks of the same subject at most."""
_SHARED_WORDS: Final = 3
"""So many content words of a passage in one reply, beyond those of the customer, bring it up as well."""
_MIN_REPLIES: Final = 4
_MIN_CALLS: Final = 3
"""Fewer replies, or calls, tell nothing about what reps usually do."""
_MIN_SENTENCE_WORDS: Final = 4


@dataclass(frozen=True, slots=True)
class Use:
    """How often reps replied to a point, in how many calls, and in which replies the answering passage came up."""

    n_replies: int
    n_calls: int
    brought_up: tuple[str, ...]
    """Ids of the moments after which a rep said what the passage says."""

    @property
    def is_left_out(self) -> bool:
        """Whether there were enough replies to tell, and the passage came up in none."""
        return self.n_replies >= _MIN_REPLIES and self.n_calls >= _MIN_CALLS and not self.brought_up


def use_of(
    passages: Sequence[Passage], moments: Sequence[Moment], exchanges: Mapping[str, Exchange], encoder: Encoder
) -> Use:
    """Return whether what the passages say came up in the replies to these moments."""
    replied = [moment for moment in moments if moment.id in exchanges]
    use = Use(len(replied), len({moment.call for moment in replied}), ())
    if use.n_replies < _MIN_REPLIES or use.n_calls < _MIN_CALLS:
        return use
    said = [(moment.id, sentence) for moment in replied for sentence in _said_by_rep(exchanges[moment.id])]
    written = [sentence for passage in passages for sentence in _sentences(passage.text)]
    near = _near(_texts(said), written, encoder)
    came_up = {name for (name, _), is_near in zip(said, near, strict=True) if is_near}
    words = {name for passage in passages for name in content_words(passage.text)}
    came_up |= {moment.id for moment in replied if _shares(moment, exchanges[moment.id], words)}
    return replace(use, brought_up=tuple(moment.id for moment in replied if moment.id in came_up))


def _near(said: Sequence[str], written: Sequence[str], encoder: Encoder) -> list[bool]:
    if not said or not written:
        return [False] * len(said)
    cosines = encoder.encode(said) @ encoder.encode(written).T
    return [bool(best >= _SAME_CONTENT) for best in cosines.max(axis=1)]


def _shares(moment: Moment, exchange: Exchange, words: set[str]) -> bool:
    spoken = {name for answer in exchange.answers for name in content_words(answer.text)}
    return len(spoken & (words - content_words(moment.context).keys())) >= _SHARED_WORDS


def _said_by_rep(exchange: Exchange) -> list[str]:
    return [sentence for answer in exchange.answers for sentence in _sentences(answer.text)]


def _texts(said: Sequence[tuple[str, str]]) -> list[str]:
    return [sentence for _, sentence in said]


def _sentences(text: str) -> list[str]:
    return [sentence for sentence in split_sentences(text) if len(sentence.split()) >= _MIN_SENTENCE_WORDS]
