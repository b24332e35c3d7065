"""Tells a passage that answers a point from one that only mentions its words: a tuned encoder brings them near."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from models.matter_encoder import HEAD, MatterEncoder
from models.passage_reader import PassageReader
from models.protocols import Encoder
from models.tuned_encoder import read_facts

_ALIKE = 0.3
"""The cosine of two points of one matter, by which the length of n points' mean is told."""
_USUAL_POINTS = 8
_LEAST_LIKE = 0.05
"""The likeness of a point that is like no other, so that it counts a little."""

Vectors = npt.NDArray[np.float32]


def matter_scores(points: Vectors, passages: Vectors) -> Vectors:
    """Return how near passages are to points of one matter, shape (points, passages).

    What counts is the cosine to the points' centre, which tells the matter better than any single point; a point's own
    cosine moves its row around that, so that the rows' mean is the centre's. Points that are unlike the others may be
    of another matter, and count less. The centre of few points is farther from their matter, as the mean of few draws
    is from their expectation: scores are as those of eight points would be.
    """
    weights = _weights(points)
    centre = weights @ points
    centred = passages @ (centre / max(float(np.linalg.norm(centre)), 1e-12))
    n_points = 1 / float((weights**2).sum())
    length, usual = (np.sqrt(_ALIKE + (1 - _ALIKE) / n) for n in (n_points, _USUAL_POINTS))
    cosines = points @ passages.T
    return np.asarray(centred * (length / usual) + cosines - cosines.mean(axis=0), dtype=np.float32)


def _weights(points: Vectors) -> Vectors:
    """Return what each point counts, shape (points,), in all 1: as much as it is like the others on average."""
    if len(points) == 1:
        return np.ones(1, np.float32)
    cosines = points @ points.T
    np.fill_diagonal(cosines, 0)
    likeness = np.maximum(cosines.sum(axis=1) / (len(points) - 1), _LEAST_LIKE)
    return np.asarray(likeness / likeness.sum(), dtype=np.float32)


class PairAnswerJudge:
    """Scores points against passages by the cosine of their tuned vectors; weights are loaded at first use."""

    def __init__(
        self, head: Path = HEAD, *, encoder: Encoder | None = None, reader: PassageReader | None = None
    ) -> None:
        """Choose the trained head, what encodes by it, and what reads the passages that do not answer."""
        self._path = head
        self._encoder = encoder or MatterEncoder(head)
        self._reader = reader or PassageReader()
        self._known: dict[str, Vectors] = {}

    @cached_property
    def name(self) -> str:
        """The heads' digests: a judgement changes with them."""
        return f"{self._encoder.name} {self._reader.name}"

    def reading(self, of: Callable[[Encoder], Encoder]) -> PairAnswerJudge:
        """Return this judge as it takes its vectors from what is made of its encoder; what it has read stays known."""
        return PairAnswerJudge(self._path, encoder=of(_Remembering(self._encoder, self._known)), reader=self._reader)

    def answer_probability(self, points: Sequence[str], passages: Sequence[str]) -> Vectors:
        """Return shape (len(points), len(passages)): how probably each passage answers each point of one matter."""
        if not points or not passages:
            return np.zeros((len(points), len(passages)), dtype=np.float32)
        slope, offset = self._odds
        odds = slope * matter_scores(self._encode(points), self._encode(passages)) + offset
        return np.asarray(1 / (1 + np.exp(-odds)), dtype=np.float32)

    def touch_probability(self, points: Sequence[str], passages: Sequence[str]) -> Vectors:
        """Return shape (len(passages),): how probably each speaks of the points' matter, given that none answers it."""
        return self._reader.touch_probability(points, passages)

    def _encode(self, texts: Sequence[str]) -> Vectors:
        return _Remembering(self._encoder, self._known).encode(texts)

    @cached_property
    def _odds(self) -> tuple[float, float]:
        facts = read_facts(self._path)
        return float(facts["slope"]), float(facts["offset"])


class _Remembering:
    """An encoder that encodes a text once."""

    def __init__(self, encoder: Encoder, known: dict[str, Vectors]) -> None:
        self.name, self.dim = encoder.name, encoder.dim
        self._encoder = encoder
        self._known = known

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of texts in the order given."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self._known.update(zip(new, self._encoder.encode(new), strict=True))
        return np.array([self._known[text] for text in texts], np.float32).reshape(len(texts), self.dim)
