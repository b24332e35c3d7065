"""The training loop that every tuned network shares."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

from models.tuned_encoder import TunedEncoder

if TYPE_CHECKING:
    from torch import Tensor

Item = TypeVar("Item")
_ENCODER_RATE = 2e-4
_HEAD_RATE = 1e-3
_GROUP_BATCHES = 20


def tune(
    encoder: TunedEncoder,
    heads: dict[str, Tensor],
    items: Sequence[Item],
    loss_of: Callable[[Sequence[Item], random.Random], Tensor],
    *,
    length: Callable[[Item], int],
    epochs: int,
    batch_size: int,
    seed: int,
) -> None:
    """Fit the encoder's layers and the heads in place by AdamW with a linear warm-up and decay.

    Batches hold items of similar `length`. Same items, seed and number of threads: same weights.
    """
    import torch

    torch.manual_seed(seed)
    rng = random.Random(seed)
    layers = [layer.requires_grad_() for layer in encoder.layers.values()]
    parameters = [*layers, *heads.values()]
    groups = [{"params": layers, "lr": _ENCODER_RATE}, {"params": list(heads.values()), "lr": _HEAD_RATE}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    n_steps = epochs * -(-len(items) // batch_size)
    warm_up = max(1, n_steps // 10)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / warm_up, max(0.0, 1 - step / n_steps))
    )
    encoder.model.train()
    for _ in range(epochs):
        for batch in _batches(items, length, batch_size, rng):
            loss = loss_of(batch, rng)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(parameters, 1.0)
            optimizer.step()
            schedule.step()
    encoder.model.eval()


def _batches(
    items: Sequence[Item], length: Callable[[Item], int], batch_size: int, rng: random.Random
) -> Iterator[list[Item]]:
    shuffled = list(items)
    rng.shuffle(shuffled)
    wide = batch_size * _GROUP_BATCHES
    batches = []
    for start in range(0, len(shuffled), wide):
        group = sorted(shuffled[start : start + wide], key=length)
        batches += [group[i : i + batch_size] for i in range(0, len(group), batch_size)]
    rng.shuffle(batches)
    yield from batches
