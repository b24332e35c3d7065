"""Tells a passage that answers a point from one that only mentions its words: a tuned encoder brings them near."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from torch import Tensor

    from models.shifted_encoder import ShiftedEncoder

HEAD = Path(__file__).parent / "heads" / "answers.safetensors"
_MAX_TOKENS = 200
_TEXTS_AT_ONCE = 32

Vectors = npt.NDArray[np.float32]


def unit_vectors(encoder: ShiftedEncoder, texts: Sequence[str]) -> Tensor:
    """Return the mean of each text's token states, unit length, shape (len(texts), width)."""
    from torch.nn import functional

    tokens = encoder.tokenizer(list(texts), padding=True, truncation=True, max_length=_MAX_TOKENS, return_tensors="pt")
    mask = tokens["attention_mask"]
    states = encoder.states(tokens["input_ids"], mask) * mask[..., None]
    return functional.normalize(states.sum(1) / mask.sum(1, keepdim=True), dim=1)


def encode_texts(encoder: ShiftedEncoder, texts: Sequence[str]) -> Vectors:
    """Return the vectors of texts in the order given, shape (len(texts), width)."""
    import torch

    vectors = np.empty((len(texts), encoder.width), dtype=np.float32)
    by_length = sorted(range(len(texts)), key=lambda place: len(texts[place]))
    with torch.inference_mode():
        for start in range(0, len(texts), _TEXTS_AT_ONCE):
            places = by_length[start : start + _TEXTS_AT_ONCE]
            vectors[places] = unit_vectors(encoder, [texts[place] for place in places]).numpy()
    return vectors


class _Loaded(NamedTuple):
    encoder: ShiftedEncoder
    slope: float
    offset: float


class PairAnswerJudge:
    """Scores points against passages by the cosine of their tuned vectors; weights are loaded at first use."""

    name = "answers-1"

    def __init__(self, head: Path = HEAD) -> None:
        """Choose the trained head."""
        self._path = head
        self._known: dict[str, Vectors] = {}

    def answer_probability(self, points: Sequence[str], passages: Sequence[str]) -> Vectors:
        """Return shape (len(points), len(passages)): how probably each passage answers each point."""
        if not points or not passages:
            return np.zeros((len(points), len(passages)), dtype=np.float32)
        cosines = self._vectors(points) @ self._vectors(passages).T
        odds = self._loaded.slope * cosines + self._loaded.offset
        return np.asarray(1 / (1 + np.exp(-odds)), dtype=np.float32)

    def _vectors(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of texts; each text is encoded once."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known.update(zip(new, encode_texts(self._loaded.encoder, new), strict=True))
        return np.stack([self._known[text] for text in texts])

    @cached_property
    def _loaded(self) -> _Loaded:
        from models.shifted_encoder import load_shifted

        encoder, facts = load_shifted(self._path)
        return _Loaded(encoder, float(facts["slope"]), float(facts["offset"]))
