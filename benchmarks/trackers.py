"""`python -m benchmarks.trackers --data FOLDER`: trackers on labelled intents, and their time on a long history.

FOLDER holds `train.csv` and `test.csv` with columns text and category (banking77), or `train/` and `test/` with
`seq.in` and `label` (hwu64). Ten examples of an intent are drawn from the training part, every text of the test part
is ranked, and average precision is taken over all intents and draws. What is ranked is also the background, without
labels, as a store's own phrases are.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt

from models.few_shot import THRESHOLD, fit_few_shot
from models.sentence_encoder import SentenceEncoder
from pipeline.insights.trackers import track
from pipeline.phrase_vectors import of_pieces
from pipeline.records import Call, Turn, text_hash
from pipeline.store.open import open_store
from pipeline.store.session import Store
from pipeline.trackers import new_examples, new_tracker

Vectors = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]
Rank = Callable[[Vectors, Vectors, Vectors], Vectors]
"""Scores for (texts to rank, examples, background)."""

SEEDS = (0, 1, 2)
EXAMPLES = 10
BACKGROUND = 2_000
TURNS_A_CALL = 100
WORDS = ("price", "contract", "team", "payroll", "winter", "training", "again", "maybe", "today", "report")


@dataclass(frozen=True, slots=True)
class Part:
    """Texts as vectors, with their intents."""

    vectors: Vectors
    intents: npt.NDArray[np.str_]


def nearest_centroid(texts: Vectors, examples: Vectors, _background: Vectors) -> Vectors:
    """Score by the cosine to the mean of the examples: the baseline."""
    centre = examples.mean(axis=0)
    return np.asarray(texts @ (centre / np.linalg.norm(centre)))


def nearest_example(texts: Vectors, examples: Vectors, _background: Vectors) -> Vectors:
    """Score by the cosine to the nearest example."""
    return np.asarray((texts @ examples.T).max(axis=1))


def nearest_three(texts: Vectors, examples: Vectors, _background: Vectors) -> Vectors:
    """Score by the mean cosine to the three nearest examples."""
    return np.asarray(np.sort(texts @ examples.T, axis=1)[:, -3:].mean(axis=1))


def whitened(texts: Vectors, examples: Vectors, background: Vectors) -> Vectors:
    """Score by linear discriminant analysis with the background's covariance (Hariharan, Malik, Ramanan 2012)."""
    centre = background.mean(axis=0)
    covariance = np.cov((background - centre).T)
    covariance = 0.3 * covariance + 0.7 * np.trace(covariance) / len(covariance) * np.eye(len(covariance))
    return np.asarray((texts - centre) @ np.linalg.solve(covariance, examples.mean(axis=0) - centre))


def tracker(texts: Vectors, examples: Vectors, background: Vectors) -> Vectors:
    """Score as a tracker does."""
    return fit_few_shot(examples, examples[:0], background).scores(texts)


RANKINGS: dict[str, Rank] = {
    "nearest centroid": nearest_centroid,
    "nearest example": nearest_example,
    "nearest three examples": nearest_three,
    "whitened by the background": whitened,
    "tracker": tracker,
}


def average_precision(scores: Vectors, wanted: Flags) -> float:
    """Return the mean precision at each wanted text."""
    found = wanted[np.argsort(-scores, kind="stable")]
    return float((np.cumsum(found)[found] / (np.flatnonzero(found) + 1)).mean())


def f1(scores: Vectors, wanted: Flags) -> float:
    """Return F1 of what is found at the usual threshold."""
    found = scores >= THRESHOLD
    return float(2 * (found & wanted).sum() / (found.sum() + wanted.sum()))


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of labelled texts")
    parser.add_argument("--turns", type=int, default=100_000, help="turns of the history that is timed")
    options = parser.parse_args()
    encoder = SentenceEncoder()
    train, test = (_read(options.data, part, encoder) for part in ("train", "test"))
    intents = sorted(set(test.intents))
    print(f"{options.data.name}: {len(intents)} intents, {EXAMPLES} examples, {len(test.intents)} texts ranked")
    _print_ranking(train, test, intents)
    _print_answers(train, test, intents)
    _print_speed(encoder, options.turns)


def _read(folder: Path, part: str, encoder: SentenceEncoder) -> Part:
    if (folder / f"{part}.csv").is_file():
        with (folder / f"{part}.csv").open(encoding="utf-8", newline="") as file:
            rows = [(row["text"], row["category"]) for row in csv.DictReader(file)]
    else:
        texts, labels = ((folder / part / name).read_text("utf-8").splitlines() for name in ("seq.in", "label"))
        rows = list(zip(texts, labels, strict=True))
    return Part(encoder.encode([text for text, _ in rows]), np.array([label for _, label in rows]))


