"""The network that tells answers from mere mentions, fine-tuned on the labelled answer cases."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.answer_judge import AnswerNetwork, fresh_answer_network
from models.training.answer_cases import AnswerCase
from models.training.tuning import tune

if TYPE_CHECKING:
    from torch import Tensor

EPOCHS = 2
_SEED = 1
_BATCH = 24
_DROPOUT = 0.1
_STRANGERS = 4
"""Answers to other matters that each point is held against."""


@dataclass(frozen=True, slots=True)
class AnswerPair:
    """A point, a passage, and whether the passage answers the point."""

    point: str
    passage: str
    answers: bool


def make_pairs(cases: Sequence[AnswerCase]) -> list[AnswerPair]:
    """Return every point of a case beside every passage of it, and beside answers to other matters.

    The latter answer nothing here: without them a network learns how answers sound, not what they answer.
    """
    rng = random.Random(_SEED)
    pairs = []
    for case in cases:
        strangers = _answers_to_other_matters(case, cases)
        for point in case.points:
            pairs += [AnswerPair(point, passage, relation == "answers") for relation, passage in case.passages]
            pairs += [AnswerPair(point, passage, False) for passage in rng.sample(strangers, _STRANGERS)]
    return pairs


def _answers_to_other_matters(case: AnswerCase, cases: Sequence[AnswerCase]) -> list[str]:
    """Return answers of other cases, those of the same trade first, twice the number that a point is given."""
    others = [other for other in cases if other.name != case.name and other.category != case.category]
    others.sort(key=lambda other: other.trade != case.trade)
    answers = [text for other in others for relation, text in other.passages if relation == "answers"]
    near = answers[: 4 * _STRANGERS]
    far = random.Random(case.name).sample(answers, min(2 * _STRANGERS, len(answers)))
    return list(dict.fromkeys(near + far))


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
