"""`python -m benchmarks.search [--sizes 10000 100000 1000000] [--keep FOLDER]`: how search grows, with peers.

The real application serves made phrases (`benchmarks/made_phrases.py`) on loopback; every question is new to it, so
that each is encoded, and every file was read once before. Recall is that of the ten nearest by meaning against all
vectors compared. What is added and removed is one call, in another process than the one that serves, its vectors given.
Peers that are installed search the same phrases (`benchmarks/search_peers.py`). Table and drawing are kept in
benchmarks/results/.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.growth_plot import Panel, drawn
from benchmarks.machine import processor
from benchmarks.made_phrases import Seeds, fill, read_seeds, vectors_by_id
from benchmarks.search_peers import measured as measured_peers
from benchmarks.served import FILTERS, ROOT, cpu_s, resident_mb, served, times_ms
from models.question_encoder import QuestionEncoder
from models.sentence_encoder import SentenceEncoder
from pipeline.insights.phrase_index import PhraseIndex
from pipeline.insights.search import phrase_filter
from pipeline.records import Call, Turn, text_hash
from pipeline.store.open import open_store
from pipeline.store.session import Store

RESULTS = ROOT / "benchmarks" / "results"
N_PEER_QUESTIONS = 60
TITLES = {
    "usearch": "usearch, vectors alone",
    "lancedb": "LanceDB hybrid, vectors given",
}
OURS = "Buyerspeak, a whole request"

Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Measured:
    """One line of the table: milliseconds by filter, and the other cells as they are shown."""

    name: str
    n: int
    ms: Mapping[str, Sequence[float]]
    mb: float
    rest: Mapping[str, str]


REST = (
    "processor ms a question",
    "asked again, p50 ms",
    "exact, p50 ms",
    "recall@10, the lowest",
    "start to first answer s",
    "files from nothing s",
    "add a call s",
    "remove a call s",
    "slowest right after ms",
)


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
    with store.read() as tx:
        held_long = next(call for call in tx.calls.ids() if call != "new")
    started = time.perf_counter()
    with store.begin() as tx:
        tx.calls.forget(held_long)
    index.save()
    removed_s = max(removed_new_s, time.perf_counter() - started)
    store.close()
    return added_s, removed_s


def measure(folder: Path, n: int, encoder: SentenceEncoder, seeds: Seeds, n_questions: int) -> list[Measured]:
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
    ours, ms, mb = _served(folder, asking, n_questions, encoder, seeds)
    vectors = vectors_by_id(store, encoder.name, folder / "all.f4")
    questions = QuestionEncoder().encode(asking[:N_PEER_QUESTIONS])
    ours["recall@10, the lowest"] = f"{min(recall(index, store, vectors, questions).values()):.3f}"
    ours["files from nothing s"] = f"{built_s:.0f}"
    store.close()
    peers = measured_peers(folder, vectors, asking[:N_PEER_QUESTIONS], questions)
    (folder / "all.f4").unlink()
    return [Measured(OURS, n, ms, mb, ours), *(_line(name, n, found) for name, found in peers.items())]


def _served(
    folder: Path, asking: Sequence[str], n_questions: int, encoder: SentenceEncoder, seeds: Seeds
) -> tuple[dict[str, str], dict[str, list[float]], float]:
    """Return cells of the table, the times by filter, and the resident megabytes."""
    ms, cells = {}, {}
    _warm(folder)
    with served(folder) as (port, process, first_s):
        times_ms(port, asking[:n_questions], FILTERS["no filter"])
        before_s = cpu_s(process)
        for place, (name, words) in enumerate(FILTERS.items(), start=1):
            ms[name] = times_ms(port, asking[place * n_questions : (place + 1) * n_questions], words)
        cpu_ms = 1000 * (cpu_s(process) - before_s) / (n_questions * len(FILTERS))
        again = np.percentile(times_ms(port, asking[-n_questions:], FILTERS["1 %"]), 50)
        word_for_word = times_ms(port, ["the price", "budget", "our team"] * 20, {"role": "any", "exact": "true"})
        mb = resident_mb(process)
        added_s, removed_s = add_and_remove_s(folder, encoder, seeds)
        after = max(times_ms(port, asking[:20], FILTERS["no filter"]))
    cells["processor ms a question"] = f"{cpu_ms:.1f}"
    cells["asked again, p50 ms"] = f"{again:.1f}"
    cells["exact, p50 ms"] = f"{np.percentile(word_for_word, 50):.1f}"
    cells["start to first answer s"] = f"{first_s:.1f}"
    cells["add a call s"], cells["remove a call s"] = f"{added_s:.2f}", f"{removed_s:.2f}"
    cells["slowest right after ms"] = f"{after:.0f}"
    return cells, ms, mb


def _warm(folder: Path) -> None:
    """Read every file through, as a server has that was asked for a while: what is measured is not the disk."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb") as file:
                while file.read(1 << 24):
                    pass


def _line(name: str, n: int, found: Mapping[str, Any]) -> Measured:
    rest = {"recall@10, the lowest": f"{found['recall']:.3f}", "files from nothing s": f"{found['built_s']:.0f}"}
    return Measured(TITLES[name], n, found["ms"], found["mb"], rest)


def table(lines: Sequence[Measured]) -> str:
    """Return the table in Markdown."""
    head = ["", "phrases", *(f"{name}, p50 / p99 ms" for name in FILTERS), "resident MB", *REST]
    rows = [
        [
            line.name,
            f"{line.n:,}",
            *("{:.1f} / {:.1f}".format(*np.percentile(line.ms[f], [50, 99])) if f in line.ms else "" for f in FILTERS),
            f"{line.mb:.0f}",
            *(line.rest.get(name, "") for name in REST),
        ]
        for line in lines
    ]
    told = [f"| {' | '.join(cells)} |" for cells in (head, *rows)]
    return "\n".join([told[0], "|" + "---|" * len(head), *told[1:]])


def drawing(lines: Sequence[Measured]) -> str:
    """Return the drawing of what the table says without a filter."""
    names = dict.fromkeys(line.name for line in lines)
    ms = {
        name: [(line.n, float(np.percentile(line.ms["no filter"], 50))) for line in lines if line.name == name]
        for name in names
    }
    mb = {name: [(line.n, line.mb) for line in lines if line.name == name] for name in names}
    panels = [Panel("Milliseconds a question, p50", ms), Panel("Resident memory, MB", mb)]
    return drawn(panels, "How search grows with the number of phrases")


def main() -> None:
    """Print the table, and keep it and the drawing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--questions", type=int, default=120, help="for each filter")
    parser.add_argument("--keep", type=Path, help="folder for the made data, which a later run uses again")
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder for table and drawing")
    options = parser.parse_args()
    encoder = SentenceEncoder()
    seeds = read_seeds(encoder)
    lines: list[Measured] = []
    with tempfile.TemporaryDirectory() as name:
        for n in options.sizes:
            lines += measure((options.keep or Path(name)) / str(n), n, encoder, seeds, options.questions)
            print(table(lines), flush=True)
    options.results.mkdir(exist_ok=True)
    told = f"Search over HTTP on loopback, `python -m benchmarks.search`, {datetime.now(UTC):%Y-%m-%d}, {processor()}"
    (options.results / "search.md").write_text(f"{told}\n\n{table(lines)}\n", encoding="utf-8")
    (options.results / "search.svg").write_text(drawing(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
