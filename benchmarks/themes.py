"""`python -m benchmarks.themes --data FOLDER`: themes on labelled intents beside BERTopic and EVoC, and their time.

FOLDER holds `banking77/` and `hwu64/`. All engines take the same vectors. BERTopic and EVoC are left out where they are
not installed. `--speed` adds clusters alone, and whole runs (clusters, names, stability, map), of 10,000, 100,000 and
1,000,000 phrases, made of real ones with noise on their vectors, so that no two are equal. Seconds of the clock and of
all cores are printed; BERTopic runs at the sizes of `--peer-sizes`, and its growth is told from the last two. `--small`
measures corpora of 60 to 500 moments instead, drawn from these sets, made of labelled points, and of labelled calls.
"""

from __future__ import annotations

import argparse
import csv
import importlib.util
import math
import resource
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.small_themes import print_small
from models.sentence_encoder import SentenceEncoder
from pipeline.insights.clusters import find_clusters
from pipeline.insights.communities import Numbers, Vectors
from pipeline.insights.theme_labels import name_themes
from pipeline.insights.themes import find_themes
from pipeline.records import Moment

Find = Callable[[list[str], Vectors], Numbers]


def ours(_texts: list[str], vectors: Vectors) -> Numbers:
    """Return the themes of this project."""
    return find_clusters(vectors).of_row


def bertopic(texts: list[str], vectors: Vectors) -> Numbers:
    """Return BERTopic's topics with its defaults."""
    from bertopic import BERTopic  # type: ignore[import-not-found]  # a peer, installed by who compares

    return np.array(BERTopic(calculate_probabilities=False).fit_transform(texts, vectors)[0])


def evoc(_texts: list[str], vectors: Vectors) -> Numbers:
    """Return EVoC's clusters with its defaults."""
    from evoc import EVoC  # type: ignore[import-not-found]  # a peer, installed by who compares

    return np.array(EVoC().fit_predict(vectors))


ENGINES: dict[str, Find] = {"buyerspeak": ours, "bertopic": bertopic, "evoc": evoc}
_SPEED: dict[str, Find] = {"clusters": ours, "bertopic": bertopic}


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with banking77/ and hwu64/")
    parser.add_argument("--speed", action="store_true", help="measure time and memory too")
    parser.add_argument("--sizes", type=int, nargs="*", default=[10_000, 100_000, 1_000_000], help="phrases to time")
    parser.add_argument("--peer-sizes", type=int, nargs="*", default=[10_000, 20_000], help="phrases for BERTopic")
    parser.add_argument("--small", action="store_true", help="measure small corpora instead")
    options = parser.parse_args()
    if options.small:
        print_small(options.data, _read)
        return
    encoder, held, said = SentenceEncoder(), [], list[str]()
    print(f"{'set':18}{'engine':12}{'themes':>8}{'NMI':>8}{'ARI':>8}{'in one':>8}{'s':>8}")
    for name, parts in (("banking77", ("test",)), ("banking77", ("test", "train")), ("hwu64", ("test", "train"))):
        texts, intents = _read(options.data / name, parts)
        held.append(encoder.encode(texts))
        said += texts if len(held) > 1 else []
        for engine, find in ENGINES.items():
            if engine == "buyerspeak" or importlib.util.find_spec(engine):
                _print_scores(f"{name} {len(texts):,}", engine, find, (texts, held[-1], intents))
        _print_labels(texts, held[-1], encoder)
        _print_kept(held[-1])
    if options.speed:
        print_speeds(said, np.vstack(held[1:]), encoder, options.sizes, options.peer_sizes)


def _read(folder: Path, parts: tuple[str, ...]) -> tuple[list[str], npt.NDArray[np.str_]]:
    texts: list[str] = []
    labels: list[str] = []
    for part in parts:
        if (folder / f"{part}.csv").is_file():
            with (folder / f"{part}.csv").open(encoding="utf-8", newline="") as file:
                rows = list(csv.DictReader(file))
            texts += [row["text"] for row in rows]
            labels += [row["category"] for row in rows]
        else:
            texts += (folder / part / "seq.in").read_text("utf-8").splitlines()
            labels += (folder / part / "label").read_text("utf-8").splitlines()
    return texts, np.array(labels)


def _print_scores(name: str, engine: str, find: Find, read: tuple[list[str], Vectors, npt.NDArray[np.str_]]) -> None:
    from sklearn.metrics import (  # type: ignore[import-untyped]  # it has no stubs
        adjusted_rand_score,
        normalized_mutual_info_score,
    )

    texts, vectors, intents = read
    started = time.monotonic()
    found = find(texts, vectors)
    seconds = time.monotonic() - started
    nmi, ari = normalized_mutual_info_score(intents, found), adjusted_rand_score(intents, found)
    share = float((found >= 0).mean())
    print(f"{name:18}{engine:12}{found.max() + 1:8}{nmi:8.3f}{ari:8.3f}{share:8.2f}{seconds:8.1f}", flush=True)


