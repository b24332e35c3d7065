"""Vectors by place: exactly compared where they are few, in inverted lists on disk where they are many.

The metric is the inner product, which equals the cosine since every vector has unit length. Few are kept as float32;
the lists hold float16 (half the memory, cosines right to three places, scanned as fast as eight bits), memory-mapped.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Slots = npt.NDArray[np.int64]
Vectors = npt.NDArray[np.float32]
Halves = npt.NDArray[np.float16]
Mask = npt.NDArray[np.bool_]

LISTS_FILE = "vectors.lists"
CENTROIDS_FILE = "centroids.faiss"
SIZES_FILE = "list_sizes.npy"

_MAX_BYTES = 16 * 2**30
"""No index file is larger than this; a header that claims more is damaged."""
_TRAINED_ON = 64
"""Vectors per list that the centres are fitted to."""
_LISTS_READ = 0.02
"""The share of the lists that a question without a filter reads, 16 lists at least."""
_TESTED = 0.12
"""The share of all vectors that a question tests at least, filtered out or not: a test costs a fiftieth of a cosine."""
_FEW = 0.02
"""The share of slots up to which a filter makes the near ones so rare that many lists are read for them."""
_ALL_TESTED = 250_000
"""Up to so many vectors a question of few tests them all: with two lists in five, three of a hundred were missed."""
_ASSIGNED_AT_ONCE = 65_536


class FlatVectors:
    """Vectors one after another, all compared."""

    def __init__(self, dim: int) -> None:
        """Hold none."""
        import faiss

        self.dim = dim
        self._index: Any = faiss.IndexFlatIP(dim)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def add(self, vectors: Vectors) -> None:
        """Add rows of shape (n, dim). Raises ValueError for another shape or a value that is not a number."""
        if vectors.ndim != 2 or vectors.shape[1] != self.dim:
            raise ValueError(f"vectors have shape {vectors.shape}, the index expects (n, {self.dim})")
        if not np.isfinite(vectors).all():
            raise ValueError("a vector holds a value that is not a number")
        if len(vectors):
            self._index.add(np.ascontiguousarray(vectors, dtype=np.float32))

    def nearest(self, query: Vectors, n: int, mask: Mask) -> tuple[Slots, Vectors]:
        """Return the rows, where `mask` lets them, and cosines of at most `n` nearest to `query`, best first."""
        import faiss

        if len(self) == 0 or not mask.any():
            return _NONE
        parameters = faiss.SearchParameters(sel=_selector(mask))  # type: ignore[call-arg]
        return _found(self._index.search(query.reshape(1, -1), min(n, len(self)), params=parameters))

    def rows(self, places: Slots) -> Vectors:
        """Return the vectors at these rows."""
        import faiss

        if len(self) == 0:
            return np.empty((0, self.dim), np.float32)
        held = faiss.rev_swig_ptr(self._index.get_xb(), len(self) * self.dim).reshape(len(self), self.dim)
        return np.asarray(held[places], dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Centres:
    """The centres of inverted lists, as a FAISS index of their own, and how many vectors they were fitted for."""

    index: Any
    n_fitted_for: int

    def __len__(self) -> int:
        return int(self.index.ntotal)

    def lists_of(self, vectors: Vectors) -> Slots:
        """Return the list that each row of `vectors` belongs to."""
        parts = [
            self.index.search(np.ascontiguousarray(vectors[start : start + _ASSIGNED_AT_ONCE]), 1)[1][:, 0]
            for start in range(0, len(vectors), _ASSIGNED_AT_ONCE)
        ]
        return np.concatenate(parts).astype(np.int64) if parts else np.empty(0, np.int64)


def n_lists_for(n_vectors: int) -> int:
    """Return how many lists so many vectors take."""
    return max(16, round(2 * math.sqrt(n_vectors)))


def n_fitted_to(n_vectors: int) -> int:
    """Return how many of the vectors the centres are fitted to."""
    return min(n_vectors, _TRAINED_ON * n_lists_for(n_vectors))


def fit_centres(sample: Vectors, n_vectors: int) -> Centres:
    """Return centres for the lists of `n_vectors` vectors, fitted to a sample of them; equal samples, equal centres."""
    import faiss

    dim = sample.shape[1]
    means = faiss.Kmeans(
        dim, min(n_lists_for(n_vectors), len(sample)), niter=8, seed=1, spherical=True,
        min_points_per_centroid=1, max_points_per_centroid=2 * _TRAINED_ON,
    )  # fmt: skip
    means.train(np.ascontiguousarray(sample))
    index: Any = faiss.IndexFlatIP(dim)
    index.add(means.centroids)
    return Centres(index, n_vectors)


def write_centres(centres: Centres, sizes: Slots, folder: Path) -> None:
    """Write the centres and the size of each list into a folder."""
    import faiss

    (folder / CENTROIDS_FILE).write_bytes(faiss.serialize_index(centres.index).tobytes())
    np.save(folder / SIZES_FILE, np.array([*sizes, centres.n_fitted_for], dtype=np.uint64))


class ListedVectors:
    """Vectors in inverted lists: slots run through the lists, each list is its rows and then its slots' numbers."""

    def __init__(self, folder: Path, dim: int) -> None:
        """Map the files of a folder; their content has been checked."""
        import faiss

        faiss.set_deserialization_vector_byte_limit(_MAX_BYTES)
        content = np.frombuffer((folder / CENTROIDS_FILE).read_bytes(), dtype=np.uint8)
        *sizes, n_fitted_for = np.load(folder / SIZES_FILE, allow_pickle=False).tolist()
        self.dim = dim
        self.centres = Centres(faiss.deserialize_index(content), n_fitted_for)
        self.sizes = np.array(sizes, dtype=np.uint64)
        self.starts = np.concatenate([[0], np.cumsum(self.sizes)]).astype(np.int64)
        if self.centres.index.d != dim or len(self.centres) != len(sizes):
            raise ValueError("the lists and their centres are not of one index")
        self._halves = np.memmap(folder / LISTS_FILE, dtype=np.float16, mode="r")
        self._lists: Any = _on_disk(folder / LISTS_FILE, self.sizes, dim)
        quantizer = faiss.ScalarQuantizer.QT_fp16
        self._index: Any = faiss.IndexIVFScalarQuantizer(
            self.centres.index, dim, len(sizes), quantizer, faiss.METRIC_INNER_PRODUCT, False
        )
        self._index.is_trained = True
        self._index.replace_invlists(self._lists, False)
        self._index.ntotal = len(self)

    def __len__(self) -> int:
        return int(self.starts[-1])

    def nearest(self, query: Vectors, n: int, mask: Mask) -> tuple[Slots, Vectors]:
        """Return the slots, where `mask` lets them, and cosines of about the `n` nearest to `query`, best first.

        The fewer slots pass, the more lists are read: among four in a thousand of them the answer is exact.
        """
        import faiss

        share = np.count_nonzero(mask) / max(1, len(self))
        if share == 0:
            return _NONE
        parameters = faiss.SearchParametersIVF(  # type: ignore[call-arg]
            sel=_selector(mask), nprobe=self._lists_read(share)
        )
        return _found(self._index.search(query.reshape(1, -1), min(n, len(self)), params=parameters))

    def _lists_read(self, share: float) -> int:
        among_few = max(_TESTED, 0.004 / share) if share <= _FEW else 0.0
        if among_few and len(self) <= _ALL_TESTED:
            return len(self.centres)
        wanted = len(self.centres) * max(_LISTS_READ, min(_TESTED, 0.012 / share), among_few)
        return min(len(self.centres), max(16, round(wanted)))

    def rows(self, slots: Slots) -> Vectors:
        """Return the vectors of slots."""
        return self.halves(slots).astype(np.float32)

    def halves(self, slots: Slots) -> Halves:
        """Return the vectors of slots as they are kept."""
        return np.asarray(self._halves[first_half(slots, self.starts, self.dim)[:, None] + np.arange(self.dim)])

    def list_of(self, slots: Slots) -> Slots:
        """Return the list of each slot."""
        return np.searchsorted(self.starts, slots, side="right").astype(np.int64) - 1


