"""Sentences to vectors. The only import of sentence_transformers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt

from models.processor import on_a_core_each, one_core_each, use_threads
from models.weights import WEIGHTS, weights_folder

_BATCH = 8
_FEW = 2
_KEPT = 4096
"""Vectors remembered, 6 MB: a call's turns are read for their roles and again for search."""


class SentenceEncoder:
    """A sentence-transformers model by name or folder, on the CPU. Weights are loaded at first use."""

    def __init__(self, model: str = "all-MiniLM-L6-v2", *, n_threads: int = 0) -> None:
        """Choose the model: one that comes installed, a folder, or a name that sentence-transformers can fetch.

        `n_threads` is what torch is given when the model is loaded; 0 leaves it as it is.
        """
        # Two folders of one name are two models.
        folder = Path(model)
        self.name = f"{folder.name}-{crc32(str(folder.resolve()).encode()):08x}" if folder.is_dir() else model
        self._model_name = model
        self._n_threads = n_threads
        self._dim: int | None = None
        self._loaded: Any = None
        self._kept: dict[str, npt.NDArray[np.float32]] = {}

    @property
    def dim(self) -> int:
        """The length of a vector; what comes installed tells it without being loaded."""
        if self._dim is None:
            self._dim = _installed_dim(self._model_name) or int(self._model().get_embedding_dimension())
        return self._dim

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return shape (len(texts), dim), rows of unit length, in the order given; no texts give shape (0, dim).

        Equal texts are encoded once, and not again while they are among the latest; batches are of similar length.
        """
        if not texts:
            return np.empty((0, self.dim), dtype=np.float32)
        kept = self._kept
        vectors = {text: vector for text in dict.fromkeys(texts) if (vector := kept.get(text)) is not None}
        if new := [text for text in dict.fromkeys(texts) if text not in vectors]:
            vectors |= zip(new, self._encoded(new), strict=True)
            held = {**kept, **vectors}
            self._kept = dict(islice(held.items(), max(0, len(held) - _KEPT), None))
        return np.stack([vectors[text] for text in texts])

    def _encoded(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Encode in small batches of like length on a core each: long batches would mostly be filling."""
        if len(texts) <= _FEW:
            return self._few(texts)
        model = self._model()
        by_length = sorted(range(len(texts)), key=lambda place: -len(texts[place]))
        batches = [by_length[start : start + _BATCH] for start in range(0, len(texts), _BATCH)]

        def encode(batch: Sequence[int]) -> npt.NDArray[np.float32]:
            vectors: npt.NDArray[np.float32] = model.encode(
                [texts[place] for place in batch],
                batch_size=_BATCH,
                normalize_embeddings=True,
                convert_to_numpy=True,
                show_progress_bar=False,
            )
            return vectors

        encoded = np.concatenate(on_a_core_each(encode, batches)).astype(np.float32)
        return encoded[np.argsort(by_length)]

    def _few(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Encode one text after another without what the library does around a batch, half the time of a question.

        On one core: threads of torch and of FAISS that wait for work on the same cores cost ten times what they spare.
        """
        import torch

        model = self._model()
        with one_core_each(), torch.inference_mode():
            rows = torch.stack([model(model.preprocess([text]))["sentence_embedding"][0] for text in texts])
            normalized: npt.NDArray[np.float32] = torch.nn.functional.normalize(rows, dim=1).numpy()
        return normalized

    def _model(self) -> Any:
        if self._loaded is None:
            use_threads(self._n_threads)
            self._loaded = _load(self._model_name)
        return self._loaded


def _installed_dim(model: str) -> int | None:
    if model not in WEIGHTS:
        return None
    dim: int = json.loads((weights_folder(model) / "config.json").read_text("utf-8"))["hidden_size"]
    return dim


def _load(model: str) -> Any:
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    installed = model in WEIGHTS
    folder = str(weights_folder(model)) if installed else model
    loaded = SentenceTransformer(folder, device="cpu", local_files_only=installed)
    # The first call sets the tokenizer up, which threads may share once nobody changes it.
    loaded.encode([""], show_progress_bar=False)
    return loaded