def _print_labels(texts: list[str], vectors: Vectors, encoder: SentenceEncoder) -> None:
    """Print how many labels find their own theme first: the nearest centre to the label's vector is the theme's."""
    found = ours(texts, vectors)
    groups = [np.flatnonzero(found == number) for number in range(found.max() + 1)]
    centres = np.array([vectors[rows].mean(axis=0) for rows in groups])
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    groups = [rows[np.argsort(-(vectors[rows] @ centre))] for rows, centre in zip(groups, centres, strict=True)]
    names = name_themes([[(texts[row], str(row)) for row in rows] for rows in groups], centres, encoder, n=1)
    asked = encoder.encode([name[0] if name else "" for name in names])
    by_centre = (asked @ centres.T).argmax(axis=1) == np.arange(len(groups))
    by_phrase = found[(asked @ vectors.T).argmax(axis=1)] == np.arange(len(groups))
    print(
        f"  labels: {by_centre.mean():.0%} are nearest to their own theme's centre, {by_phrase.mean():.0%} find one of "
        f"its phrases first; such as {'; '.join(name[0] for name in names[:6] if name)}"
    )


def _print_kept(vectors: Vectors) -> None:
    """Print the share of rows that stay with their theme when all is found anew with one per cent more."""
    added = np.random.default_rng(0).random(len(vectors)) < 0.01
    old, earlier = find_clusters(vectors[~added]).of_row, np.full(len(vectors), -1, np.int64)
    earlier[~added] = old
    held, anew = find_clusters(vectors, earlier=earlier).of_row, find_clusters(vectors).of_row
    print(
        f"  found anew with 1 % more: {_kept(old, held[~added]):.1%} stay, begun with the themes that are held; "
        f"{_kept(old, anew[~added]):.1%} begun with nothing",
        flush=True,
    )


def _kept(old: Numbers, new: Numbers) -> float:
    """Return the share of rows that are in the heir of their cluster; each has one heir, those most alike first."""
    shared = np.zeros((old.max() + 1, new.max() + 1))
    both = (old >= 0) & (new >= 0)
    np.add.at(shared, (old[both], new[both]), 1)
    sizes = np.bincount(old[old >= 0])[:, None] + np.bincount(new[new >= 0], minlength=shared.shape[1])[None, :]
    likeness, kept = shared / (sizes - shared), 0.0
    while likeness.max() > 0:
        one, other = np.unravel_index(likeness.argmax(), likeness.shape)
        kept += float(shared[one, other])
        likeness[one], likeness[:, other] = 0, 0
    return kept / int((old >= 0).sum())


def print_speeds(
    texts: list[str], vectors: Vectors, encoder: SentenceEncoder, sizes: list[int], peer_sizes: list[int]
) -> None:
    """Print the time and memory of whole runs, and BERTopic's time at its own sizes with its growth."""
    print(f"{'phrases':>10}  {'engine':12}{'themes':>8}{'in one':>8}{'s':>8}{'core s':>8}{'peak GB':>9}")
    for size in sizes:
        _print_speed("clusters", size, *_many(texts, vectors, size), encoder)
        _print_speed("buyerspeak", size, *_many(texts, vectors, size), encoder)
    if importlib.util.find_spec("bertopic"):
        times = [_print_speed("bertopic", size, *_many(texts, vectors, size), encoder) for size in peer_sizes]
        if len(times) > 1:
            power = math.log(times[-1] / times[-2]) / math.log(peer_sizes[-1] / peer_sizes[-2])
            guess = times[-1] * (100_000 / peer_sizes[-1]) ** power
            print(f"BERTopic's time grows with the power {power:.2f}: about {guess:,.0f} s at 100,000 phrases")


def _many(texts: list[str], vectors: Vectors, size: int) -> tuple[list[str], Vectors]:
    rng = np.random.default_rng(0)
    rows = rng.integers(len(vectors), size=size)
    many = vectors[rows]
    for start in range(0, size, 65_536):
        part = many[start : start + 65_536]
        part += 0.35 / np.sqrt(part.shape[1]) * rng.standard_normal(part.shape, dtype=np.float32)
        part /= np.linalg.norm(part, axis=1, keepdims=True)
    return [texts[row] for row in rows], many


def _print_speed(engine: str, size: int, texts: list[str], vectors: Vectors, encoder: SentenceEncoder) -> float:
    moments = [_moment(place, text) for place, text in enumerate(texts)] if engine == "buyerspeak" else []
    started, cores = time.monotonic(), time.process_time()
    if engine == "buyerspeak":
        found = find_themes(moments, vectors, {}, encoder=encoder)
        n_themes, share = len(found.themes), 1 - found.uncovered_share
    else:
        numbers = _SPEED[engine](texts, vectors)
        n_themes, share = int(numbers.max()) + 1, float((numbers >= 0).mean())
    seconds, cores = time.monotonic() - started, time.process_time() - cores
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"{size:10,}  {engine:12}{n_themes:8}{share:8.1%}{seconds:8.0f}{cores:8.0f}{peak:9.1f}", flush=True)
    return seconds


def _moment(place: int, text: str) -> Moment:
    return Moment(
        id=f"m{place:08}", call=f"c{place // 8}", source="c.json", account=f"a{place // 80}", turn=0, speaker="S1",
        role="customer", start_s=None, end_s=None, kind="objection", category=None, quote=text, context=text, score=0.9,
        state="machine", theme=None, factuality="asserted", start_char=0, end_char=len(text), recorded_at=None,
    )  # fmt: skip


if __name__ == "__main__":
    main()
