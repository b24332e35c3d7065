"""The training loop that every tuned network shares."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from torch import Tensor

Item = TypeVar("Item")
_ENCODER_RATE = 5e-4
_HEAD_RATE = 1e-3
_GROUP_BATCHES = 20


@dataclass(frozen=True, slots=True)
class Pace:
    """How often the items are gone through, how many at once, and how fast weights move beside the usual rate."""

    epochs: int
    batch_size: int
    seed: int
    rate: float = 1.0


def tune(
    tuned: Sequence[Tensor],
    heads: dict[str, Tensor],
    items: Sequence[Item],
    loss_of: Callable[[Sequence[Item], random.Random], Tensor],
    *,
    length: Callable[[Item], int],
    pace: Pace,
) -> None:
    """Fit the tuned weights of an encoder and the heads in place by AdamW with a linear warm-up and decay.

    Batches hold items of similar `length`. Same items, seed and number of threads: same weights. A bar on standard
    error tells how far it is.
    """
    import torch
    from rich.console import Console
    from rich.progress import track

    torch.manual_seed(pace.seed)
    rng = random.Random(pace.seed)
    parameters = [*tuned, *heads.values()]
    groups = [
        {"params": list(tuned), "lr": pace.rate * _ENCODER_RATE},
        {"params": list(heads.values()), "lr": pace.rate * _HEAD_RATE},
    ]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    n_steps = pace.epochs * -(-len(items) // pace.batch_size)
    warm_up = max(1, n_steps // 10)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / warm_up, max(0.0, 1 - step / n_steps))
    )
    errors = Console(stderr=True)
    for epoch in range(pace.epochs):
        batches = list(_batches(items, length, pace.batch_size, rng))
        what = f"epoch {epoch + 1} of {pace.epochs}"
        for batch in track(batches, what, console=errors, disable=not errors.is_terminal):
            loss = loss_of(batch, rng)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(parameters, 1.0)
            optimizer.step()
            schedule.step()


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
