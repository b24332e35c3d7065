"""The floors that the trained network must beat on the same trades: usual words, and whole sentences told linearly."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models.clauses import ClauseSplitter
from models.keyword_spotter import KeywordSpotter, sentence_spans
from models.linear_head import LinearHead, train_linear_head
from models.moment_network import CATEGORIES, CLASSES
from models.protocols import Encoder, Spotted, TurnText
from models.sentence_encoder import SentenceEncoder
from models.training.labelled_calls import STYLES, LabelledCall, Mark
from models.training.matching import LabelledPiece, labelled_pieces
from models.training.moment_report import Judged, heading, judge, line

_ENCODERS = ("all-MiniLM-L6-v2", "all-mpnet-base-v2")


def tables(kept: Sequence[LabelledCall], held: Sequence[LabelledCall], splitter: ClauseSplitter) -> str:
    """Return the F1 of keyword rules, and of linear heads on frozen sentence embeddings, on the held-back calls."""
    learnt, asked = labelled_pieces(kept, splitter), labelled_pieces(held, splitter)
    rows = [heading(), *_rows("keywords", [_by_words(piece) for piece in asked])]
    for name in _ENCODERS:
        rows += _rows(f"linear on {name}", LinearFloor(learnt, SentenceEncoder(name)).judged(asked))
    return "\n".join(rows)


def _rows(name: str, judged: Sequence[Judged]) -> list[str]:
    return [line(f"{name}, {style}", [one for one in judged if one.piece.style == style]) for style in STYLES]


def _by_words(piece: LabelledPiece) -> Judged:
    return judge(piece, KeywordSpotter().spot([TurnText(piece.turn.text, "customer")])[0])


class LinearFloor:
    """Logistic regression on frozen embeddings of whole sentences: class first, then the category of objections."""

    def __init__(self, pieces: Sequence[LabelledPiece], encoder: Encoder) -> None:
        """Fit both heads on the sentences of the pieces."""
        self._encoder = encoder
        texts, kinds, categories = [], [], []
        for piece in pieces:
            for start, end in sentence_spans(piece.turn.text):
                mark = _mark_of(start, end, piece.moments)
                texts.append(piece.turn.text[start:end])
                kinds.append(CLASSES.index(mark.kind) if mark else 0)
                categories.append(CATEGORIES.index(mark.category) if mark and mark.category else -1)
        vectors = encoder.encode(texts)
        self._kinds: LinearHead = train_linear_head(vectors, kinds, len(CLASSES))
        told = np.array(categories) >= 0
        self._categories = train_linear_head(vectors[told], [c for c in categories if c >= 0], len(CATEGORIES))

    def judged(self, pieces: Sequence[LabelledPiece]) -> list[Judged]:
        """Return what the heads find in every piece."""
        spans = [sentence_spans(piece.turn.text) for piece in pieces]
        texts = [piece.turn.text[start:end] for piece, of in zip(pieces, spans, strict=True) for start, end in of]
        vectors = self._encoder.encode(texts)
        kinds, categories = self._kinds.probabilities(vectors), self._categories.probabilities(vectors)
        judged, row = [], 0
        for piece, of in zip(pieces, spans, strict=True):
            found = []
            for start, end in of:
                kind = CLASSES[int(kinds[row].argmax())]
                category = CATEGORIES[int(categories[row].argmax())] if kind == "objection" else None
                if kind != CLASSES[0]:
                    found.append(Spotted(start, end, kind, category, "asserted", float(kinds[row].max())))
                row += 1
            judged.append(judge(piece, found))
        return judged


def _mark_of(start: int, end: int, marks: Sequence[Mark]) -> Mark | None:
    """Return the first mark of which the sentence holds at least half."""
    for mark in marks:
        if min(end, mark.end_char) - max(start, mark.start_char) >= 0.5 * (mark.end_char - mark.start_char):
            return mark
    return None
