"""Made phrases for the benchmark of search: the store's own tables filled by plain SQL.

The texts are those of the sample calls' turns, two at a time spliced, and their vectors mixed with noise, so that they
lie in clusters as real ones do. A fifth are moments; calls have a hundred phrases, an account of a hundred, a segment
of ten, and nine of ten say "most".
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt

from models.sentence_encoder import SentenceEncoder
from pipeline.insights.search import phrase_filter
from pipeline.records import text_hash
from pipeline.references.read import read_references
from pipeline.store.open import open_store
from pipeline.store.session import Store

GOLD = Path(__file__).parents[1] / "corpus" / "sample" / "gold"
TURNS, MOMENTS = 80, 20
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


def vectors_by_id(store: Store, encoder: str, path: Path) -> Vectors:
    """Write the vectors of all phrases into a file, by phrase, and return it."""
    with store.read() as tx:
        ids = [(found, rows) for found, rows in islice(tx.vectors.of_phrases(encoder), 1)]
        dim = ids[0][1].shape[1]
        last = int(tx.phrases.ids(phrase_filter(role="any"))[-1])
        held = np.memmap(path, np.float32, "w+", shape=(last + 1, dim))
        for found, rows in tx.vectors.of_phrases(encoder):
            held[found] = rows
    return held
