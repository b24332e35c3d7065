"""Tells reps from customers by what they say: a linear head over the sentence vectors of their turns."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path

from models.linear_head import LinearHead, load_linear_head
from models.protocols import Encoder
from models.weights import file_name

HEAD = Path(__file__).parent / "heads" / "roles.safetensors"
_MIN_WORDS = 3
_DEPENDENCE = 0.5
"""Turns of one speaker are not independent evidence: the sum of log-odds is divided by n to this power."""


class TurnRoleJudge:
    """Adds up the evidence of every turn of a speaker."""

    def __init__(self, encoder: Encoder, head: Path | LinearHead = HEAD) -> None:
        """Take the encoder that the head was trained on, and the head or its file, which is read at first use."""
        self._encoder = encoder
        self._given = head

    def rep_probability(self, texts_by_speaker: Mapping[str, Sequence[str]]) -> dict[str, float]:
        """Return for each speaker the probability of being a rep; a speaker without words gives 0.5."""
        return {speaker: self._speaker(texts) for speaker, texts in texts_by_speaker.items()}

    @cached_property
    def name(self) -> str:
        """The head's digest and the encoder: a judgement changes with either."""
        head = "given" if isinstance(self._given, LinearHead) else file_name(self._given)
        return f"roles/{head}/{self._encoder.name}"

    @cached_property
    def _head(self) -> LinearHead:
        return self._given if isinstance(self._given, LinearHead) else load_linear_head(self._given)

    def _speaker(self, texts: Sequence[str]) -> float:
        telling = [text for text in texts if len(text.split()) >= _MIN_WORDS]
        if not telling:
            return 0.5
        rep = self._head.probabilities(self._encoder.encode(telling))[:, 1].clip(1e-4, 1 - 1e-4)
        odds = sum(math.log(p / (1 - p)) for p in rep.tolist()) / len(telling) ** _DEPENDENCE
        return 1 / (1 + math.exp(-odds))
