"""Other engines over the same phrases, each in a process of its own: `python -m benchmarks.search_peers NAME FOLDER`.

usearch searches vectors alone, in float16. LanceDB searches vectors and words: IVF-PQ, from 50,000 phrases on, whose
best are compared by their exact vectors, and its full text. Neither has HTTP between, the question's vector is given
to them, and LanceDB returns the texts. One that is not installed is left out, and that is said.
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.served import FILTERS, ROOT, resident_mb

Vectors = npt.NDArray[np.float32]
Ask = Callable[[str, Vectors, str], Sequence[int]]
"""From a question, its vector and the name of a filter to the ids of the ten best."""

PEERS = ("usearch", "lancedb")
_CONDITIONS = {"90 %": "most = 'yes'", "10 %": "segment = 's3'", "1 %": "account = 'account 7'"}
_AT_ONCE = 100_000


def measured(folder: Path, vectors: Vectors, questions: Sequence[str], asked: Vectors) -> dict[str, dict[str, Any]]:
    """Return what each installed peer makes of the phrases in a folder.

    That is `ms` of each question by filter, `recall` by meaning without a filter, `mb` resident, and `built_s`.
    """
    nearest = np.array([np.sort(vectors[1:] @ question)[-10] for question in asked])
    np.savez(folder / "questions.npz", vectors=asked, tenth=nearest, texts=np.array(questions))
    found = {}
    for name in PEERS:
        if find_spec(name) is None:
            print(f"{name} is not installed and is left out: pip install {name}", flush=True)
            continue
        told = subprocess.run(
            [sys.executable, "-m", __spec__.name if __spec__ else __name__, name, str(folder), str(vectors.shape[1])],
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if told.returncode:
            print(f"{name} failed: {told.stderr.strip().splitlines()[-1:]}", flush=True)
            continue
        found[name] = json.loads(told.stdout.splitlines()[-1])
    (folder / "questions.npz").unlink()
    return found


def _usearch(vectors: Vectors, _: Path) -> tuple[Ask, Sequence[str]]:
    from usearch.index import Index

    index = Index(ndim=vectors.shape[1], metric="ip", dtype="f16")
    index.add(np.arange(1, len(vectors)), np.asarray(vectors[1:]), threads=os.cpu_count() or 1)
    return lambda _text, vector, _filter: np.asarray(index.search(vector, 10).keys).tolist(), ["no filter"]


def _lancedb(vectors: Vectors, folder: Path) -> tuple[Ask, Sequence[str]]:
    import lancedb

    table = lancedb.connect(folder / "lance").create_table("phrases", _batches(vectors, folder.parent))
    if len(vectors) > 50_000:
        table.create_index(metric="dot")
    table.create_fts_index("text")

    def ask(text: str, vector: Vectors, wanted: str) -> list[int]:
        if text:
            # Its full text has a grammar of its own, in which quotation marks mean something else.
            query = table.search(query_type="hybrid").vector(vector).text(text.replace('"', " "))
        else:
            query = table.search(vector).metric("dot")
        query = query.select(["id", "text"]).limit(10 if not text else 20)
        if len(vectors) > 50_000:
            query = query.refine_factor(10)
        if wanted in _CONDITIONS:
            query = query.where(_CONDITIONS[wanted], prefilter=True)
        return [row["id"] for row in query.to_list()]

    return ask, list(FILTERS)


def _batches(vectors: Vectors, folder: Path) -> Iterator[Any]:
    import pyarrow as pa

    with closing(sqlite3.connect(folder / "buyerspeak.db", check_same_thread=False)) as connection:
        fields: dict[str, dict[str, str]] = {}
        for call, field, value in connection.execute("select call, field, value from call_fields"):
            fields.setdefault(call, {})[field] = value
        rows = connection.execute("select id, text, call from phrases order by id")
        while part := rows.fetchmany(_AT_ONCE):
            ids = np.array([row[0] for row in part])
            matrix = np.ascontiguousarray(vectors[ids])
            columns: Mapping[str, Any] = {
                "id": pa.array(ids),
                "text": pa.array([row[1] for row in part]),
                **{
                    name: pa.array([fields[row[2]].get(name) for row in part])
                    for name in ("account", "segment", "most")
                },
                "vector": pa.FixedSizeListArray.from_arrays(pa.array(matrix.reshape(-1)), matrix.shape[1]),
            }
            yield pa.RecordBatch.from_pydict(columns)


_MAKE: Mapping[str, Callable[[Vectors, Path], tuple[Ask, Sequence[str]]]] = {
    "usearch": _usearch,
    "lancedb": _lancedb,
}


def main() -> None:
    """Measure one peer and print what was found as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("peer", choices=PEERS)
    parser.add_argument("folder", type=Path, help="with all.f4, buyerspeak.db and questions.npz")
    parser.add_argument("dim", type=int)
    options = parser.parse_args()
    vectors: Any = np.memmap(options.folder / "all.f4", np.float32, "r").reshape(-1, options.dim)
    with np.load(options.folder / "questions.npz") as given:
        texts, asked, tenth = given["texts"].tolist(), given["vectors"], given["tenth"]
    with TemporaryDirectory(dir=options.folder) as name:
        started = time.monotonic()
        ask, filters = _MAKE[options.peer](vectors, Path(name))
        built_s = time.monotonic() - started
        is_whole = len(filters) > 1
        ms = {wanted: _times_ms(ask, texts if is_whole else [""] * len(texts), asked, wanted) for wanted in filters}
        # By value, since equal texts of several calls are as near as each other.
        found = [
            np.count_nonzero(vectors[np.array(ask("", vector, "no filter"), np.int64)] @ vector >= least - 1e-3) / 10
            for vector, least in zip(asked, tenth, strict=True)
        ]
        mb = resident_mb(os.getpid())
    print(json.dumps({"ms": ms, "recall": float(np.mean(found)), "mb": mb, "built_s": built_s}))


def _times_ms(ask: Ask, texts: Sequence[str], vectors: Vectors, wanted: str) -> list[float]:
    times = []
    for text, vector in zip(texts, vectors, strict=True):
        started = time.perf_counter()
        ask(text, vector, wanted)
        times.append(1000 * (time.perf_counter() - started))
    return times


if __name__ == "__main__":
    main()
