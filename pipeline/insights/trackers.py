"""What a tracker finds in all that is held: computed from the stored vectors whenever it is asked for, never kept.

A turn is found if one of its stretches is: a moment, one of its sentences, or the turn itself if it is one sentence.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from models.few_shot import MIN_EXAMPLES, THRESHOLD, FewShotDetector, fit_few_shot
from models.protocols import Encoder
from pipeline.errors import BadInput
from pipeline.insights.quotes import Quote, read_quotes
from pipeline.phrase_vectors import of_pieces
from pipeline.pieces import split_pieces
from pipeline.records import Phrase, PhraseFilter
from pipeline.store.session import Transaction
from pipeline.store.trackers import Tracker, TrackerExample

Ids = npt.NDArray[np.int64]
Vectors = npt.NDArray[np.float32]

Where = Mapping[str, tuple[str, ...]]

FEW_EXAMPLES = 5
_BACKGROUND = 2_000
_SUGGESTED_FROM = 20
"""Suggestions are chosen among this many times as many of the least sure."""
_SAME_CALL_COST = 0.05
"""How much surer a turn of another call may be, and still be suggested before a second one of a call."""
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Find:
    """A stretch with how surely it is what the tracker means, 0 to 1; `quote.id` names it in an answer."""

    quote: Quote
    score: float


@dataclass(frozen=True, slots=True)
class TrackerReading:
    """What a tracker finds. Counts are of everything found, whatever part of it was asked for."""

    finds: tuple[Find, ...]
    threshold: float
    n_found: int
    n_calls: int
    n_accounts: int
    n_deals: int
    n_turns_read: int
    n_calls_held: int
    found_again: int
    """How many of its own examples the tracker would find if it had not seen them."""
    notes: tuple[str, ...]
    """What its owner should know, in sentences."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """Every turn that was read, the surest first, as (call, turn), with its best stretch: phrase, piece and score.

    All four are of one length; piece -1 is the whole phrase.
    """

    turns: Sequence[tuple[str, int]]
    phrases: Ids
    pieces: Ids
    scores: Vectors
    n_without_vector: int
    """How many phrases could not be read."""


_NOTHING = Ranking((), np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float32), 0)


@dataclass(frozen=True, slots=True)
class TrackedHistory:
    """All that is held, as one tracker sees it."""

    tracker: Tracker
    examples: Sequence[TrackerExample]
    where: Where
    ranking: Ranking
    found_again: int

    @property
    def threshold(self) -> float:
        """The score from which on a turn is found."""
        return THRESHOLD if self.tracker.threshold is None else self.tracker.threshold

    def read(self, tx: Transaction, *, limit: int | None = None, offset: int = 0) -> TrackerReading:
        """Return what is found and its part from `offset` on, with quotes."""
        n_found = int((self.ranking.scores >= self.threshold).sum())
        stop = n_found if limit is None else min(n_found, offset + limit)
        held = tx.calls.all(self.where)
        found = {call for call, _ in self.ranking.turns[:n_found]}
        known = [call.metadata for call in held if call.id in found]
        accounts, deals = ({str(of[name]) for of in known if of.get(name)} for name in ("account", "deal"))
        return TrackerReading(
            finds=tuple(self._finds(tx, range(min(offset, stop), stop))),
            threshold=self.threshold,
            n_found=n_found,
            n_calls=len(found),
            n_accounts=len(accounts),
            n_deals=len(deals),
            n_turns_read=len(self.ranking.turns),
            n_calls_held=len(held),
            found_again=self.found_again,
            notes=tuple(self._notes()),
        )

    def suggestions(self, tx: Transaction, n: int) -> list[Find]:
        """Return at most `n` finds and near misses where the tracker is least sure, of many calls and no two alike."""
        doubts = np.abs(self.ranking.scores - self.threshold)
        unsure = np.argsort(doubts, kind="stable")[: n * _SUGGESTED_FROM].tolist()
        rest = [(float(doubts[row]), find) for row, find in zip(unsure, self._finds(tx, unsure), strict=True)]
        rest = [(doubt, find) for doubt, find in rest if not self._is_answered(find.quote)]
        seen = {_words(example.text) for example in self.examples}
        of_call: Counter[str] = Counter()
        chosen: list[Find] = []
        while rest and len(chosen) < n:
            rest = [(doubt, find) for doubt, find in rest if _words(find.quote.text) not in seen]
            if not rest:
                break
            best = min(rest, key=lambda pair: pair[0] + _SAME_CALL_COST * of_call[pair[1].quote.call])[1]
            seen.add(_words(best.quote.text))
            of_call[best.quote.call] += 1
            chosen.append(best)
        return chosen

    def _is_answered(self, quote: Quote) -> bool:
        return any(example.call == quote.call and example.text in quote.context for example in self.examples)

    def _notes(self) -> list[str]:
        meant = [example for example in self.examples if not example.is_counter]
        notes = []
        if len(meant) < FEW_EXAMPLES:
            notes.append(f"It has {len(meant)} examples; {FEW_EXAMPLES} to 20 tell better what is meant.")
        if self.ranking.turns and self.found_again < len(meant) / 2:
            notes.append(
                f"Only {self.found_again} of its {len(meant)} examples would be found by the others; "
                "if they mean several things, make a tracker of each."
            )
        if self.ranking.n_without_vector:
            notes.append(
                f"{self.ranking.n_without_vector} phrases have no vector yet and were not read; ingest their calls."
            )
        return notes

    def _finds(self, tx: Transaction, rows: Sequence[int]) -> list[Find]:
        phrases = tx.phrases.by_ids([int(self.ranking.phrases[row]) for row in rows])
        quotes = read_quotes(tx, phrases)
        return [
            Find(
                _stretch(phrases[phrase], quotes[phrase], int(self.ranking.pieces[row])),
                float(self.ranking.scores[row]),
            )
            for row in rows
            for phrase in [int(self.ranking.phrases[row])]
        ]


def track(
    tx: Transaction,
    encoder: Encoder,
    tracker: Tracker,
    examples: Sequence[TrackerExample],
    where: Where | None = None,
) -> TrackedHistory:
    """Return every turn of the tracker's role, of calls whose metadata say so, scored by its examples.

    Raises BadInput where too few examples are left to tell what is meant.
    """
    meant = [example.text for example in examples if not example.is_counter]
    if len(meant) < MIN_EXAMPLES:
        raise BadInput(
            f"Tracker {tracker.name!r} has {len(meant)} examples and needs {MIN_EXAMPLES}, better {FEW_EXAMPLES} to 20."
        )
    spoken = PhraseFilter(roles=() if tracker.role == "any" else (tracker.role,))
    within = replace(spoken, where=where or {})
    background = _background(tx, encoder, spoken)
    if not len(background):
        unread = replace(_NOTHING, n_without_vector=tx.phrases.count(within))
        return TrackedHistory(tracker, examples, within.where, unread, found_again=0)
    counter = [example.text for example in examples if example.is_counter]
    vectors = encoder.encode([*meant, *counter])
    detector = fit_few_shot(vectors[: len(meant)], vectors[len(meant) :], background)
    ranking = _ranked(tx, encoder, detector, within)
    return TrackedHistory(tracker, examples, within.where, ranking, detector.found_again)


def _background(tx: Transaction, encoder: Encoder, spoken: PhraseFilter) -> Vectors:
    """Return what is said otherwise, shape (n, dim): the pieces of a sample of the texts."""
    hashes = tx.phrases.sample(spoken, _BACKGROUND)
    vectors = tx.vectors.of_hashes(encoder.name, hashes) | tx.vectors.of_hashes(of_pieces(encoder.name), hashes)
    stacks = [vectors[name].reshape(-1, encoder.dim) for name in hashes if name in vectors]
    return np.concatenate(stacks)[:_BACKGROUND] if stacks else np.empty((0, encoder.dim), np.float32)


def _ranked(tx: Transaction, encoder: Encoder, detector: FewShotDetector, within: PhraseFilter) -> Ranking:
    places = tx.phrases.places(within)
    held = np.array([place[0] for place in places], dtype=np.int64)
    turns = list(dict.fromkeys((call, turn) for _, call, turn, _ in places))
    number = {key: row for row, key in enumerate(turns)}
    turn_of = np.array([number[call, turn] for _, call, turn, _ in places], dtype=np.int64)
    is_moment = np.array([place[3] for place in places], dtype=bool)
    rows, pieces, scores = _scored_rows(tx, encoder, detector, held)
    # A turn's best stretch comes first; of equals the moment, which says what it is.
    best_first = np.lexsort((~is_moment[rows], -scores, turn_of[rows]))
    _, first = np.unique(turn_of[rows][best_first], return_index=True)
    best = sorted(best_first[first].tolist(), key=lambda row: (-scores[row], turns[turn_of[rows[row]]]))
    return Ranking(
        turns=[turns[turn_of[rows[row]]] for row in best],
        phrases=held[rows[best]],
        pieces=pieces[best],
        scores=scores[best],
        n_without_vector=len(held) - len(np.unique(rows)),
    )


def _scored_rows(tx: Transaction, encoder: Encoder, detector: FewShotDetector, held: Ids) -> tuple[Ids, Ids, Vectors]:
    """Return one row per stretch: the place in `held` (ascending phrase ids), the number of the piece, the score."""
    parts: list[tuple[Ids, Ids, Vectors]] = []
    stacked = tx.vectors.stacks_of_phrases(encoder.name, of_pieces(encoder.name), dim=encoder.dim)
    for ids, pieces, vectors in stacked:
        rows = np.searchsorted(held, ids).clip(max=max(0, len(held) - 1))
        kept = held[rows] == ids if len(held) else np.zeros(len(ids), dtype=bool)
        if kept.any():
            parts.append((rows[kept], pieces[kept], detector.scores(vectors[kept])))
    if not parts:
        return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float32)
    rows, pieces, scores = (np.concatenate(column) for column in zip(*parts, strict=True))
    return rows, pieces, scores


def _stretch(phrase: Phrase, quote: Quote, piece: int) -> Quote:
    """Return the quote of what was found: a moment as it is, of a turn the piece, or all of it for piece -1."""
    if phrase.moment is not None:
        return quote
    start, end = (0, len(phrase.text)) if piece < 0 else split_pieces(phrase.text)[piece]
    name = f"{phrase.call}:{phrase.turn}:{start}-{end}"
    return replace(quote, id=name, text=phrase.text[start:end], start_char=start, end_char=end)


def _words(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))
