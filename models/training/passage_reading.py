"""The network that reads points and a passage together, tuned on the labelled answer cases."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from models.passage_reader import (
    ENCODER,
    LAYER,
    POINTS_AT_ONCE,
    READINGS,
    Reading,
    joined,
    read_pairs,
)
from models.training.answer_cases import AnswerCase
from models.training.tuning import Pace, tune
from models.tuned_encoder import TunedEncoder, fresh_heads

if TYPE_CHECKING:
    from torch import Tensor

_EPOCHS: Final = 4
_SEED: Final = 1
_CASES_AT_ONCE: Final = 4
_POINTS_DRAWN: Final = (2, 3, POINTS_AT_ONCE, POINTS_AT_ONCE)
"""Many themes have few points."""
_RATE: Final = 0.6
_WEIGHTS: Final = (1.0, 1.5, 1.5)
"""Half of what is shown leaves the matter aside."""
Labelled = tuple[str, str, Reading]


def train_passage_reader(cases: Sequence[AnswerCase]) -> tuple[TunedEncoder, dict[str, Tensor]]:
    """Return encoder and head, tuned to tell what passages do with the matters of the cases."""
    encoder = TunedEncoder(ENCODER)
    encoder.adapt(seed=_SEED)
    heads = fresh_heads({LAYER: (len(READINGS), 2 * encoder.width)}, seed=_SEED)
    of_trade: dict[str, list[AnswerCase]] = {}
    for case in cases:
        of_trade.setdefault(case.trade, []).append(case)
    encoder.model.train()
    tune(
        list(encoder.adapters.values()),
        heads,
        cases,
        lambda batch, rng: _loss(encoder, heads, [one for case in batch for one in _drawn(case, of_trade, rng)]),
        length=lambda case: sum(map(len, case.points)),
        pace=Pace(_EPOCHS, _CASES_AT_ONCE, _SEED, _RATE),
    )
    encoder.model.eval()
    return encoder, heads


def _drawn(case: AnswerCase, of_trade: Mapping[str, Sequence[AnswerCase]], rng: random.Random) -> list[Labelled]:
    """Return some of a case's points beside its answer, what touches, its trap, and something else of the seller."""
    of: dict[str, list[str]] = {}
    for relation, text in case.passages:
        of.setdefault(relation, []).append(text)
    other = rng.choice(of_trade[case.trade])
    strange = [text for relation, text in other.passages if relation != "other"] if other is not case else of["other"]
    points = joined(rng.sample(case.points, min(rng.choice(_POINTS_DRAWN), len(case.points))))
    return [
        (points, rng.choice(of["answers"]), "answers"),
        (points, rng.choice(of["touches"]), "touches"),
        (points, rng.choice(of["trap"]), "aside"),
        (points, rng.choice(strange), "aside"),
    ]


def _loss(encoder: TunedEncoder, heads: Mapping[str, Tensor], drawn: Sequence[Labelled]) -> Tensor:
    import torch
    from torch.nn import functional

    found = read_pairs(encoder, heads, [(points, passage) for points, passage, _ in drawn])
    truth = torch.tensor([READINGS.index(reading) for *_, reading in drawn])
    return functional.cross_entropy(found, truth, weight=torch.tensor(_WEIGHTS))
