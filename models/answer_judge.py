"""Tells a passage that answers a point from one that only mentions its words: a tuned encoder brings them near."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from models.matter_encoder import HEAD, MatterEncoder
from models.matter_scores import matter_scores
from models.protocols import Encoder
from models.remembering_encoder import RememberingEncoder
from models.touch_finder import TouchFinder
from models.tuned_encoder import read_facts

Vectors = npt.NDArray[np.float32]


class PairAnswerJudge:
    """Scores points against passages by the cosine of their tuned vectors; weights are loaded at first use."""

    def __init__(self, head: Path = HEAD, *, encoder: Encoder | None = None, finder: TouchFinder | None = None) -> None:
        """Choose the trained head, what encodes by it, and what tells touched from missing where nothing answers."""
        self._path = head
        self._encoder = encoder or MatterEncoder(head)
        self._finder = finder or TouchFinder()
        self._known: dict[str, Vectors] = {}

    @cached_property
    def name(self) -> str:
        """The heads' digests: a judgement changes with them."""
        return f"{self._encoder.name} {self._finder.name}"

    def reading(self, of: Callable[[Encoder], Encoder]) -> PairAnswerJudge:
        """Return this judge as it takes its vectors from what is made of its encoders; what it has read stays known."""
        encoder = of(RememberingEncoder(self._encoder, self._known))
        return PairAnswerJudge(self._path, encoder=encoder, finder=self._finder.reading(of))

    def answer_probability(self, points: Sequence[str], passages: Sequence[str]) -> Vectors:
        """Return shape (len(points), len(passages)): how probably each passage answers each point of one matter."""
        if not points or not passages:
            return np.zeros((len(points), len(passages)), dtype=np.float32)
        slope, offset = self._odds
        encoder = RememberingEncoder(self._encoder, self._known)
        odds = slope * matter_scores(encoder.encode(points), encoder.encode(passages)) + offset
        return np.asarray(1 / (1 + np.exp(-odds)), dtype=np.float32)

    def touch_probability(self, points: Sequence[str], passages: Sequence[str]) -> Vectors:
        """Return shape (len(passages),): how probably each speaks of the points' matter, given that none answers it."""
        return self._finder.touch_probability(points, passages)

    @cached_property
    def _odds(self) -> tuple[float, float]:
        facts = read_facts(self._path)
        return float(facts["slope"]), float(facts["offset"])
