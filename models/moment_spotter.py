"""Finds moments: turns are cut into clauses, clauses are scored, neighbours that make one point are joined."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from models.clauses import ClauseSplitter
from models.moment_joining import Scales, joined_moments, scales_from
from models.protocols import Spotted, TurnText
from models.weights import file_name

if TYPE_CHECKING:
    from models.moment_network import ClauseTurn, MomentNetwork

HEAD = Path(__file__).parent / "heads" / "moments.safetensors"
_CONTEXT_CHARS = 300
_CONTEXT_TURNS = 4
_SPEAKERS = {"rep": "Rep", "customer": "Customer"}
_CHUNK_CHARS = 700
"""Longer turns are read in stretches of about this many characters, each ending with a clause."""


class ClauseSpotter:
    """Spots moments with the trained network. Weights are loaded at first use."""

    def __init__(self, head: Path = HEAD, splitter: ClauseSplitter | None = None) -> None:
        """Choose the trained head and the clause splitter."""
        self._path = head
        self._splitter = splitter or ClauseSplitter()
        self._network: MomentNetwork | None = None
        self._scales: Scales = {}

    @cached_property
    def name(self) -> str:
        """The head's digest and the splitter: what is found changes with either."""
        return f"moments-3/{file_name(self._path)}/{self._splitter.name}"

    def spot(self, turns: Sequence[TurnText]) -> list[list[Spotted]]:
        """Return the moments of each turn of one call, in order; turns that are not a customer's give none."""
        pieces = list(self._pieces(turns))
        found: list[list[Spotted]] = [[] for _ in turns]
        if not pieces:
            return found
        network = self._loaded()
        for (place, start, piece), scores in zip(pieces, network.score([p for _, _, p in pieces]), strict=True):
            found[place] += [
                replace(spotted, start_char=spotted.start_char + start, end_char=spotted.end_char + start)
                for spotted in joined_moments(piece, scores, self._scales)
            ]
        return found

    def _pieces(self, turns: Sequence[TurnText]) -> Iterator[tuple[int, int, ClauseTurn]]:
        """Yield (turn, start_char, piece) of every stretch of a customer's turn that has a clause."""
        places = [place for place, turn in enumerate(turns) if turn.role == "customer" and turn.text.strip()]
        clauses = self._splitter.split([turns[place].text for place in places])
        for place, spans in zip(places, clauses, strict=True):
            for start, piece in clause_turns(said_before(turns, place), turns[place].text, spans):
                yield place, start, piece

    def _loaded(self) -> MomentNetwork:
        if self._network is None:
            from models.moment_network import load_network

            self._network, facts = load_network(self._path)
            self._scales = scales_from(facts["scales"])
        return self._network


def said_before(turns: Sequence[TurnText], place: int) -> str:
    """Return who said what just before a turn, oldest first: a "yes" means what was asked."""
    said: list[str] = []
    for turn in reversed(turns[max(0, place - _CONTEXT_TURNS) : place]):
        said.insert(0, f"{_SPEAKERS.get(turn.role, 'Someone')}: {turn.text}")
        if sum(map(len, said)) >= _CONTEXT_CHARS:
            break
    return " ".join(said)


def clause_turns(before: str, text: str, clauses: Sequence[tuple[int, int]]) -> Iterator[tuple[int, ClauseTurn]]:
    """Yield (start_char, piece) of a turn cut where clauses end, so that no piece is longer than the network reads."""
    group: list[tuple[int, int]] = []
    for span in _short_enough(text, clauses):
        if group and span[1] - group[0][0] > _CHUNK_CHARS:
            yield _piece(before, text, group)
            before, group = text[group[0][0] : group[-1][1]], []
        group.append(span)
    if group:
        yield _piece(before, text, group)


def _short_enough(text: str, clauses: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield clauses, those that are longer than a piece may be cut at a space: some transcripts have no full stops."""
    for clause_start, end in clauses:
        start = clause_start
        while end - start > _CHUNK_CHARS:
            space = text.rfind(" ", start + 1, start + _CHUNK_CHARS)
            cut = space if space > start else start + _CHUNK_CHARS
            yield start, cut
            start = cut + (text[cut] == " ")
        if end > start:
            yield start, end


def _piece(before: str, text: str, group: Sequence[tuple[int, int]]) -> tuple[int, ClauseTurn]:
    from models.moment_network import ClauseTurn

    start, end = group[0][0], group[-1][1]
    return start, ClauseTurn(before, text[start:end], tuple((s - start, e - start) for s, e in group))
