"""Tells a passage that answers a point from one that only mentions its words: a tuned encoder brings them near."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from models.passage_reader import PassageReader
from models.weights import file_name

if TYPE_CHECKING:
    from torch import Tensor

    from models.tuned_encoder import TunedEncoder

HEAD = Path(__file__).parent / "heads" / "answers.safetensors"
ENCODER = "all-mpnet-base-v2"
_MAX_TOKENS = 200
_TEXTS_AT_ONCE = 32
_ALIKE = 0.3
"""The cosine of two points of one matter, by which the length of n points' mean is told."""
_USUAL_POINTS = 8

Vectors = npt.NDArray[np.float32]


def unit_vectors(encoder: TunedEncoder, texts: Sequence[str]) -> Tensor:
    """Return the mean of each text's token states, unit length, shape (len(texts), width)."""
    from torch.nn import functional

    tokens = encoder.tokenizer(list(texts), padding=True, truncation=True, max_length=_MAX_TOKENS, return_tensors="pt")
    mask = tokens["attention_mask"]
    states = encoder.states(tokens["input_ids"], mask) * mask[..., None]
    return functional.normalize(states.sum(1) / mask.sum(1, keepdim=True), dim=1)


def encode_texts(encoder: TunedEncoder, texts: Sequence[str]) -> Vectors:
    """Return the vectors of texts in the order given, shape (len(texts), width)."""
    import torch

    vectors = np.empty((len(texts), encoder.width), dtype=np.float32)
    by_length = sorted(range(len(texts)), key=lambda place: len(texts[place]))
    with torch.inference_mode():
        for start in range(0, len(texts), _TEXTS_AT_ONCE):
            places = by_length[start : start + _TEXTS_AT_ONCE]
            vectors[places] = unit_vectors(encoder, [texts[place] for place in places]).numpy()
    return vectors


def matter_scores(points: Vectors, passages: Vectors) -> Vectors:
    """Return how near passages are to points of one matter, shape (points, passages).

    What counts is the cosine to the points' centre, which tells the matter better than any single point; a point's own
    cosine moves its row around that, so that the rows' mean is the centre's. The centre of few points is farther from
    their matter, as the mean of few draws is from their expectation: scores are as those of eight points would be.
    """
    cosines = points @ passages.T
    centre = points.mean(axis=0)
    centred = passages @ (centre / max(float(np.linalg.norm(centre)), 1e-12))
    length, usual = (np.sqrt(_ALIKE + (1 - _ALIKE) / n) for n in (len(points), _USUAL_POINTS))
    return np.asarray(centred * (length / usual) + cosines - cosines.mean(axis=0), dtype=np.float32)


class _Loaded(NamedTuple):
    encoder: TunedEncoder
    slope: float
    offset: float


class PairAnswerJudge:
    """Scores points against passages by the cosine of their tuned vectors; weights are loaded at first use."""

    def __init__(self, head: Path = HEAD, reader: PassageReader | None = None) -> None:
        """Choose the trained head, and what reads the passages that do not answer."""
        self._path = head
        self._reader = reader or PassageReader()
        self._known: dict[str, Vectors] = {}

    @cached_property
    def name(self) -> str:
        """The heads' digests: a judgement changes with them."""
        return f"answers/{file_name(self._path)} {self._reader.name}"

    def answer_probability(self, points: Sequence[str], passages: Sequence[str]) -> Vectors:
        """Return shape (len(points), len(passages)): how probably each passage answers each point of one matter."""
        if not points or not passages:
            return np.zeros((len(points), len(passages)), dtype=np.float32)
        odds = self._loaded.slope * matter_scores(self._vectors(points), self._vectors(passages)) + self._loaded.offset
        return np.asarray(1 / (1 + np.exp(-odds)), dtype=np.float32)

    def touch_probability(self, points: Sequence[str], passages: Sequence[str]) -> Vectors:
        """Return shape (len(passages),): how probably each speaks of the points' matter, given that none answers it."""
        return self._reader.touch_probability(points, passages)

    def _vectors(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of texts; each text is encoded once."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known.update(zip(new, encode_texts(self._loaded.encoder, new), strict=True))
        return np.stack([self._known[text] for text in texts])

    @cached_property
    def _loaded(self) -> _Loaded:
        from models.tuned_encoder import load_tuned

        encoder, _, facts = load_tuned(self._path)
        return _Loaded(encoder, float(facts["slope"]), float(facts["offset"]))
