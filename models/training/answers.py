"""Encoders tuned by contrast on the labelled answer cases.

One puts answers near the matters they answer, and all else away; the other puts near whatever speaks of a matter.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from models.matter_encoder import WEIGHTS_NAME, encode_texts, unit_vectors
from models.matter_scores import matter_scores
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
    """Tune an encoder by InfoNCE (van den Oord et al. 2018), a point against all passages of its batch.

    A batch holds cases of one trade: what a seller says to other matters is the hardest to tell from an answer.
    """
    return _tuned(cases, _answer_loss, epochs)


def train_subject_encoder(cases: Sequence[AnswerCase], *, epochs: int = EPOCHS) -> TunedEncoder:
    """Tune an encoder in the same way to bring near what answers a matter or touches it, and nothing else."""
    return _tuned(cases, _subject_loss, epochs)


def _tuned(cases: Sequence[AnswerCase], loss_of: Callable[[_Drawn], Tensor], epochs: int) -> TunedEncoder:
    encoder = TunedEncoder(WEIGHTS_NAME)
    encoder.adapt(seed=_SEED)
    encoder.model.train()
    tune(
        list(encoder.adapters.values()),
        {},
        batches_of_one_trade(cases),
        lambda batch, rng: loss_of(_draw(encoder, batch[0], rng)),
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


@dataclass(frozen=True, slots=True)
class _Drawn:
    """Vectors of some points of each case and of all the cases' passages."""

    points: Tensor
    owner: Tensor
    """The case of each point, shape (points,)."""
    passages: Tensor
    of_case: Tensor
    """The case of each passage, shape (passages,)."""
    relations: tuple[str, ...]
    """What each passage is to its case."""


def _draw(encoder: TunedEncoder, cases: Sequence[AnswerCase], rng: random.Random) -> _Drawn:
    import torch

    chosen = [rng.sample(case.points, min(_POINTS_AT_ONCE, len(case.points))) for case in cases]
    owner = torch.tensor([place for place, points in enumerate(chosen) for _ in points])
    points = unit_vectors(encoder, [point for points in chosen for point in points])
    passages = [(place, relation, text) for place, case in enumerate(cases) for relation, text in case.passages]
    vectors = unit_vectors(encoder, [text for *_, text in passages])
    of_case = torch.tensor([place for place, *_ in passages])
    return _Drawn(points, owner, vectors, of_case, tuple(relation for _, relation, _ in passages))


def _answer_loss(drawn: _Drawn) -> Tensor:
    """Return the loss of points, and of the centre of each case's points, against the passages of all the cases.

    Points of one matter are drawn together too, against those of the other matters: themes are found by that.
    """
    import torch

    each, centres = _to_passages(drawn, ("answers",))
    itself = torch.eye(len(drawn.points), dtype=torch.bool)
    own = (drawn.owner[:, None] == drawn.owner) & ~itself
    alike = _contrast((drawn.points @ drawn.points.T).masked_fill(itself, float("-inf")), own)
    return each + alike + centres


def _subject_loss(drawn: _Drawn) -> Tensor:
    each, centres = _to_passages(drawn, ("answers", "touches"))
    return each + centres


def _to_passages(drawn: _Drawn, near: Sequence[str]) -> tuple[Tensor, Tensor]:
    """Return the loss of the points and of the cases' centres, which belong near passages of these relations."""
    import torch
    from torch.nn import functional

    n_cases = int(drawn.owner.max()) + 1
    centres = torch.stack(
        [functional.normalize(drawn.points[drawn.owner == place].mean(0), dim=0) for place in range(n_cases)]
    )
    right = torch.tensor([relation in near for relation in drawn.relations])
    each = _contrast(drawn.points @ drawn.passages.T, (drawn.owner[:, None] == drawn.of_case) & right)
    own = (torch.arange(n_cases)[:, None] == drawn.of_case) & right
    return each, _contrast(centres @ drawn.passages.T, own)


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
