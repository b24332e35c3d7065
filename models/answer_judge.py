"""Tells a passage that answers a point from one that only mentions its words: both are read together by one encoder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from torch import Tensor

    from models.tuned_encoder import TunedEncoder

HEAD = Path(__file__).parent / "heads" / "answers.safetensors"
_HIDDEN = 128
_POINT_TOKENS = 64
_PASSAGE_TOKENS = 190
_PAIRS_AT_ONCE = 32

Pair = tuple[str, str]
"""(point, passage)"""


class AnswerNetwork:
    """A tuned encoder over point and passage side by side, with one small head."""

    def __init__(self, encoder: TunedEncoder, heads: dict[str, Tensor]) -> None:
        """Take the parts; `fresh_answer_network` makes them."""
        self.encoder = encoder
        self.heads = heads

    def logits(self, pairs: Sequence[Pair], *, dropout: float = 0.0) -> Tensor:
        """Return the log-odds that each passage answers its point, shape (n,)."""
        import torch
        from torch.nn import functional

        tokens, mask, in_point, in_passage = self._batch(pairs)
        states = self.encoder.states(tokens, mask)
        point, passage = _mean(states, in_point), _mean(states, in_passage)
        together = torch.cat([point, passage, point * passage, (point - passage).abs()], dim=1)
        together = functional.dropout(together, dropout, training=dropout > 0)
        hidden = functional.gelu(functional.linear(together, self.heads["hidden.weight"], self.heads["hidden.bias"]))
        hidden = functional.dropout(hidden, dropout, training=dropout > 0)
        return functional.linear(hidden, self.heads["answers.weight"], self.heads["answers.bias"])[:, 0]

    def _batch(self, pairs: Sequence[Pair]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Return tokens, mask, and which tokens are the point's and the passage's, shape (n, length) each."""
        import torch

        tokenizer = self.encoder.tokenizer
        points = tokenizer([point for point, _ in pairs], add_special_tokens=False)["input_ids"]
        passages = tokenizer([passage for _, passage in pairs], add_special_tokens=False)["input_ids"]
        cls, sep = tokenizer.cls_token_id, tokenizer.sep_token_id
        rows, kinds = [], []
        for whole_point, whole_passage in zip(points, passages, strict=True):
            point, passage = whole_point[:_POINT_TOKENS], whole_passage[:_PASSAGE_TOKENS]
            rows.append([cls, *point, sep, *passage, sep])
            kinds.append([0, *[1] * len(point), 0, *[2] * len(passage), 0])
        length = max(len(row) for row in rows)
        tokens = torch.tensor([row + [tokenizer.pad_token_id] * (length - len(row)) for row in rows])
        kind = torch.tensor([row + [-1] * (length - len(row)) for row in kinds])
        return tokens, (kind >= 0).long(), (kind == 1).float(), (kind == 2).float()


def _mean(states: Tensor, inside: Tensor) -> Tensor:
    return (states * inside[..., None]).sum(1) / inside.sum(1, keepdim=True).clamp(min=1)


def fresh_answer_network(*, seed: int) -> AnswerNetwork:
    """Return the encoder as installed with a head that knows nothing yet."""
    from models.tuned_encoder import TunedEncoder, fresh_heads

    encoder = TunedEncoder()
    shapes = {"hidden": (_HIDDEN, 4 * encoder.width), "answers": (1, _HIDDEN)}
    return AnswerNetwork(encoder, fresh_heads(shapes, seed=seed))


class PairAnswerJudge:
    """Scores points against passages with the trained network; weights are loaded at first use."""

    name = "answers-1"

    def __init__(self, head: Path = HEAD) -> None:
        """Choose the trained head."""
        self._path = head
        self._network: AnswerNetwork | None = None

    def answer_probability(self, points: Sequence[str], passages: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return shape (len(points), len(passages)): how probably each passage answers each point."""
        pairs = [(point, passage) for point in points for passage in passages]
        if not pairs:
            return np.zeros((len(points), len(passages)), dtype=np.float32)
        if self._network is None:
            from models.tuned_encoder import load_tuned

            encoder, heads, _ = load_tuned(self._path)
            self._network = AnswerNetwork(encoder, heads)
        return pair_probabilities(self._network, pairs).reshape(len(points), len(passages))


def pair_probabilities(network: AnswerNetwork, pairs: Sequence[Pair]) -> npt.NDArray[np.float32]:
    """Return the probability that each passage answers its point, shape (n,), in the order given."""
    import torch

    by_length = sorted(range(len(pairs)), key=lambda place: len(pairs[place][0]) + len(pairs[place][1]))
    probabilities = np.empty(len(pairs), dtype=np.float32)
    with torch.inference_mode():
        for places in _groups(by_length):
            probabilities[places] = network.logits([pairs[place] for place in places]).sigmoid().numpy()
    return probabilities


def _groups(places: Sequence[int]) -> Iterator[list[int]]:
    for start in range(0, len(places), _PAIRS_AT_ONCE):
        yield list(places[start : start + _PAIRS_AT_ONCE])
