"""An encoder that encodes a text once, however often it is asked."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from models.protocols import Encoder

Vectors = npt.NDArray[np.float32]


class RememberingEncoder:
    """Gives another encoder's vectors; those made once are kept in `known`, which others may share."""

    def __init__(self, encoder: Encoder, known: dict[str, Vectors]) -> None:
        """Take the encoder and the vectors that are known by text; new ones are put there."""
        self.name, self.dim = encoder.name, encoder.dim
        self._encoder = encoder
        self._known = known

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of texts in the order given, shape (len(texts), dim)."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self._known.update(zip(new, self._encoder.encode(new), strict=True))
        return np.array([self._known[text] for text in texts], np.float32).reshape(len(texts), self.dim)
