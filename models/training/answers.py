"""The encoder that puts answers near the matters they answer, tuned by contrast on the labelled answer cases."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from models.answer_judge import matter_scores
from models.matter_encoder import WEIGHTS_NAME, encode_texts, unit_vectors
from models.training.answer_cases import AnswerCase
from models.training.answer_sellers import MadeSeller
from models.training.tuning import Pace, tune
from models.tuned_encoder import TunedEncoder

if TYPE_CHECKING:
    from torch import Tensor

EPOCHS: Final = 2
_SEED: Final = 1
_CASES_AT_ONCE: Final = 8
_POINTS_AT_ONCE: Final = 3
_TEMPERATURE: Final = 0.05

Numbers = npt.NDArray[np.float64]


def train_answer_encoder(cases: Sequence[AnswerCase], *, epochs: int = EPOCHS) -> TunedEncoder:
    """Tune the encoder by InfoNCE (van den Oord et al. 2018), a point against all passages of its batch.

    A batch holds cases of one trade: what a seller says to other matters is the hardest to tell from an answer.
    """
    encoder = TunedEncoder(WEIGHTS_NAME)
    encoder.adapt(seed=_SEED)
    encoder.model.train()
    tune(
        list(encoder.adapters.values()),
        {},
        batches_of_one_trade(cases),
        lambda batch, rng: _loss(encoder, batch[0], rng),
        length=lambda _: 0,
        pace=Pace(epochs, 1, _SEED),
    )
    encoder.model.eval()
    return encoder


def batches_of_one_trade(cases: Sequence[AnswerCase]) -> list[list[AnswerCase]]:
    """Return the cases by eights that follow each other when sorted by trade, most of them of one."""
    rng = random.Random(_SEED)
    shuffled = rng.sample(list(cases), len(cases))
    by_trade = sorted(shuffled, key=lambda case: case.trade)
    return [by_trade[start : start + _CASES_AT_ONCE] for start in range(0, len(by_trade), _CASES_AT_ONCE)]


def _loss(encoder: TunedEncoder, cases: Sequence[AnswerCase], rng: random.Random) -> Tensor:
    """Return the loss of points, and of the centre of each case's points, against the passages of all the cases.

    Points of one matter are drawn together too, against those of the other matters: themes are found by that.
    """
    import torch
    from torch.nn import functional

    chosen = [rng.sample(case.points, min(_POINTS_AT_ONCE, len(case.points))) for case in cases]
    owner = torch.tensor([place for place, points in enumerate(chosen) for _ in points])
    points = unit_vectors(encoder, [point for points in chosen for point in points])
    passages = [(place, relation, text) for place, case in enumerate(cases) for relation, text in case.passages]
    vectors = unit_vectors(encoder, [text for *_, text in passages])
    of_case = torch.tensor([place for place, *_ in passages])
    answers = torch.tensor([relation == "answers" for _, relation, _ in passages])
    centres = torch.stack([functional.normalize(points[owner == place].mean(0), dim=0) for place in range(len(cases))])
    each = _contrast(points @ vectors.T, (owner[:, None] == of_case) & answers)
    itself = torch.eye(len(points), dtype=torch.bool)
    alike = _contrast((points @ points.T).masked_fill(itself, float("-inf")), (owner[:, None] == owner) & ~itself)
    return each + alike + _contrast(centres @ vectors.T, (torch.arange(len(cases))[:, None] == of_case) & answers)


def _contrast(cosines: Tensor, right: Tensor) -> Tensor:
    """Return the mean loss of the right pairs, each against all wrong passages of its row."""
    import torch

    scores = cosines / _TEMPERATURE
    wrong = torch.logsumexp(scores.masked_fill(right, float("-inf")), 1, keepdim=True)
    return (torch.logaddexp(scores, wrong) - scores)[right].mean()


def theme_scores(encoder: TunedEncoder, sellers: Sequence[MadeSeller]) -> tuple[Numbers, list[str]]:
    """Return the score of each theme's best passage, and the theme's status."""
    texts = {text for seller in sellers for text in seller.shelf}
    texts |= {point for seller in sellers for theme in seller.themes for point in theme.points}
    ordered = sorted(texts)
    vectors = dict(zip(ordered, encode_texts(encoder, ordered), strict=True))
    scores: list[float] = []
    statuses: list[str] = []
    for seller in sellers:
        shelf = np.stack([vectors[text] for text in seller.shelf])
        for theme in seller.themes:
            points = np.stack([vectors[point] for point in theme.points])
            scores.append(float(matter_scores(points, shelf).mean(axis=0).max()))
            statuses.append(theme.status)
    return np.array(scores), statuses
