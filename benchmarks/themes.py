"""`python -m benchmarks.themes --data FOLDER`: themes on labelled intents beside BERTopic and EVoC, and their time.

FOLDER holds `banking77/` and `hwu64/`. All engines take the same vectors. BERTopic and EVoC are left out where they are
not installed. The long run repeats real vectors with noise, so that no two are equal.
"""

from __future__ import annotations

import argparse
import csv
import importlib.util
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from models.sentence_encoder import SentenceEncoder
from pipeline.insights.clusters import Numbers, Vectors, find_clusters
from pipeline.insights.theme_labels import name_themes

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


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with banking77/ and hwu64/")
    parser.add_argument("--sizes", type=int, nargs="*", default=[], help="rows of the long runs, such as 100000")
    options = parser.parse_args()
    encoder, held = SentenceEncoder(), []
    print(f"{'set':18}{'engine':12}{'themes':>8}{'NMI':>8}{'ARI':>8}{'in one':>8}{'s':>8}")
    for name, parts in (("banking77", ("test",)), ("banking77", ("test", "train")), ("hwu64", ("test", "train"))):
        texts, intents = _read(options.data / name, parts)
        held.append(encoder.encode(texts))
        for engine, find in ENGINES.items():
            if engine == "buyerspeak" or importlib.util.find_spec(engine):
                _print_scores(f"{name} {len(texts):,}", engine, find, (texts, held[-1], intents))
        _print_labels(texts, held[-1], encoder)
        _print_kept(held[-1])
    for size in options.sizes:
        _print_speed(np.vstack(held[1:]), size)


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
    names = name_themes([[texts[row] for row in rows] for rows in groups], centres, encoder, n=1)
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
    old, new = find_clusters(vectors[~added]).of_row, find_clusters(vectors).of_row[~added]
    shared = np.zeros((old.max() + 1, new.max() + 1))
    np.add.at(shared, (old[old >= 0], new[old >= 0]), 1)
    sizes = np.bincount(old[old >= 0])[:, None] + np.bincount(new[new >= 0], minlength=shared.shape[1])[None, :]
    likeness, kept = shared / (sizes - shared), 0.0
    while likeness.max() > 0:
        one, other = np.unravel_index(likeness.argmax(), likeness.shape)
        kept += float(shared[one, other])
        likeness[one], likeness[:, other] = 0, 0
    print(f"  found anew with 1 % more: {kept / (old >= 0).sum():.1%} stay", flush=True)


def _print_speed(vectors: Vectors, size: int) -> None:
    rng = np.random.default_rng(0)
    many = vectors[rng.integers(len(vectors), size=size)]
    for start in range(0, size, 65_536):
        part = many[start : start + 65_536]
        part += 0.35 / np.sqrt(part.shape[1]) * rng.standard_normal(part.shape, dtype=np.float32)
        part /= np.linalg.norm(part, axis=1, keepdims=True)
    started = time.monotonic()
    found = ours([], many)
    seconds, share = time.monotonic() - started, float((found >= 0).mean())
    print(f"{size:,} phrases: {found.max() + 1} themes, {share:.1%} in one, {seconds:.0f} s", flush=True)


if __name__ == "__main__":
    main()
