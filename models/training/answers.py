"""The encoder that puts answers near the points they answer, tuned by contrast on the labelled answer cases."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.answer_judge import encode_texts, unit_vectors
from models.shifted_encoder import ShiftedEncoder
from models.training.answer_cases import AnswerCase
from models.training.logistic import fit_logistic
from models.training.tuning import Pace, tune

if TYPE_CHECKING:
    from torch import Tensor

EPOCHS = 3
_RATE = 0.4
"""All layers are tuned, not adapters beside them: slower."""
_SEED = 1
_BATCH = 16
_TEMPERATURE = 0.05


@dataclass(frozen=True, slots=True)
class Contrast:
    """A point, a passage that answers it, and passages of the same case that do not."""

    point: str
    answer: str
    others: tuple[str, ...]


def make_contrasts(cases: Sequence[AnswerCase]) -> list[Contrast]:
    """Return every point of a case with every answer to it, beside two of the passages that leave it open."""
    rng = random.Random(_SEED)
    contrasts = []
    for case in cases:
        answers = [text for relation, text in case.passages if relation == "answers"]
        others = [text for relation, text in case.passages if relation != "answers"]
        contrasts += [
            Contrast(point, answer, tuple(rng.sample(others, 2))) for point in case.points for answer in answers
        ]
    return contrasts


def train_answer_encoder(cases: Sequence[AnswerCase], *, epochs: int = EPOCHS) -> ShiftedEncoder:
    """Tune the encoder by InfoNCE (van den Oord et al. 2018) with answers to other points as further negatives."""
    encoder = ShiftedEncoder()
    encoder.model.train()
    tune(
        [layer.requires_grad_() for layer in encoder.layers.values()],
        {},
        make_contrasts(cases),
        lambda batch, _: _loss(encoder, batch),
        length=lambda _: 0,
        pace=Pace(epochs, _BATCH, _SEED, _RATE),
    )
    encoder.model.eval()
    return encoder


def _loss(encoder: ShiftedEncoder, batch: Sequence[Contrast]) -> Tensor:
    import torch
    from torch.nn import functional

    passages = list(dict.fromkeys(text for one in batch for text in (one.answer, *one.others)))
    place = {text: column for column, text in enumerate(passages)}
    vectors = unit_vectors(encoder, [*(one.point for one in batch), *passages])
    scores = vectors[: len(batch)] @ vectors[len(batch) :].T / _TEMPERATURE
    targets = torch.tensor([place[one.answer] for one in batch])
    # Points of one case may meet in a batch: the answer to one is no wrong answer to the other.
    for row, one in enumerate(batch):
        for other in batch:
            if other.answer != one.answer and _same_matter(one, other):
                scores[row, place[other.answer]] = float("-inf")
    return functional.cross_entropy(scores, targets)


def _same_matter(one: Contrast, other: Contrast) -> bool:
    return one.point == other.point or bool(set(one.others) & set(other.others))


def fit_answer_scores(encoder: ShiftedEncoder, cases: Sequence[AnswerCase]) -> tuple[float, float]:
    """Return slope and offset that turn cosines into probabilities, fitted on cases that training has not seen.

    The negatives are the other passages of a case and the answers to the next case's matter.
    """
    cosines, truth = answer_cosines(encoder, cases)
    return fit_logistic(cosines, truth)


def answer_cosines(
    encoder: ShiftedEncoder, cases: Sequence[AnswerCase]
) -> tuple[np.ndarray[tuple[int], np.dtype[np.float64]], np.ndarray[tuple[int], np.dtype[np.float64]]]:
    """Return the cosine of every point to passages of its own and of the next case, and 1 where the passage answers."""
    cosines, truth = [], []
    for case, stranger in zip(cases, [*cases[1:], cases[0]], strict=True):
        points = encode_texts(encoder, case.points)
        strange = [text for relation, text in stranger.passages if relation == "answers"]
        passages = encode_texts(encoder, [*(text for _, text in case.passages), *strange])
        answers = [float(relation == "answers") for relation, _ in case.passages] + [0.0] * len(strange)
        cosines.append((points @ passages.T).ravel())
        truth.append(np.tile(answers, len(points)))
    return np.concatenate(cosines).astype(np.float64), np.concatenate(truth)
