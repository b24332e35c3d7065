"""Reads points of one matter and a passage as one text: does it leave the matter aside, name it, or answer it?

A word of the passage is seen beside each word of the points, as in a cross-encoder (Nogueira and Cho 2019). That takes
as long as a whole passage for each pair, so few are read: which, is found by vectors (`models/touch_finder.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from models.weights import file_name

if TYPE_CHECKING:
    from torch import Tensor

    from models.tuned_encoder import TunedEncoder

HEAD = Path(__file__).parent / "heads" / "touches.safetensors"
ENCODER: Final = "all-mpnet-base-v2"
Reading = Literal["aside", "touches", "answers"]
READINGS: Final[tuple[Reading, ...]] = ("aside", "touches", "answers")
LAYER: Final = "reading"
"""The head: what a pair is, from the mean of its token states beside the first of them."""
POINTS_AT_ONCE: Final = 4
_MOST_POINTS: Final = 8
_MAX_TOKENS: Final = 256
_PAIRS_AT_ONCE: Final = 16

Vectors = npt.NDArray[np.float32]
Pair = tuple[str, str]


def joined(points: Sequence[str]) -> str:
    """Return points as the one text that is read beside a passage."""
    return " | ".join(points)


def read_pairs(encoder: TunedEncoder, heads: Mapping[str, Tensor], pairs: Sequence[Pair]) -> Tensor:
    """Return the log-odds of each pair's readings, shape (len(pairs), 3)."""
    import torch

    tokens = encoder.tokenizer(
        [points for points, _ in pairs],
        [passage for _, passage in pairs],
        padding=True,
        truncation="longest_first",
        max_length=_MAX_TOKENS,
        return_tensors="pt",
    )
    mask = tokens["attention_mask"]
    states = encoder.states(tokens["input_ids"], mask)
    mean = (states * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
    return torch.cat([mean, states[:, 0]], 1) @ heads[f"{LAYER}.weight"].T + heads[f"{LAYER}.bias"]


def touching(log_odds: Vectors) -> Vectors:
    """Return the probability of "touches" in readings, shape (n, 3), as log-odds, shape (n,)."""
    aside, touches, answers = log_odds.T
    return np.asarray(touches - np.logaddexp(aside, answers), dtype=np.float32)


def pairs_of(points: Sequence[str], passages: Sequence[str]) -> list[list[Pair]]:
    """Return for each passage the pairs that are read: the first points by fours, as many as there are up to eight."""
    chosen = points[:_MOST_POINTS]
    texts = [joined(chosen[start : start + POINTS_AT_ONCE]) for start in range(0, len(chosen), POINTS_AT_ONCE)]
    return [[(text, passage) for text in texts] for passage in passages]


class _Loaded(NamedTuple):
    encoder: TunedEncoder
    heads: Mapping[str, Tensor]


class PassageReader:
    """Tells a passage that names a matter and leaves it open; weights are loaded at first use, each pair read once."""

    def __init__(self, head: Path = HEAD) -> None:
        """Choose the trained head."""
        self._path = head
        self._read: dict[Pair, Vectors] = {}

    @property
    def name(self) -> str:
        """The head's digest: a reading changes with it."""
        return f"touches/{file_name(self._path)}"

    def touch_log_odds(self, points: Sequence[str], passages: Sequence[str]) -> Vectors:
        """Return shape (len(passages),): the log-odds that each names the matter and leaves it open, as it is read."""
        if not points or not passages:
            return np.zeros(len(passages), dtype=np.float32)
        pairs = pairs_of(points, passages)
        self._read_new([pair for own in pairs for pair in own])
        return touching(np.stack([np.mean([self._read[pair] for pair in own], axis=0) for own in pairs]))

    def _read_new(self, pairs: Sequence[Pair]) -> None:
        new = [pair for pair in dict.fromkeys(pairs) if pair not in self._read]
        self._read.update(zip(new, log_odds_of(self._loaded.encoder, self._loaded.heads, new), strict=True))

    @cached_property
    def _loaded(self) -> _Loaded:
        from models.tuned_encoder import load_tuned

        encoder, heads, _ = load_tuned(self._path)
        return _Loaded(encoder, heads)


def log_odds_of(encoder: TunedEncoder, heads: Mapping[str, Tensor], pairs: Sequence[Pair]) -> Vectors:
    """Return the log-odds of pairs' readings in the order given, shape (len(pairs), 3)."""
    import torch

    found = np.empty((len(pairs), len(READINGS)), dtype=np.float32)
    by_length = sorted(range(len(pairs)), key=lambda place: len(pairs[place][0]) + len(pairs[place][1]))
    with torch.inference_mode():
        for start in range(0, len(pairs), _PAIRS_AT_ONCE):
            places = by_length[start : start + _PAIRS_AT_ONCE]
            found[places] = read_pairs(encoder, heads, [pairs[place] for place in places]).numpy()
    return found
