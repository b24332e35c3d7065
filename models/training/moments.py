"""The network that finds moments, fine-tuned on the labelled calls; calibrated on trades that it has not seen."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from models.clauses import ClauseSplitter
from models.moment_network import CATEGORIES, CLASSES, ClauseTurn, MomentNetwork, fresh_network
from models.moment_spotter import Calibration, clause_turns
from models.training.labelled_calls import LabelledCall, Mark
from models.training.logistic import fit_logistic
from models.training.tuning import tune

if TYPE_CHECKING:
    from torch import Tensor

EPOCHS = 3
_SEED = 1
_BATCH = 24
_DROPOUT = 0.1
_SMOOTHING = 0.03
_CATEGORY_SHARE = 0.5
"""Weight of the category's loss: at 1.0 the mean F1 of kinds on held-back trades fell from 0.71 to 0.59."""
_ROUGH_SHARE = 0.15
"""The share of turns read in lower case, half of them without punctuation, as other transcribers write."""
_IGNORED = -100


@dataclass(frozen=True, slots=True)
class Example:
    """A stretch of a customer's turn, and each clause's class, category and whether a moment begins there."""

    call: str
    turn: ClauseTurn
    kinds: tuple[int, ...]
    categories: tuple[int, ...]
    begins: tuple[float, ...]


def make_examples(calls: Sequence[LabelledCall], splitter: ClauseSplitter) -> list[Example]:
    """Return every stretch of every customer's turn, in order."""
    places = [(call, place) for call in calls for place, turn in enumerate(call.turns) if not turn.is_rep]
    clauses = splitter.split([call.turns[place].text for call, place in places])
    examples = []
    for (call, place), spans in zip(places, clauses, strict=True):
        turn = call.turns[place]
        before = call.turns[place - 1].text if place else ""
        marks = [mark for mark in turn.marks if mark.kind != "not"]
        for start, piece in clause_turns(before, turn.text, spans):
            examples.append(_example(call.name, piece, marks, start))
    return examples


def _example(call: str, piece: ClauseTurn, marks: Sequence[Mark], shift: int) -> Example:
    kinds, categories, begins = [], [], []
    for start, end in piece.clauses:
        mark = _mark_of(start + shift, end + shift, marks)
        kinds.append(CLASSES.index(mark.kind) if mark else 0)
        categories.append(CATEGORIES.index(mark.category) if mark and mark.category else _IGNORED)
        begins.append(1.0 if mark and mark.start_char >= start + shift - 2 else 0.0)
    return Example(call, piece, tuple(kinds), tuple(categories), tuple(begins))


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
    tune(
        network.encoder,
        network.heads,
        examples,
        lambda batch, rng: _loss(network, batch, rng),
        length=lambda example: len(example.turn.text) + len(example.turn.before),
        epochs=epochs,
        batch_size=_BATCH,
        seed=_SEED,
    )
    return network


def _loss(network: MomentNetwork, batch: Sequence[Example], rng: random.Random) -> Tensor:
    import torch
    from torch.nn import functional

    logits = network.logits([_roughened(example.turn, rng) for example in batch], dropout=_DROPOUT)
    kinds = torch.tensor([kind for example in batch for kind in example.kinds])
    categories = torch.tensor([category for example in batch for category in example.categories])
    begins = torch.tensor([begin for example in batch for begin in example.begins])
    loss = functional.cross_entropy(logits.kinds, kinds, label_smoothing=_SMOOTHING)
    if bool((categories != _IGNORED).any()):
        loss = loss + _CATEGORY_SHARE * functional.cross_entropy(logits.categories, categories, ignore_index=_IGNORED)
    if bool((kinds > 0).any()):
        inside = kinds > 0
        loss = loss + 0.2 * functional.binary_cross_entropy_with_logits(logits.begins[inside], begins[inside])
    return loss


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


def fit_calibration(network: MomentNetwork, examples: Sequence[Example]) -> Calibration:
    """Fit Platt's slope and offset on clauses that the network has not been trained on."""
    return Calibration(*fit_logistic(*clause_odds(network, examples)))


def clause_odds(
    network: MomentNetwork, examples: Sequence[Example]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return the network's log-odds that a clause is something, and 1 where it is, shape (n_clauses,) each."""
    scores = network.score([example.turn for example in examples])
    p = np.concatenate([1 - score.kinds[:, 0] for score in scores]).astype(np.float64).clip(1e-6, 1 - 1e-6)
    truth = np.array([kind > 0 for example in examples for kind in example.kinds], dtype=np.float64)
    return np.log(p / (1 - p)), truth
