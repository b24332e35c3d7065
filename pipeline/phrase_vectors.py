"""The vectors of phrases: one of the whole text, for search, and one of each of its pieces, for trackers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.protocols import Encoder
from pipeline.pieces import split_pieces
from pipeline.store.session import Store, Transaction

Matrix = npt.NDArray[np.float32]

PIECES_METHOD = "pieces-1"
"""Raised when texts are cut in another way, so that pieces are encoded anew."""


def of_pieces(encoder_name: str) -> str:
    """Return the name under which an encoder's vectors of pieces are held."""
    return f"{encoder_name}/{PIECES_METHOD}"


@dataclass(frozen=True, slots=True)
class NewVectors:
    """What an encoder gave for texts that had no vector: whole texts, and the pieces of those that have several."""

    encoder: str
    hashes: Sequence[str]
    vectors: Matrix
    pieces: Mapping[str, Matrix]

    def write(self, tx: Transaction) -> None:
        """Hold the vectors."""
        tx.vectors.put(self.encoder, self.hashes, self.vectors)
        tx.vectors.put_stacks(of_pieces(self.encoder), self.pieces)
        if self.hashes:
            tx.phrases.note_vectors()


def encode_missing(store: Store, encoder: Encoder, call_id: str) -> NewVectors:
    """Return the vectors that the phrases of a call still lack."""
    with store.read() as tx:
        whole = list(tx.phrases.texts_without_vector(encoder.name, call_id))
        uncut = list(tx.phrases.texts_without_vector(of_pieces(encoder.name), call_id))
    cut = {name: [text[start:end] for start, end in split_pieces(text)] for name, text in uncut}
    cut = {name: pieces for name, pieces in cut.items() if len(pieces) > 1}
    vectors = encoder.encode([*(text for _, text in whole), *(piece for pieces in cut.values() for piece in pieces)])
    ends = np.cumsum([len(pieces) for pieces in cut.values()], dtype=np.int64)
    stacks = np.split(vectors[len(whole) :], ends[:-1]) if cut else []
    return NewVectors(
        encoder.name, [name for name, _ in whole], vectors[: len(whole)], dict(zip(cut, stacks, strict=True))
    )
