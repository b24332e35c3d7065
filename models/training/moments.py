"""The network that finds moments, fine-tuned on the labelled calls."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from models.moment_network import CATEGORIES, CLASSES, FACTUALITIES, ClauseTurn, MomentNetwork, fresh_network
from models.training.labelled_calls import Mark
from models.training.matching import LabelledPiece
from models.training.tuning import Pace, tune

if TYPE_CHECKING:
    from torch import Tensor

EPOCHS = 2
_SEED = 1
_BATCH = 24
_DROPOUT = 0.1
_SMOOTHING = 0.03
_CATEGORY_SHARE = 0.5
"""Weight of the category's loss: at 1.0 the mean F1 of kinds on held-back trades fell from 0.71 to 0.59."""
_FACTUALITY_SHARE = 0.2
_FACTUALITY_WEIGHTS = (0.1, 1.0, 1.0, 0.7, 0.4, 0.4)
"""Nearly every point is asserted; weighed alike, nothing else would ever be told."""
_POINTING_SHARE = 0.3
_ROUGH_SHARE = 0.15
"""The share of turns read in lower case, half of them without punctuation, as other transcribers write."""
_IGNORED = -100


@dataclass(frozen=True, slots=True)
class Example:
    """A stretch of a customer's turn; of each clause class, category, factuality and whether a moment begins there."""

    turn: ClauseTurn
    kinds: tuple[int, ...]
    categories: tuple[int, ...]
    factualities: tuple[int, ...]
    begins: tuple[float, ...]


def make_examples(pieces: Sequence[LabelledPiece]) -> list[Example]:
    """Return what the network is taught of every piece, in order."""
    return [_example(piece) for piece in pieces]


def corrected_example(piece: LabelledPiece) -> Example:
    """Return what a person said of a piece: clauses that no mark touches teach nothing, since nobody judged them."""
    whole = _example(piece)
    judged = [_mark_of(start, end, piece.marks) is not None for start, end in piece.turn.clauses]
    kinds = tuple(kind if said else _IGNORED for kind, said in zip(whole.kinds, judged, strict=True))
    return replace(whole, kinds=kinds)


def _example(piece: LabelledPiece) -> Example:
    kinds, categories, factualities, begins = [], [], [], []
    for start, end in piece.turn.clauses:
        mark = _mark_of(start, end, piece.moments)
        kinds.append(CLASSES.index(mark.kind) if mark else 0)
        categories.append(CATEGORIES.index(mark.category) if mark and mark.category else _IGNORED)
        held = _how_held(mark or _mark_of(start, end, piece.marks))
        factualities.append(FACTUALITIES.index(held) if held else _IGNORED)
        begins.append(1.0 if mark and mark.start_char >= start - 2 else 0.0)
    return Example(piece.turn, tuple(kinds), tuple(categories), tuple(factualities), tuple(begins))


def _how_held(mark: Mark | None) -> str | None:
    """Return the factuality that a mark tells; a look-alike tells it by its reason, if that is one."""
    if mark is None:
        return None
    held = mark.factuality if mark.kind != "not" else mark.category
    return held if held in FACTUALITIES else None


def _mark_of(start: int, end: int, marks: Sequence[Mark]) -> Mark | None:
    """Return the mark that holds most of a clause, or that a clause nearly holds."""
    best, most = None, 0
    for mark in marks:
        shared = min(end, mark.end_char) - max(start, mark.start_char)
        if shared > most and (shared > 0.5 * (end - start) or shared > 0.8 * (mark.end_char - mark.start_char)):
            best, most = mark, shared
    return best


def train_network(examples: Sequence[Example], *, epochs: int = EPOCHS) -> MomentNetwork:
    """Fine-tune encoder and heads on the examples; the same examples give the same network."""
    network = fresh_network(seed=_SEED)
    teach(network, examples, epochs=epochs)
    return network


def teach(network: MomentNetwork, examples: Sequence[Example], *, epochs: int, rate: float = 1.0) -> None:
    """Go on training a network in place."""
    tune(
        list(network.encoder.adapters.values()),
        network.heads,
        examples,
        lambda batch, rng: _loss(network, batch, rng),
        length=lambda example: len(example.turn.text) + len(example.turn.before),
        pace=Pace(epochs, _BATCH, _SEED, rate),
    )


def _loss(network: MomentNetwork, batch: Sequence[Example], rng: random.Random) -> Tensor:
    import torch
    from torch.nn import functional

    logits = network.logits([_roughened(example.turn, rng) for example in batch], dropout=_DROPOUT)
    kinds = torch.tensor([kind for example in batch for kind in example.kinds])
    categories = torch.tensor([category for example in batch for category in example.categories])
    begins = torch.tensor([begin for example in batch for begin in example.begins])
    loss = functional.cross_entropy(logits.kinds, kinds, ignore_index=_IGNORED, label_smoothing=_SMOOTHING)
    if bool((categories != _IGNORED).any()):
        loss = loss + _CATEGORY_SHARE * functional.cross_entropy(logits.categories, categories, ignore_index=_IGNORED)
    factualities = torch.tensor([held for example in batch for held in example.factualities])
    if bool((factualities != _IGNORED).any()):
        loss = loss + _FACTUALITY_SHARE * functional.cross_entropy(
            logits.factualities, factualities, weight=torch.tensor(_FACTUALITY_WEIGHTS), ignore_index=_IGNORED
        )
    pointed = _pointing_loss(logits.kinds, [example.kinds for example in batch])
    if pointed is not None:
        loss = loss + _POINTING_SHARE * pointed
    if bool((kinds > 0).any()):
        inside = kinds > 0
        loss = loss + 0.2 * functional.binary_cross_entropy_with_logits(logits.begins[inside], begins[inside])
    return loss


def _pointing_loss(logits: Tensor, kinds: Sequence[Sequence[int]]) -> Tensor | None:
    """Return how badly the clause that makes the point is told from the story around it; None if nothing is a moment.

    Of the clauses of a piece, the odds of a kind are compared with each other as if exactly one of them had it.
    """
    import torch

    losses = []
    start = 0
    for of_piece in kinds:
        here = logits[start : start + len(of_piece)]
        start += len(of_piece)
        truth = torch.tensor(of_piece)
        for kind in sorted(set(of_piece) - {0, _IGNORED}):
            odds = here[:, kind] - here[:, 0]
            losses.append(odds.logsumexp(0) - odds[truth == kind].logsumexp(0))
    return torch.stack(losses).mean() if losses else None


def _roughened(turn: ClauseTurn, rng: random.Random) -> ClauseTurn:
    """Return now and then the turn as a poor transcriber writes it; offsets stay the same."""
    if rng.random() >= _ROUGH_SHARE:
        return turn
    text, before = turn.text.lower(), turn.before.lower()
    if len(text) != len(turn.text):
        return turn
    if rng.random() < 0.5:
        text = "".join(c if c.isalnum() or c in " '" else " " for c in text)
    return replace(turn, text=text, before=before)
