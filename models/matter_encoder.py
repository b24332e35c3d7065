"""Texts to vectors that are near where they speak to one matter: customers' points, and what answers them.

The encoder is tuned by contrast on labelled cases (`models/training/answers.py`): an image or a story comes near to the
plain words for the same thing, which an encoder of general meaning keeps apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from models.processor import use_threads
from models.weights import file_name

if TYPE_CHECKING:
    from torch import Tensor

    from models.tuned_encoder import TunedEncoder

HEAD = Path(__file__).parent / "heads" / "answers.safetensors"
WEIGHTS_NAME: Final = "all-mpnet-base-v2"
_DIM: Final = 768
_MAX_TOKENS: Final = 200
_TEXTS_AT_ONCE: Final = 32

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


class MatterEncoder:
    """The trained encoder; weights are loaded at first use. A text's vector hardly depends on what it comes with."""

    dim = _DIM

    def __init__(self, head: Path = HEAD, *, n_threads: int | None = None) -> None:
        """Choose the trained head, and how many threads encode."""
        self._path = head
        self._n_threads = n_threads

    @cached_property
    def name(self) -> str:
        """The head's digest: vectors change with it."""
        return f"{self._path.stem}/{file_name(self._path)}"

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return shape (len(texts), 768), rows of unit length; a text is read to its 200th token."""
        return encode_texts(self._encoder, texts) if texts else np.empty((0, _DIM), np.float32)

    @cached_property
    def _encoder(self) -> TunedEncoder:
        from models.tuned_encoder import load_tuned

        if self._n_threads:
            use_threads(self._n_threads)
        return load_tuned(self._path)[0]
