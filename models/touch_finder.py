"""Finds what speaks of a matter and leaves it open: passages nearest to the points by subject, each read beside them.

Retrieve by vectors, then read the few together (Nogueira and Cho 2019). An encoder of general meaning has what touches
a matter among its three nearest for six in ten touched themes of unseen sellers; one that is tuned for it, for nineteen
in twenty.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from models.matter_encoder import MatterEncoder
from models.matter_scores import matter_scores
from models.passage_reader import HEAD, PassageReader
from models.protocols import Encoder
from models.remembering_encoder import RememberingEncoder
from models.tuned_encoder import read_facts

SUBJECTS: Final = Path(__file__).parent / "heads" / "subjects.safetensors"
NEAREST: Final = 3
"""Passages nearest by subject that are read: what merely names a matter is among them, or nowhere."""

Vectors = npt.NDArray[np.float32]


class Scale(NamedTuple):
    """What turns a reading and the nearness by subject into log-odds: slope * (reading + nearness * near) + offset."""

    slope: float
    offset: float
    nearness: float


class TouchFinder:
    """Tells which passages name a matter, given that none answers it; weights are loaded at first use."""

    def __init__(
        self, head: Path = HEAD, *, encoder: Encoder | None = None, reader: PassageReader | None = None
    ) -> None:
        """Choose the reader's head, what encodes by subject, and the reader."""
        self._path = head
        self._encoder = encoder or MatterEncoder(SUBJECTS)
        self._reader = reader or PassageReader(head)
        self._known: dict[str, Vectors] = {}

    @cached_property
    def name(self) -> str:
        """The heads' digests: what is found changes with them."""
        return f"{self._encoder.name} {self._reader.name}"

    def reading(self, of: Callable[[Encoder], Encoder]) -> TouchFinder:
        """Return this finder as it takes its vectors from what is made of its encoder; what it has read stays known."""
        return TouchFinder(self._path, encoder=of(RememberingEncoder(self._encoder, self._known)), reader=self._reader)

    def touch_probability(self, points: Sequence[str], passages: Sequence[str]) -> Vectors:
        """Return shape (len(passages),): how probably each speaks of the matter; 0 where it is too far away."""
        found = np.zeros(len(passages), dtype=np.float32)
        if not points or not passages:
            return found
        encoder = RememberingEncoder(self._encoder, self._known)
        near = matter_scores(encoder.encode(points), encoder.encode(passages)).mean(axis=0)
        places = np.argsort(-near, kind="stable")[:NEAREST]
        read = self._reader.touch_log_odds(points, [passages[place] for place in places])
        scale = self._scale
        found[places] = 1 / (1 + np.exp(-(scale.slope * (read + scale.nearness * near[places]) + scale.offset)))
        return found

    @cached_property
    def _scale(self) -> Scale:
        facts = read_facts(self._path)
        return Scale(float(facts["slope"]), float(facts["offset"]), float(facts["nearness"]))
