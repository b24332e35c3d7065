"""`python -m benchmarks.search [--sizes 10000 100000 1000000] [--keep FOLDER]`: how search grows, over HTTP.

Phrases are made: the texts of the sample calls' turns, two at a time spliced, and their vectors mixed with noise, so
that they lie in clusters as real ones do. A fifth are moments; calls have a hundred phrases, an account of a hundred,
a segment of ten, and nine of ten say "most". The real application serves them on loopback; every question is new
to it, so that each is encoded. Recall is that of the ten nearest by meaning against all vectors compared. What is
added and removed is one call, in another process than the one that serves, its vectors given. usearch searches the
same vectors, by meaning alone and without HTTP, where it is installed. The table is kept in benchmarks/results/.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import re
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from urllib.parse import urlencode

import numpy as np
import numpy.typing as npt

from models.sentence_encoder import SentenceEncoder
from pipeline.insights.phrase_index import PhraseIndex
from pipeline.insights.search import phrase_filter
from pipeline.records import Call, Turn, text_hash
from pipeline.references.read import read_references
from pipeline.store.open import open_store
from pipeline.store.session import Store

ROOT = Path(__file__).parents[1]
GOLD = ROOT / "corpus" / "sample" / "gold"
RESULTS = ROOT / "benchmarks" / "results"
TURNS, MOMENTS = 80, 20
FILTERS: Mapping[str, Mapping[str, str]] = {
    "no filter": {"role": "any"},
    "90 %": {"role": "any", "where.most": "yes"},
    "10 %": {"role": "any", "where.segment": "s3"},
    "1 %": {"role": "any", "where.account": "account 7"},
}
KIND = ("objection", "pain", "goal", "question", "signal")

Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Seeds:
    """Real texts and their vectors, of which all others are made."""

    texts: Sequence[Sequence[str]]
    vectors: Vectors

    def made(self, n: int, seed: int) -> tuple[list[str], Vectors]:
        """Return `n` texts and vectors."""
        random = np.random.default_rng(seed)
        one, other = random.integers(len(self.texts), size=(2, n))
        share = random.uniform(0.5, 1.0, n)
        noise = random.standard_normal((n, self.vectors.shape[1]), dtype=np.float32)
        noise *= 0.45 / np.linalg.norm(noise, axis=1, keepdims=True)
        vectors = self.vectors[one] * share[:, None] + self.vectors[other] * (1 - share)[:, None] + noise
        vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        texts = [
            " ".join((*self.texts[a][: round(part * 12)], *self.texts[b][-round((1 - part) * 12) - 1 :]))
            for a, b, part in zip(one.tolist(), other.tolist(), share.tolist(), strict=True)
        ]
        return texts, vectors.astype(np.float32)


def read_seeds(encoder: SentenceEncoder) -> Seeds:
    """Return the turns of the sample calls that have a few words."""
    turns = {turn.text for path in sorted(GOLD.glob("*.json")) for talk in read_references(path) for turn in talk.turns}
    texts = sorted(text for text in turns if len(text.split()) >= 5)
    return Seeds([text.split() for text in texts], encoder.encode(texts))


def fill(database: Path, encoder: str, seeds: Seeds, n: int) -> None:
    """Hold `n` phrases by plain SQL into the store's own tables; its triggers run."""
    open_store(f"sqlite:///{database}").close()
    now = datetime.now(UTC).replace(tzinfo=None).isoformat(" ")
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("pragma synchronous = off")
        for first in range(0, n // (TURNS + MOMENTS), 500):
            last = min(first + 500, n // (TURNS + MOMENTS))
            texts, vectors = seeds.made((last - first) * TURNS, seed=first)
            hashes = [text_hash(text) for text in texts]
            stored = [(encoder, name, vector.tobytes()) for name, vector in zip(hashes, vectors, strict=True)]
            connection.executemany("insert or ignore into vectors values (?, ?, ?)", stored)
            for number in range(first, last):
                at = (number - first) * TURNS
                _hold_call(connection, number, texts[at : at + TURNS], hashes[at : at + TURNS], now)
            connection.commit()


def _hold_call(
    connection: sqlite3.Connection, number: int, texts: Sequence[str], hashes: Sequence[str], now: str
) -> None:
    call = f"call-{number:06}"
    fields = {
        "account": f"account {number % 100}",
        "segment": f"s{number % 10}",
        "most": "yes" if number % 10 else "no",
    }
    insert = "insert into {}({}) values ({})".format
    connection.execute(
        insert("calls", "id, source, sha256, form, metadata, added_at, account, recorded_at", "?,?,?,?,?,?,?,?"),
        (call, f"{call}.json", text_hash(call), "transcript", json.dumps(fields), now, fields["account"], "2026-05-05"),
    )
    connection.executemany(
        insert("call_fields", "call, field, position, value, folded", "?,?,0,?,?"),
        [(call, field, value, value) for field, value in fields.items()],
    )
    said = [
        (turn, ("customer", "rep")[turn % 2], text, name)
        for turn, (text, name) in enumerate(zip(texts, hashes, strict=True))
    ]
    connection.executemany(
        insert(
            "turns",
            "call, turn, speaker, role, role_score, start_s, end_s, text, words, marks",
            "?,?,?,?,1,?,?,?,'[]','[]'",
        ),
        [(call, turn, role, role, 5.0 * turn, 5.0 * turn + 4, text) for turn, role, text, _ in said],
    )
    moments = [(f"{call}-{turn}", turn, text, name) for turn, role, text, name in said if role == "customer"][:MOMENTS]
    connection.executemany(
        insert(
            "moments",
            "id, call, turn, start_char, end_char, kind, category, factuality, score, quote, text_hash",
            "?,?,?,0,?,?,'price','stated',0.8,?,?",
        ),
        [(key, call, turn, len(text), KIND[turn % 5], text, name) for key, turn, text, name in moments],
    )
    connection.executemany(
        insert("phrases", "call, turn, start_char, end_char, moment, role, text, text_hash", "?,?,0,?,?,?,?,?"),
        [(call, turn, len(text), None, role, text, name) for turn, role, text, name in said]
        + [(call, turn, len(text), key, "customer", text, name) for key, turn, text, name in moments],
    )


@contextmanager
def served(folder: Path) -> Iterator[tuple[int, int, float]]:
    """Serve a data folder as `buyerspeak serve` does; give port, process, and the time to the first answer."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    started = time.monotonic()
    program = "from api.cli.main import main; main()"
    process = subprocess.Popen(
        [sys.executable, "-c", program, "serve", "--data", str(folder), "--port", str(port)], cwd=ROOT
    )
    try:
        while True:
            try:
                asked(http.client.HTTPConnection("127.0.0.1", port), "is anybody there", FILTERS["no filter"])
                break
            except OSError:
                if process.poll() is not None:
                    raise
                time.sleep(0.02)
        yield port, process.pid, time.monotonic() - started
    finally:
        process.terminate()
        process.wait()


def asked(connection: http.client.HTTPConnection, question: str, words: Mapping[str, str]) -> dict[str, object]:
    """Return the answer to a question."""
    connection.request("GET", "/api/v1/search?" + urlencode({"q": question, **words}))
    response = connection.getresponse()
    content = response.read()
    if response.status != 200:
        raise RuntimeError(f"{response.status}: {content[:300]!r}")
    answer: dict[str, object] = json.loads(content)
    return answer


def times_ms(port: int, questions: Sequence[str], words: Mapping[str, str]) -> list[float]:
    """Return how long each question took, from the request to the last byte."""
    with closing(http.client.HTTPConnection("127.0.0.1", port)) as connection:
        times = []
        for question in questions:
            started = time.perf_counter()
            asked(connection, question, words)
            times.append(1000 * (time.perf_counter() - started))
        return times


def cpu_s(process: int) -> float:
    """Return the processor time that a process has taken (Linux)."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def recall(index: PhraseIndex, store: Store, vectors: Vectors, questions: Vectors) -> dict[str, float]:
    """Return the share of the ten phrases nearest by meaning that are found, for each filter."""
    shares = {}
    with store.read() as tx:
        for name, words in FILTERS.items():
            where = {key.removeprefix("where."): (value,) for key, value in words.items() if key != "role"}
            held, within = index.ask(tx, phrase_filter(role="any", where=where))
            slots = np.flatnonzero(within.slots)
            rows = vectors[held.columns.of("id")[slots].astype(np.int64)]
            found = []
            for question in questions:
                exact = np.sort(rows @ question)[-10:]
                near, _ = held.nearest(question, 10, within.slots)
                cosines = vectors[held.columns.of("id")[near].astype(np.int64)] @ question
                # By value, since equal texts of several calls are as near as each other.
                found.append(np.count_nonzero(cosines >= exact[0] - 1e-3) / 10)
            shares[name] = float(np.mean(found))
    return shares


def add_and_remove_s(folder: Path, encoder: SentenceEncoder, seeds: Seeds) -> tuple[float, float]:
    """Return how long one call takes to add and to remove, with all that the store and the files do for it."""
    texts, vectors = seeds.made(100, seed=-1 % 2**32)
    store = open_store(f"sqlite:///{folder / 'buyerspeak.db'}")
    index = PhraseIndex(store, encoder, folder / "index")
    started = time.perf_counter()
    with store.begin() as tx:
        tx.calls.add(Call("new", "new.json", "new", "transcript", None, None, None, {}, datetime.now(UTC)))
        tx.talk.replace_turns(
            "new", [Turn("new", turn, "S", "customer", 1.0, None, None, text) for turn, text in enumerate(texts)]
        )
        tx.phrases.replace_of_call("new")
        tx.vectors.put(encoder.name, [text_hash(text) for text in texts], vectors)
    index.save()
    added_s = time.perf_counter() - started
    started = time.perf_counter()
    with store.begin() as tx:
        tx.calls.forget("new")
    index.save()
    removed_new_s = time.perf_counter() - started
    started = time.perf_counter()
    with store.begin() as tx:
        tx.calls.forget("call-000003")
    index.save()
    removed_s = max(removed_new_s, time.perf_counter() - started)
    store.close()
    return added_s, removed_s


def resident_mb(process: int) -> float:
    """Return the resident memory of a process, mapped files with it (Linux)."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text())
    assert found is not None, "the kernel tells VmRSS"
    return int(found[1]) / 1024


def _vectors_by_id(store: Store, encoder: str, path: Path) -> Vectors:
    with store.read() as tx:
        ids = [(found, rows) for found, rows in islice(tx.vectors.of_phrases(encoder), 1)]
        dim = ids[0][1].shape[1]
        last = int(tx.phrases.ids(phrase_filter(role="any"))[-1])
        held = np.memmap(path, np.float32, "w+", shape=(last + 1, dim))
        for found, rows in tx.vectors.of_phrases(encoder):
            held[found] = rows
    return held


def measure(folder: Path, n: int, encoder: SentenceEncoder, seeds: Seeds, n_questions: int) -> list[str]:
    """Return the lines of the table for one size."""
    started = time.monotonic()
    if not (folder / "buyerspeak.db").exists():
        folder.mkdir(parents=True, exist_ok=True)
        fill(folder / "buyerspeak.db", encoder.name, seeds, n)
    filled_s, started = time.monotonic() - started, time.monotonic()
    store = open_store(f"sqlite:///{folder / 'buyerspeak.db'}")
    index = PhraseIndex(store, encoder, folder / "index")
    index.save()
    built_s = time.monotonic() - started
    print(f"{n:,} phrases filled in {filled_s:.0f} s, files written in {built_s:.0f} s", flush=True)
    asking, _ = seeds.made(n_questions * (len(FILTERS) + 1), seed=99)
    cells = []
    with served(folder) as (port, process, first_s):
        times_ms(port, asking[:n_questions], FILTERS["no filter"])
        before_s = cpu_s(process)
        for place, words in enumerate(FILTERS.values(), start=1):
            times = times_ms(port, asking[place * n_questions : (place + 1) * n_questions], words)
            cells.append("{:.1f} / {:.1f}".format(*np.percentile(times, [50, 99])))
        cpu_ms = 1000 * (cpu_s(process) - before_s) / (n_questions * len(FILTERS))
        again = np.percentile(times_ms(port, asking[-n_questions:], FILTERS["1 %"]), 50)
        exact = np.percentile(
            times_ms(port, ["the price", "budget", "our team"] * 20, {"role": "any", "exact": "true"}), 50
        )
        mb = resident_mb(process)
        added_s, removed_s = add_and_remove_s(folder, encoder, seeds)
        after = max(times_ms(port, asking[:20], FILTERS["no filter"]))
    vectors = _vectors_by_id(store, encoder.name, folder / "all.f4")
    questions = encoder.encode(asking[:40])
    shares = recall(index, store, vectors, questions)
    lines = [
        f"| {n:,} | {' | '.join(cells)} | {cpu_ms:.1f} | {again:.1f} | {exact:.1f} | {min(shares.values()):.3f} | "
        f"{mb:.0f} | {first_s:.1f} | {built_s:.0f} | {added_s:.2f} | {removed_s:.2f} | {after:.0f} |"
    ]
    if find_spec("usearch") is not None:
        lines.append(_usearch(n, vectors, questions))
    store.close()
    (folder / "all.f4").unlink()
    return lines


def _usearch(n: int, vectors: Vectors, questions: Vectors) -> str:
    from usearch.index import Index

    index = Index(ndim=vectors.shape[1], metric="ip", dtype="f16")
    started = time.monotonic()
    ids = np.arange(1, len(vectors))
    index.add(ids, np.asarray(vectors[1:]), threads=2)
    built_s = time.monotonic() - started
    times, found = [], []
    for question in questions:
        began = time.perf_counter()
        near = np.asarray(index.search(question, 10).keys).astype(np.int64)
        times.append(1000 * (time.perf_counter() - began))
        found.append(np.count_nonzero(vectors[near] @ question >= np.sort(vectors[1:] @ question)[-10] - 1e-3) / 10)
    p50, p99 = np.percentile(times, [50, 99])
    return (
        f"| usearch, {n:,} vectors alone | {p50:.1f} / {p99:.1f} | | | | | | | {np.mean(found):.3f} | "
        f"{index.memory_usage / 2**20:.0f} | | {built_s:.0f} | | | |"
    )


HEAD = (
    f"| phrases | {' | '.join(f'{name}, p50 / p99 ms' for name in FILTERS)} | processor ms a question "
    "| asked again, p50 ms | exact, p50 ms "
    "| recall@10, the lowest | resident MB | start to first answer s | files from nothing s | add a call s "
    "| remove a call s | slowest right after ms |\n|" + "---|" * 15
)


def main() -> None:
    """Print the table and keep it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--questions", type=int, default=120, help="for each filter")
    parser.add_argument("--keep", type=Path, help="folder for the made data, which a later run uses again")
    options = parser.parse_args()
    encoder = SentenceEncoder()
    seeds = read_seeds(encoder)
    lines = []
    with tempfile.TemporaryDirectory() as name:
        for n in options.sizes:
            lines += measure((options.keep or Path(name)) / str(n), n, encoder, seeds, options.questions)
            print("\n".join(lines), flush=True)
    RESULTS.mkdir(exist_ok=True)
    told = f"Search over HTTP on loopback, `python -m benchmarks.search`, {datetime.now(UTC):%Y-%m-%d}\n\n{HEAD}\n"
    (RESULTS / "search.md").write_text(told + "\n".join(lines) + "\n", encoding="utf-8")
    print(HEAD + "\n" + "\n".join(lines))


if __name__ == "__main__":
    main()
