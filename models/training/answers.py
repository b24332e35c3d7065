"""The network that tells answers from mere mentions, fine-tuned on the labelled answer cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.answer_judge import AnswerNetwork, fresh_answer_network
from models.training.answer_cases import AnswerCase
from models.training.tuning import tune

if TYPE_CHECKING:
    from torch import Tensor

EPOCHS = 3
_SEED = 1
_BATCH = 24
_DROPOUT = 0.1


@dataclass(frozen=True, slots=True)
class AnswerPair:
    """A point, a passage, and whether the passage answers the point."""

    point: str
    passage: str
    answers: bool


def make_pairs(cases: Sequence[AnswerCase]) -> list[AnswerPair]:
    """Return every point of a case beside every passage of it."""
    return [
        AnswerPair(point, passage, relation == "answers")
        for case in cases
        for point in case.points
        for relation, passage in case.passages
    ]


def train_answer_network(pairs: Sequence[AnswerPair], *, epochs: int = EPOCHS) -> AnswerNetwork:
    """Fine-tune encoder and head on the pairs; the same pairs give the same network."""
    network = fresh_answer_network(seed=_SEED)
    tune(
        network.encoder,
        network.heads,
        pairs,
        lambda batch, _: _loss(network, batch),
        length=lambda pair: len(pair.point) + len(pair.passage),
        epochs=epochs,
        batch_size=_BATCH,
        seed=_SEED,
    )
    return network


def _loss(network: AnswerNetwork, batch: Sequence[AnswerPair]) -> Tensor:
    import torch
    from torch.nn import functional

    logits = network.logits([(pair.point, pair.passage) for pair in batch], dropout=_DROPOUT)
    return functional.binary_cross_entropy_with_logits(logits, torch.tensor([float(pair.answers) for pair in batch]))