def without_centres(folder: Path, lists: Slots) -> bytes:
    """Return the file of centres with those of these lists blank: the centre of a list of one is that one's vector."""
    import faiss

    faiss.set_deserialization_vector_byte_limit(_MAX_BYTES)
    index: Any = faiss.deserialize_index(np.frombuffer((folder / CENTROIDS_FILE).read_bytes(), dtype=np.uint8))
    faiss.rev_swig_ptr(index.get_xb(), index.ntotal * index.d).reshape(index.ntotal, index.d)[lists] = 0
    content: bytes = faiss.serialize_index(index).tobytes()
    return content


def list_starts(folder: Path) -> Slots:
    """Return the first slot of each list of a folder, and the number of slots."""
    return np.concatenate([[0], np.cumsum(np.load(folder / SIZES_FILE, allow_pickle=False)[:-1])]).astype(np.int64)


def first_half(slots: Slots, starts: Slots, dim: int) -> Slots:
    """Return where in the file of lists the row of each slot begins, counted in float16."""
    before = starts[np.searchsorted(starts, slots, side="right") - 1]
    # Each list before this one has added eight bytes a slot: four halves.
    return np.asarray(slots * dim + 4 * before, dtype=np.int64)


def _on_disk(path: Path, sizes: npt.NDArray[np.uint64], dim: int) -> Any:
    import faiss

    lists: Any = faiss.OnDiskInvertedLists()
    lists.nlist, lists.code_size, lists.filename = len(sizes), 2 * dim, str(path)
    lists.lists.resize(len(sizes))
    lists.set_all_lists_sizes(faiss.swig_ptr(sizes))
    lists.totsize = path.stat().st_size
    if lists.totsize != int(sizes.sum()) * (2 * dim + 8):
        raise ValueError("the file of lists has another size than the lists")
    lists.read_only, lists.prefetch_nthread = True, 0
    lists.do_mmap()
    return lists


def _selector(mask: Mask) -> Any:
    """Return a mask as FAISS wants it; from now on this thread asks FAISS on one core.

    A question is too little work for several: to wake the others takes longer than what they do.
    """
    import faiss

    faiss.omp_set_num_threads(1)
    make: Any = faiss.IDSelectorBitmap
    return make(np.packbits(mask, bitorder="little"))


def _found(answer: tuple[Vectors, Slots]) -> tuple[Slots, Vectors]:
    cosines, slots = answer
    held = slots[0] >= 0
    return slots[0][held], cosines[0][held]


_NONE: tuple[Slots, Vectors] = (np.empty(0, np.int64), np.empty(0, np.float32))
