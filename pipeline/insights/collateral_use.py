"""Whether reps use what marketing makes: documents that they name, and passages that they say in their own words."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final, Literal

from models.protocols import Encoder
from pipeline.collateral.records import Document, Passage
from pipeline.held_encoder import HeldEncoder
from pipeline.records import Turn
from pipeline.store.session import Transaction

_SAME: Final = 0.6
"""Cosine from which a rep's turn says what a passage says; below, it speaks of the same subject at most."""
_MIN_WORDS: Final = 8
"""Shorter turns are near to much and say little."""
_MIN_NAME_WORDS: Final = 2
"""A title of one word, such as "Pricing", is said without the document being meant."""
_WORD: Final = re.compile(r"[a-z0-9]+")
_VECTORS_AT_ONCE: Final = 2_000


@dataclass(frozen=True, slots=True)
class CollateralUse:
    """One time that a rep used a document."""

    document: str
    how: Literal["named", "paraphrased"]
    turn: Turn
    passage: Passage | None
    """What was paraphrased."""
    score: float


@dataclass(frozen=True, slots=True)
class DocumentUse:
    """How often a document was used: calls in which reps named it, and in which they said what it says."""

    document: Document
    named: tuple[str, ...]
    paraphrased: tuple[str, ...]
    best: CollateralUse | None
    """The surest time."""

    @property
    def calls(self) -> set[str]:
        """The calls in which it was used in either way."""
        return {*self.named, *self.paraphrased}


def find_uses(tx: Transaction, encoder: Encoder, calls: Collection[str]) -> list[DocumentUse]:
    """Return how reps used each document in some calls, the most used first."""
    documents = tx.collateral.all()
    turns = [turn for turn in tx.talk.all_turns(sorted(calls)) if turn.role == "rep"] if calls else []
    found: dict[str, list[CollateralUse]] = defaultdict(list)
    for use in (*_named(documents, turns), *_paraphrased(tx, encoder, turns)):
        found[use.document].append(use)
    used = [_of_document(document, found[document.id]) for document in documents]
    return sorted(used, key=lambda one: (-len(one.calls), one.document.name))


def _of_document(document: Document, uses: Sequence[CollateralUse]) -> DocumentUse:
    named = tuple(sorted({use.turn.call for use in uses if use.how == "named"}))
    said = tuple(sorted({use.turn.call for use in uses if use.how == "paraphrased"}))
    best = max(uses, key=lambda use: (use.score, use.turn.call, -use.turn.turn), default=None)
    return DocumentUse(document, named, said, best)


def _named(documents: Sequence[Document], turns: Sequence[Turn]) -> Iterator[CollateralUse]:
    names = [(document, name) for document in documents for name in _names(document)]
    for turn in turns:
        spoken = f" {' '.join(_WORD.findall(turn.text.lower()))} "
        for document, name in names:
            if f" {name} " in spoken:
                yield CollateralUse(document.id, "named", turn, None, 1.0)


def _names(document: Document) -> set[str]:
    """Return what a document may be called: its title, and its file's name without ending, in two words or more."""
    written = (document.title, PurePosixPath(document.name).stem)
    names = {tuple(_WORD.findall(text.lower())) for text in written}
    return {" ".join(words) for words in names if len(words) >= _MIN_NAME_WORDS}


def _paraphrased(tx: Transaction, encoder: Encoder, turns: Sequence[Turn]) -> Iterator[CollateralUse]:
    passages = tx.collateral.passages()
    said = [turn for turn in turns if len(turn.text.split()) >= _MIN_WORDS]
    if not passages or not said:
        return
    encode = HeldEncoder(tx, encoder).encode
    written = encode([passage.text for passage in passages])
    for start in range(0, len(said), _VECTORS_AT_ONCE):
        part = said[start : start + _VECTORS_AT_ONCE]
        cosines = encode([turn.text for turn in part]) @ written.T
        for place, turn in enumerate(part):
            best = int(cosines[place].argmax())
            if cosines[place, best] >= _SAME:
                passage = passages[best]
                yield CollateralUse(passage.document, "paraphrased", turn, passage, float(cosines[place, best]))
