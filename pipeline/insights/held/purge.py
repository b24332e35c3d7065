"""What was forgotten, overwritten in the files of a generation, at the cost of what was forgotten.

Large files are blanked in place and only the touched blocks are hashed again; small ones are written anew. Interrupted
in between, the folder no longer agrees with its stamp and is made again from the database.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.insights.held.files import BLOCK_BYTES, seal, stamped_facts, write_atomically
from pipeline.insights.held.generation import FLAT_FILE, mapped, used_names
from pipeline.insights.held.nearest import CENTROIDS_FILE, LISTS_FILE, first_half, list_starts, without_centres

Slots = npt.NDArray[np.int64]
Arrays = dict[str, Any]
Touched = dict[str, set[int]]
"""The blocks of each file that were written; none means all."""


def purge(folder: Path, gone: Collection[int]) -> int:
    """Overwrite the vectors, words and facts of phrases that are gone, where the folder has them; return how many."""
    if not gone:
        return 0
    with np.load(folder / "columns.npz", allow_pickle=False) as stored:
        columns: Arrays = dict(stored)
    dead = np.flatnonzero(np.isin(columns["id"], np.array([*gone], np.int64))).astype(np.int64)
    if len(dead) == 0:
        return 0
    facts = dict(stamped_facts(folder) or {})
    touched: Touched = defaultdict(set)
    _blank_vectors(dead, facts, folder, touched)
    if facts["listed"]:
        _blank_centres(dead, columns["alive"], folder, touched)
    facts["n_words"] -= _blank_words(dead, folder, touched)
    _blank_facts(dead, columns, folder, touched)
    seal(folder, facts, touched=touched)
    return len(dead)


def _blank_vectors(dead: Slots, facts: Mapping[str, Any], folder: Path, touched: Touched) -> None:
    dim = facts["dim"]
    if facts["listed"]:
        rows = mapped(folder / LISTS_FILE, np.float16, "r+")
        starts, size, name = first_half(dead, list_starts(folder), dim), 2, LISTS_FILE
    else:
        rows = mapped(folder / FLAT_FILE, np.float32, "r+")
        starts, size, name = dead * dim, 4, FLAT_FILE
    for start in starts.tolist():
        rows[start : start + dim] = 0
        _touch(touched[name], start * size, (start + dim) * size)
    rows.flush()


def _blank_centres(dead: Slots, alive: Any, folder: Path, touched: Touched) -> None:
    """Blank the centres of lists in which nothing is left."""
    starts = list_starts(folder)
    left = np.concatenate([[0], np.cumsum(alive)])
    left[1:] -= np.cumsum(np.bincount(dead, minlength=len(alive)) * alive)
    lists = np.unique(np.searchsorted(starts, dead, side="right") - 1)
    emptied = lists[left[starts[lists + 1]] == left[starts[lists]]]
    if len(emptied):
        write_atomically(folder / CENTROIDS_FILE, without_centres(folder, emptied))
        touched[CENTROIDS_FILE] = set()


def _blank_words(dead: Slots, folder: Path, touched: Touched) -> int:
    """Blank the words of slots where they stand and where they are looked up; return how many there were."""
    with np.load(folder / "words.npz", allow_pickle=False) as stored:
        arrays: Arrays = dict(stored)
    tokens = mapped(folder / "words.tokens", np.int32, "r+")
    texts = mapped(folder / "words.texts", np.int32, "r+")
    counts = mapped(folder / "words.counts", np.uint8, "r+")
    n_words = 0
    for slot in dead.tolist():
        start, end = arrays["token_starts"][slot], arrays["token_starts"][slot + 1]
        words = np.unique(tokens[start:end])
        n_words += int(end - start)
        arrays["n_holding_word"][words] -= 1
        for stem in np.unique(arrays["stem_of_word"][words]).tolist():
            arrays["n_holding_stem"][stem] -= 1
            first, last = arrays["stem_starts"][stem], arrays["stem_starts"][stem + 1]
            at = int(first + np.searchsorted(texts[first:last], slot))
            # Its neighbour's number takes its place, counted not at all, so that the order holds.
            texts[at] = texts[at - 1] if at > first else texts[at + 1] if at + 1 < last else 0
            counts[at] = 0
            _touch(touched["words.texts"], 4 * at, 4 * at + 4)
            _touch(touched["words.counts"], at, at + 1)
        tokens[start:end] = 0
        _touch(touched["words.tokens"], 4 * int(start), 4 * int(end))
    for file in (tokens, texts, counts):
        if isinstance(file, np.memmap):
            file.flush()
    _write_arrays(folder / "words.npz", arrays, touched)
    words, stems = json.loads((folder / "words.json").read_text(encoding="utf-8"))
    spelt = [
        [word if n > 0 else "" for word, n in zip(held, arrays[name].tolist(), strict=True)]
        for held, name in ((words, "n_holding_word"), (stems, "n_holding_stem"))
    ]
    _write_json(folder / "words.json", spelt, touched)
    return n_words


def _blank_facts(dead: Slots, columns: Arrays, folder: Path, touched: Touched) -> None:
    for column in columns.values():
        column[dead] = 0
    columns["id"][dead] = -1
    _write_arrays(folder / "columns.npz", columns, touched)
    names = json.loads((folder / "names.json").read_text(encoding="utf-8"))
    names["call"] = used_names(names["call"], columns["call"])
    _write_json(folder / "names.json", names, touched)


def _touch(blocks: set[int], start_byte: int, end_byte: int) -> None:
    if end_byte > start_byte:
        blocks.update(range(start_byte // BLOCK_BYTES, (end_byte - 1) // BLOCK_BYTES + 1))


def _write_arrays(path: Path, arrays: Arrays, touched: Touched) -> None:
    content = BytesIO()
    np.savez(content, **arrays)
    write_atomically(path, content.getvalue())
    touched[path.name] = set()


def _write_json(path: Path, held: object, touched: Touched) -> None:
    write_atomically(path, json.dumps(held).encode())
    touched[path.name] = set()
