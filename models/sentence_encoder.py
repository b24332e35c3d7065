"""Sentences to vectors. The only import of sentence_transformers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt

from models.weights import WEIGHTS, weights_folder

_BATCH = 64
_FEW = 2


class SentenceEncoder:
    """A sentence-transformers model by name or folder, on the CPU. Weights are loaded at first use."""

    def __init__(self, model: str = "all-MiniLM-L6-v2") -> None:
        """Choose the model: one that comes installed, a folder, or a name that sentence-transformers can fetch."""
        # Two folders of one name are two models.
        folder = Path(model)
        self.name = f"{folder.name}-{crc32(str(folder.resolve()).encode()):08x}" if folder.is_dir() else model
        self._model_name = model
        self._loaded: Any = None

    @property
    def dim(self) -> int:
        """The length of a vector."""
        return int(self._model().get_embedding_dimension())

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return shape (len(texts), dim), rows of unit length, in the order given; no texts give shape (0, dim).

        Equal texts are encoded once; batches are of similar length.
        """
        if not texts:
            return np.empty((0, self.dim), dtype=np.float32)
        places = {text: place for place, text in enumerate(dict.fromkeys(texts))}
        if len(places) <= _FEW:
            vectors = self._few(list(places))
        else:
            vectors = self._model().encode(
                list(places), batch_size=_BATCH, normalize_embeddings=True, convert_to_numpy=True,
                show_progress_bar=False,
            )  # fmt: skip
        return np.asarray(vectors, dtype=np.float32)[[places[text] for text in texts]]

    def _few(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Encode one text after another without what the library does around a batch, half the time of a question."""
        import torch

        model = self._model()
        with torch.inference_mode():
            rows = torch.stack([model(model.preprocess([text]))["sentence_embedding"][0] for text in texts])
            normalized: npt.NDArray[np.float32] = torch.nn.functional.normalize(rows, dim=1).numpy()
        return normalized

    def _model(self) -> Any:
        if self._loaded is None:
            self._loaded = _load(self._model_name)
        return self._loaded


def _load(model: str) -> Any:
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    installed = model in WEIGHTS
    folder = str(weights_folder(model)) if installed else model
    return SentenceTransformer(folder, device="cpu", local_files_only=installed)