def _draw(part: Part, intent: str, n: int, generator: np.random.Generator) -> Vectors:
    return part.vectors[generator.choice(np.flatnonzero(part.intents == intent), n, replace=False)]


def _sample(part: Part, generator: np.random.Generator) -> npt.NDArray[np.int64]:
    return generator.choice(len(part.vectors), min(BACKGROUND, len(part.vectors)), replace=False)


def _print_ranking(train: Part, test: Part, intents: Sequence[str]) -> None:
    precisions: dict[str, list[float]] = {name: [] for name in RANKINGS}
    at_threshold = []
    for seed in SEEDS:
        generator = np.random.default_rng(seed)
        background = test.vectors[_sample(test, generator)]
        for intent in intents:
            examples, wanted = _draw(train, intent, EXAMPLES, generator), test.intents == intent
            for name, rank in RANKINGS.items():
                scores = rank(test.vectors, examples, background)
                precisions[name].append(average_precision(scores, wanted))
            at_threshold.append(f1(scores, wanted))
    means = {name: float(np.mean(found)) for name, found in precisions.items()}
    print(f"\n{'mean average precision':32}{'':8}{'to baseline':>12}")
    for name, mean in means.items():
        print(f"{name:32}{mean:8.3f}{mean / means['nearest centroid']:12.3f}")
    print(f"F1 of the tracker's finds at {THRESHOLD}: {np.mean(at_threshold):.3f}", flush=True)


def _print_answers(train: Part, test: Part, intents: Sequence[str]) -> None:
    """Start from five examples, and answer the ten least sure of the unlabelled training texts, three times."""
    print("\n5 examples, then answers     MAP      F1")
    results = np.array([_answered(train, test, intent) for intent in intents[::4]])
    for answers, (precision, score) in zip(range(0, 40, 10), results.mean(axis=0), strict=True):
        print(f"{answers:25}{precision:8.3f}{score:8.3f}", flush=True)


def _answered(train: Part, test: Part, intent: str) -> list[tuple[float, float]]:
    generator = np.random.default_rng(0)
    asked = _sample(train, generator)
    texts, is_meant = train.vectors[asked], train.intents[asked] == intent
    yes, no = _draw(train, intent, 5, generator), texts[:0]
    told = np.zeros(len(texts), dtype=bool)
    rounds = []
    for _ in range(4):
        detector = fit_few_shot(yes, no, texts)
        scores = detector.scores(test.vectors)
        rounds.append((average_precision(scores, test.intents == intent), f1(scores, test.intents == intent)))
        doubts = np.abs(detector.scores(texts) - THRESHOLD) + told
        told[np.argsort(doubts, kind="stable")[:10]] = True
        yes, no = np.concatenate([yes[:5], texts[told & is_meant]]), texts[told & ~is_meant]
    return rounds


def _print_speed(encoder: SentenceEncoder, n_turns: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{Path(folder) / 'speed.db'}")
        _fill(store, encoder, n_turns)
        examples = new_examples([f"{word} is the matter here" for word in WORDS], [], who="benchmark")
        encoder.encode(["once"])
        started = time.monotonic()
        with store.read() as tx:
            reading = track(tx, encoder, new_tracker("speed", who="benchmark"), examples).read(tx, limit=20)
        seconds = time.monotonic() - started
        store.close()
    print(f"\n{reading.n_turns_read:,} turns of history read in {seconds:.1f} s")


def _fill(store: Store, encoder: SentenceEncoder, n_turns: int) -> None:
    """Hold customers' turns of random words under random vectors, every other turn in two pieces."""
    generator = np.random.default_rng(0)
    for call in (f"call-{number}" for number in range(n_turns // TURNS_A_CALL)):
        texts = [f"{' '.join(generator.choice(WORDS, 8))} {call} {turn}" for turn in range(TURNS_A_CALL)]
        vectors = generator.standard_normal((len(texts), encoder.dim)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        turns = [Turn(call, turn, "S1", "customer", 1.0, None, None, text) for turn, text in enumerate(texts)]
        with store.begin() as tx:
            tx.calls.add(Call(call, call, text_hash(call), "transcript", None, None, None, {}, datetime.now(UTC)))
            tx.talk.replace_turns(call, turns)
            tx.phrases.replace_of_call(call)
            hashes = [text_hash(text) for text in texts]
            tx.vectors.put(encoder.name, hashes, vectors)
            stacks = {name: vectors[place : place + 2] for place, name in enumerate(hashes[:-1]) if place % 2}
            tx.vectors.put_stacks(of_pieces(encoder.name), stacks)


if __name__ == "__main__":
    main()
