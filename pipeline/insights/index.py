"""The vector index: a cache of the store's vectors that knows what it was built from. The only import of faiss.

The metric is the inner product, which equals the cosine since every vector has unit length. Ids are phrase ids.
`IDMap2,Flat` is exact, and adds, removes and filters in place.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Ids = npt.NDArray[np.int64]
Vectors = npt.NDArray[np.float32]
ReadVectors = Callable[[Ids], Iterable[tuple[Ids, Vectors]]]
"""Reads the vectors of phrase ids, in batches of (ids, vectors)."""

_MAX_BYTES = 16 * 2**30
"""No index file is larger than this; a header that claims more is damaged."""


@dataclass(frozen=True, slots=True)
class IndexStamp:
    """What an index was built from. `change_number` is the store's at that moment."""

    encoder: str
    dim: int
    count: int
    change_number: int
    file_sha256: str


class VectorIndex:
    """Nearest phrases by meaning."""

    def __init__(self, *, encoder: str, dim: int) -> None:
        """Make an empty index for the vectors of one encoder."""
        import faiss

        self.encoder = encoder
        self.dim = dim
        self.change_number = -1
        self._index: Any = faiss.index_factory(dim, "IDMap2,Flat", faiss.METRIC_INNER_PRODUCT)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def ids(self) -> Ids:
        """Return the ids that are held, ascending."""
        import faiss

        return np.sort(faiss.vector_to_array(self._index.id_map)).astype(np.int64)

    def add(self, ids: Ids, vectors: Vectors) -> None:
        """Add vectors of shape (len(ids), dim), unit length, under ids that are not held yet."""
        if vectors.shape != (len(ids), self.dim):
            raise ValueError(f"vectors have shape {vectors.shape}, the index expects ({len(ids)}, {self.dim})")
        if not np.isfinite(vectors).all():
            raise ValueError("a vector holds a value that is not a number")
        if len(ids):
            self._index.add_with_ids(np.ascontiguousarray(vectors, dtype=np.float32), ids.astype(np.int64))

    def remove(self, ids: Ids) -> int:
        """Remove ids, unknown ones included, and return how many were held."""
        return int(self._index.remove_ids(ids.astype(np.int64))) if len(ids) else 0

    def nearest(self, query: Vectors, n: int, *, allowed: Ids | None = None) -> tuple[Ids, Vectors]:
        """Return the ids and cosines of the `n` phrases nearest to `query`, shape (dim,), best first.

        `allowed` (ascending) restricts the answer to those ids; fewer than `n` are returned when fewer are held.
        """
        import faiss

        n = min(n, len(self))
        if n == 0 or (allowed is not None and len(allowed) == 0):
            return np.empty(0, np.int64), np.empty(0, np.float32)
        parameters = None
        if allowed is not None:
            parameters = faiss.SearchParameters(sel=faiss.IDSelectorBatch(allowed))  # type: ignore[call-arg]
        scores, ids = self._index.search(query.reshape(1, -1).astype(np.float32), n, params=parameters)
        held = ids[0] >= 0
        return ids[0][held], scores[0][held]

    def catch_up(self, held: Ids, change_number: int, read_vectors: ReadVectors) -> None:
        """Make the index hold exactly the ids `held` (ascending), reading only the vectors that it lacks."""
        mine = self.ids()
        self.remove(np.setdiff1d(mine, held, assume_unique=True))
        missing = np.setdiff1d(held, mine, assume_unique=True)
        if len(missing):
            for ids, vectors in read_vectors(missing):
                self.add(ids, vectors)
        self.change_number = change_number

    def save(self, folder: Path) -> None:
        """Write the index and its stamp: each to a temporary file, synced, then renamed over the old one."""
        import faiss

        folder.mkdir(parents=True, exist_ok=True)
        content = faiss.serialize_index(self._index).tobytes()
        stamp = IndexStamp(self.encoder, self.dim, len(self), self.change_number, sha256(content).hexdigest())
        _write(folder / "phrases.faiss", content)
        _write(folder / "stamp.json", json.dumps(asdict(stamp), indent=1).encode())


def load_index(folder: Path, *, encoder: str, dim: int) -> VectorIndex | None:
    """Return the saved index, or None when there is none that can be trusted: it is then rebuilt from the store.

    A file that is damaged, foreign, or of another encoder is never loaded: its digest must be the stamp's.
    """
    import faiss

    try:
        stamp = IndexStamp(**json.loads((folder / "stamp.json").read_text()))
        content = (folder / "phrases.faiss").read_bytes()
    except (OSError, ValueError, TypeError):
        return None
    if (stamp.encoder, stamp.dim) != (encoder, dim) or sha256(content).hexdigest() != stamp.file_sha256:
        return None
    faiss.set_deserialization_vector_byte_limit(_MAX_BYTES)
    index = VectorIndex(encoder=encoder, dim=dim)
    index._index = faiss.deserialize_index(np.frombuffer(content, dtype=np.uint8))
    index.change_number = stamp.change_number
    return index


def _write(path: Path, content: bytes) -> None:
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def nearest_rows(vectors: Vectors, n: int) -> tuple[Ids, Vectors]:
    """Return for every row of unit `vectors` its `n` + 1 nearest rows (itself among them) and their cosines, exactly.

    Both have shape (len(vectors), n + 1), best first; places that no row fills hold -1.
    """
    import faiss

    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(np.ascontiguousarray(vectors))
    cosines, rows = index.search(np.ascontiguousarray(vectors), n + 1)
    return rows, cosines
