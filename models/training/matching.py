"""Labelled calls cut into the pieces that the network reads, and found moments matched with the marks of a piece."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from models.clauses import ClauseSplitter
from models.moment_network import ClauseTurn
from models.moment_spotter import clause_turns, said_before
from models.protocols import Spotted
from models.training.labelled_calls import LabelledCall, Mark

_MIN_OVERLAP = 0.5


@dataclass(frozen=True, slots=True)
class LabelledPiece:
    """A stretch of a customer's turn with its marks, hard negatives among them, as offsets into it."""

    call: str
    trade: str
    style: str
    turn: ClauseTurn
    marks: tuple[Mark, ...]

    @property
    def moments(self) -> list[Mark]:
        """Return the marks that are moments."""
        return [mark for mark in self.marks if mark.kind != "not"]


def labelled_pieces(calls: Sequence[LabelledCall], splitter: ClauseSplitter) -> list[LabelledPiece]:
    """Return every stretch of every customer's turn, in order."""
    return [piece for call in calls for piece in _pieces_of(call, splitter)]


def _pieces_of(call: LabelledCall, splitter: ClauseSplitter) -> Iterator[LabelledPiece]:
    texts = call.texts()
    customers = [(place, turn) for place, turn in enumerate(call.turns) if not turn.is_rep]
    for (place, turn), clauses in zip(customers, splitter.split([turn.text for _, turn in customers]), strict=True):
        for start, piece in clause_turns(said_before(texts, place), turn.text, clauses):
            end = start + len(piece.text)
            marks = tuple(
                replace(mark, start_char=mark.start_char - start, end_char=mark.end_char - start)
                for mark in turn.marks
                if start <= (mark.start_char + mark.end_char) / 2 < end
            )
            yield LabelledPiece(call.name, call.trade, call.style, piece, marks)


def matches(marks: Sequence[Mark], spotted: Sequence[Spotted]) -> dict[int, int]:
    """Return which found moment each mark is matched with: of one kind, sharing half of the shorter, each once."""
    partner: dict[int, int] = {}
    for place, mark in enumerate(marks):
        for other, span in enumerate(spotted):
            shared = min(mark.end_char, span.end_char) - max(mark.start_char, span.start_char)
            shorter = min(mark.end_char - mark.start_char, span.end_char - span.start_char)
            if other not in partner.values() and mark.kind == span.kind and shared >= _MIN_OVERLAP * shorter:
                partner[place] = other
                break
    return partner
