"""Where phrases are used: who said one first, and which of a rep's words a customer says after him."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Final

from pipeline.collateral.records import Passage
from pipeline.insights.answers_given import Utterance
from pipeline.insights.language_counts import Piece, Side
from pipeline.insights.language_phrases import phrases_in, sentence_around
from pipeline.insights.language_records import Count, Message, Written
from pipeline.records import Call, Turn

_SHORT_WORDS: Final = 6
_LONG_WORDS: Final = 32


@dataclass(frozen=True, slots=True)
class Use:
    """A phrase in a piece."""

    piece: Piece
    start_char: int
    end_char: int

    @property
    def is_telling(self) -> bool:
        """Whether its sentence is neither a heading nor a monologue."""
        start, end = self.sentence
        return _SHORT_WORDS <= len(self.piece.text[start:end].split()) <= _LONG_WORDS

    @property
    def sentence(self) -> tuple[int, int]:
        """Where the sentence that holds it begins and ends."""
        return sentence_around(self.piece.text, self.start_char, self.end_char)


class Uses:
    """All uses of some phrases, in the order of the calls and their turns."""

    def __init__(self, pieces: Iterable[Piece], phrases: Set[str], dates: Mapping[str, str]) -> None:
        """Read the pieces once. `dates` says when a call was held, as ISO text, where that is known."""
        self._dates = dates
        self._of: dict[tuple[str, Side], list[Use]] = defaultdict(list)
        for piece in pieces:
            for found in phrases_in(piece.text):
                if found.key in phrases:
                    self._of[found.key, piece.side].append(Use(piece, found.start_char, found.end_char))
        for uses in self._of.values():
            uses.sort(key=self._when)

    def of(self, phrase: str, side: Side) -> list[Use]:
        """Return the uses of a phrase by one side."""
        return self._of.get((phrase, side), [])

    def first_of_units(self, phrase: str, side: Side, units: Set[str] | None = None) -> list[Use]:
        """Return the first use by each account or passage, or by those of `units`."""
        first: dict[str, Use] = {}
        for use in self.of(phrase, side):
            if units is None or use.piece.unit in units:
                first.setdefault(use.piece.unit, use)
        return list(first.values())

    def told_of_units(self, phrase: str, side: Side) -> list[Use]:
        """Return a use by each account or passage, one in a whole sentence if there is one; those come first."""
        best: dict[str, Use] = {}
        for use in self.of(phrase, side):
            held = best.setdefault(use.piece.unit, use)
            if not held.is_telling and use.is_telling:
                best[use.piece.unit] = use
        return sorted(best.values(), key=lambda use: not use.is_telling)

    def unprompted(self, phrase: str, units: Set[str] | None = None) -> Count:
        """Return how many accounts say it before any rep does to them, in this call or an earlier one."""
        first = self.first_of_units(phrase, "customers", units)
        by_rep = {use.piece.unit: self._when(use) for use in self.first_of_units(phrase, "reps")}
        own = [use for use in first if use.piece.unit not in by_rep or self._when(use) < by_rep[use.piece.unit]]
        return Count(len(own), len(first))

    def by_call(self, phrase: str, side: Side) -> dict[str, list[Use]]:
        """Return the uses of a phrase by one side in each call."""
        calls: dict[str, list[Use]] = defaultdict(list)
        for use in self.of(phrase, side):
            if use.piece.call is not None:
                calls[use.piece.call].append(use)
        return calls

    def _when(self, use: Use) -> tuple[str, str, int, int]:
        call = use.piece.call or ""
        return self._dates.get(call, ""), call, use.piece.turn or 0, use.start_char


class Quoting:
    """Turns uses into sentences that a reader can check."""

    def __init__(self, calls: Mapping[str, Call], turns: Mapping[tuple[str, int], Turn], passages: Sequence[Passage]):
        """Take what the sentences stand in."""
        self._calls = calls
        self._turns = turns
        self._passages = {passage.id: passage for passage in passages}

    def of(self, uses: Iterable[Use]) -> tuple[Utterance | Written, ...]:
        """Return one sentence for each use."""
        return tuple(self._written(use) if use.piece.passage else self.said(use) for use in uses)

    def said(self, use: Use) -> Utterance:
        """Return the sentence of a turn."""
        turn = self._turns[use.piece.call or "", use.piece.turn or 0]
        call, (start, end) = self._calls[turn.call], use.sentence
        return Utterance(
            call=turn.call,
            source=call.source,
            account=call.metadata.get("account"),
            turn=turn.turn,
            speaker=turn.speaker,
            role=turn.role,
            start_s=turn.start_s,
            start_char=start,
            end_char=end,
            text=turn.text[start:end],
        )

    def _written(self, use: Use) -> Written:
        passage, (start, end) = self._passages[use.piece.passage or ""], use.sentence
        return Written(passage, start, end, passage.text[start:end])


def message(
    key: str,
    phrase: str,
    instead: tuple[str, str] | None,
    uses: Uses,
    quoting: Quoting,
    *,
    n_calls: int,
    n_passages: int,
) -> Message:
    """Return what became of a phrase of collateral; `instead` is customers' phrase for it, as key and as written."""
    said, answered = uses.by_call(key, "reps"), uses.by_call(key, "customers")
    echoed = [later for call, own in said.items() if (later := _after(own[0], answered.get(call, ())))]
    unprompted = [
        own[0] for call, own in answered.items() if call not in said or _place(own[0]) < _place(said[call][0])
    ]
    theirs = uses.by_call(instead[0], "customers") if instead else {}
    return Message(
        phrase=phrase,
        written=Count(len(uses.first_of_units(key, "collateral")), n_passages),
        said=Count(len(said), n_calls),
        echoed=Count(len(echoed), len(said)),
        unprompted=Count(len(unprompted), n_calls),
        instead=instead[1] if instead else None,
        said_instead=Count(len(said.keys() & theirs.keys()), len(said)) if instead else None,
        said_uses=tuple(quoting.said(own[0]) for own in said.values()),
        echo_uses=tuple(quoting.said(use) for use in echoed),
        unprompted_uses=tuple(quoting.said(use) for use in unprompted),
    )


def _after(first: Use, later: Iterable[Use]) -> Use | None:
    return next((use for use in later if _place(use) > _place(first)), None)


def _place(use: Use) -> int:
    return use.piece.turn or 0


def contexts_of(uses: Uses, phrase: str, sides: Sequence[Side], each: int) -> Iterator[str]:
    """Yield sentences that hold a phrase, at most so many of each side, each of another account or passage."""
    for side in sides:
        for use in uses.first_of_units(phrase, side)[:each]:
            start, end = use.sentence
            yield use.piece.text[start:end]
