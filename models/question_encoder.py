"""A few short texts to vectors, several times as fast as `SentenceEncoder`: what is asked of a search.

Most of the time that a short text takes goes into fetching 43 MB of weights from memory, and from one small operation
to the next. CTranslate2 runs the same network without torch, with weights of sixteen bits on processors that have the
instructions for it, and as they are on others.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from models.weights import WEIGHTS, WeightsError, cache_folder, weights_folder

MODEL: Final = "all-MiniLM-L6-v2"
_DIM: Final = 384
_MAX_TOKENS: Final = 256
_SMALL: Final = "int16"
_AS_IT_IS: Final = "float32"
"""Eight bits would take half the time again, but turn one vector in a hundred by more than a cosine of 0.995."""


class QuestionEncoder:
    """The vectors of all-MiniLM-L6-v2, nearly: a cosine of 0.998 to those of `SentenceEncoder`. Loaded at first use."""

    name = MODEL
    dim = _DIM

    def __init__(self) -> None:
        self._loading = Lock()
        self._loaded: tuple[Any, Any] | None = None

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return shape (len(texts), 384), rows of unit length; a text is read to its 256th token."""
        tokenizer, network = self._parts()
        rows = np.empty((len(texts), _DIM), np.float32)
        for place, text in enumerate(texts):
            # One by one: texts of unlike length in one batch would be filled, and their mean with them.
            states = np.asarray(network.forward_batch([tokenizer.encode(text).ids]).last_hidden_state)
            mean = states[0].mean(axis=0)
            rows[place] = mean / np.linalg.norm(mean)
        return rows

    def _parts(self) -> tuple[Any, Any]:
        if self._loaded is None:
            with self._loading:
                self._loaded = self._loaded or (_tokenizer(), _network())
        return self._loaded


def _tokenizer() -> Any:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(weights_folder(MODEL) / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(_MAX_TOKENS)
    return tokenizer


def _network() -> Any:
    import ctranslate2

    kind = _SMALL if _SMALL in ctranslate2.get_supported_compute_types("cpu") else _AS_IT_IS
    folder = _converted(kind)
    return ctranslate2.Encoder(str(folder), device="cpu", compute_type=kind, inter_threads=1, intra_threads=1)


def _converted(kind: str) -> Path:
    """Return the folder of the weights in CTranslate2's format, made of the pinned ones where the cache has none."""
    from ctranslate2 import __version__

    pinned = WEIGHTS[MODEL].files["model.safetensors"].sha256
    made_of = sha256(f"{pinned} {__version__}".encode()).hexdigest()[:16]
    folder = cache_folder() / "weights" / f"{MODEL}-{kind}-{made_of}"
    if folder.is_dir():
        return folder
    from ctranslate2.converters import TransformersConverter

    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=folder.parent) as scratch:
            made = Path(scratch) / "made"
            converter = TransformersConverter(str(weights_folder(MODEL)))
            converter.convert(str(made), quantization=None if kind == _AS_IT_IS else kind)
            # Another process may have put its own there meanwhile, with the same bytes.
            if not folder.is_dir():
                made.replace(folder)
    except OSError as error:
        raise WeightsError(
            f"Cannot write {folder}: {error}. Set BUYERSPEAK_CACHE to a folder that can be written."
        ) from error
    return folder
