"""`python -m benchmarks.search_quality --data FOLDER`: search beside its parts and LanceDB's hybrid search.

Phrases are the utterances of banking77, each a call of its own, among the turns of persuasion and multidogo as noise.
Questions are a held-out tenth of the utterances, the same with one word misspelt, and the names of the intents; what
is of the question's intent is relevant. All systems share the vectors, and the questions' are made before the clock
starts, save those of words that buyerspeak corrects. The weight of words against meaning was
chosen on hwu64, not here. LanceDB is left out where it is not installed, and that is said.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt

from models.sentence_encoder import SentenceEncoder
from pipeline.insights.phrase_index import PhraseIndex
from pipeline.insights.question import read_question
from pipeline.insights.search import PhraseSearch, phrase_filter
from pipeline.records import Call, PhraseFilter, Turn, text_hash
from pipeline.store.open import open_store
from pipeline.store.session import Store

QUESTIONS = 300
DEPTH = 100
EVERYTHING = PhraseFilter()
Rank = Callable[[str], list[str]]
"""From a question to the calls of the phrases found, best first, at most DEPTH."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """Held utterances by call, their intents, and the questions with theirs."""

    turns: dict[str, list[str]]
    intents: dict[str, str]
    questions: dict[str, list[tuple[str, str]]]


class KnownQuestions:
    """An encoder that keeps the vectors of the questions."""

    def __init__(self, encoder: SentenceEncoder, questions: Sequence[str]) -> None:
        self.name, self.dim = encoder.name, encoder.dim
        self._encoder = encoder
        self._known = dict(zip(questions, encoder.encode(questions), strict=True))

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return the vectors, shape (len(texts), dim)."""
        if all(text in self._known for text in texts):
            return np.stack([self._known[text] for text in texts])
        return self._encoder.encode(texts)


def read_corpus(folder: Path, noise: int) -> Corpus:
    """Return the phrases, with every `noise`-th talk of others, and the questions; the same ones each time."""
    rows = dict.fromkeys(
        (" ".join(row["text"].split()), row["category"])
        for part in ("train", "test")
        for row in _rows(folder / "banking77" / f"{part}.csv", ",")
    )
    pairs = list(rows)
    order = np.random.default_rng(0).permutation(len(pairs))
    asked = [(pairs[place][0].replace('"', ""), pairs[place][1]) for place in order[: len(pairs) // 10]][:QUESTIONS]
    held = [pairs[place] for place in sorted(order[len(pairs) // 10 :])]
    names = [(intent.replace("_", " "), intent) for intent in sorted({intent for _, intent in pairs})]
    misspelt = [(_misspelt(text), intent) for text, intent in asked]
    calls = {f"bank-{number}": [text] for number, (text, _) in enumerate(held)}
    intents = {f"bank-{number}": intent for number, (_, intent) in enumerate(held)}
    questions = {"utterances": asked, "misspelt": misspelt, "intent names": names}
    return Corpus(calls | dict(islice(_noise(folder), 0, None, noise)), intents, questions)


def _rows(path: Path, delimiter: str) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        quoting = csv.QUOTE_NONE if delimiter == "\t" else csv.QUOTE_MINIMAL
        yield from csv.DictReader(file, delimiter=delimiter, quoting=quoting)


def _noise(folder: Path) -> Iterator[tuple[str, list[str]]]:
    talks: dict[str, list[str]] = defaultdict(list)
    for row in _rows(folder / "persuasion" / "full_dialog.csv", ","):
        talks[row["B2"]].append(row["Unit"])
    for path in sorted((folder / "multidogo").glob("*.tsv")):
        for row in _rows(path, "\t"):
            if row["utterance"]:
                talks[row["conversationId"]].append(row["utterance"])
    for number, texts in enumerate(talks.values()):
        yield f"noise-{number}", texts


def _misspelt(text: str) -> str:
    """Swap two letters in the middle of the longest word."""
    word = max(text.split(), key=len)
    at = len(word) // 2
    return text.replace(word, f"{word[: at - 1]}{word[at]}{word[at - 1]}{word[at + 1 :]}", 1)


def fill(store: Store, encoder: SentenceEncoder, corpus: Corpus) -> None:
    """Hold every text as a customer's turn, with its vector."""
    now = datetime.now(UTC)
    for chunk in np.array_split(np.array(list(corpus.turns)), 50):
        with store.begin() as tx:
            for call in chunk.tolist():
                texts = corpus.turns[call]
                tx.calls.add(Call(call, call, text_hash(call), "transcript", None, None, None, {}, now))
                spoken = [Turn(call, turn, "S1", "customer", 1.0, None, None, said) for turn, said in enumerate(texts)]
                tx.talk.replace_turns(call, spoken)
                tx.phrases.replace_of_call(call)
            texts = [text for call in chunk.tolist() for text in corpus.turns[call]]
            tx.vectors.put(encoder.name, [text_hash(text) for text in texts], encoder.encode(texts))


def systems(store: Store, encoder: KnownQuestions, folder: Path) -> dict[str, Rank]:
    """Return what is compared."""
    index = PhraseIndex(store, encoder, folder / "index")
    search = PhraseSearch(store, encoder, index)

    def ours(question: str) -> list[str]:
        hits = search.search(question, phrase_filter(), limit=DEPTH).hits
        return [call for hit in hits for call in (hit.quote.call, *(copy.call for copy in hit.elsewhere))][:DEPTH]

    def words(question: str) -> list[str]:
        with store.read() as tx:
            held = index.held(tx)
            found, _ = held.ranked(read_question(question).content, DEPTH, held.within(tx, EVERYTHING).slots)
        return _calls(store, [place.id for place in held.places(found)])

    def meaning(question: str) -> list[str]:
        with store.read() as tx:
            held = index.held(tx)
            found, _ = held.nearest(encoder.encode([question])[0], DEPTH, held.within(tx, EVERYTHING).slots)
        return _calls(store, [place.id for place in held.places(found)])

    def fused(question: str) -> list[str]:
        scores: dict[str, float] = defaultdict(float)
        for ranking in (words(question), meaning(question)):
            for place, call in enumerate(ranking, start=1):
                scores[call] += 1 / (60 + place)
        return sorted(scores, key=lambda call: -scores[call])[:DEPTH]

    compared: dict[str, Rank] = {
        "buyerspeak": ours,
        "vectors alone": meaning,
        "BM25 alone": words,
        "both by reciprocal rank": fused,
    }
    if find_spec("lancedb") is None:
        print("LanceDB is not installed and is left out: pip install lancedb\n")
        return compared
    return compared | {"LanceDB hybrid": _lancedb(store, encoder, folder)}


def _calls(store: Store, ids: Sequence[int]) -> list[str]:
    with store.read() as tx:
        return [phrase.call for phrase in tx.phrases.by_ids(ids).values()]


def _lancedb(store: Store, encoder: KnownQuestions, folder: Path) -> Rank:
    import lancedb

    with store.read() as tx:
        vectors = {
            int(phrase): vector
            for ids, found in tx.vectors.of_phrases(encoder.name)
            for phrase, vector in zip(ids, found, strict=True)
        }
        phrases = tx.phrases.by_ids(list(vectors))
    table = lancedb.connect(folder / "lance").create_table(
        "phrases",
        [{"call": phrase.call, "text": phrase.text, "vector": vectors[key]} for key, phrase in phrases.items()],
    )
    table.create_fts_index("text")

    def hybrid(question: str) -> list[str]:
        asked = table.search(query_type="hybrid").vector(encoder.encode([question])[0]).text(question)
        return [row["call"] for row in asked.limit(DEPTH).to_list()]

    return hybrid


def ndcg(found: Sequence[bool], n_relevant: int, depth: int = 10) -> float:
    """Return the discounted gain of the first `depth` over that of a perfect list."""
    worth = 1 / np.log2(np.arange(2, depth + 2))
    return float(sum(worth[place] for place, hit in enumerate(found[:depth]) if hit) / worth[:n_relevant].sum())


def measure(rank: Rank, corpus: Corpus, questions: Sequence[tuple[str, str]]) -> npt.NDArray[np.float64]:
    """Return nDCG@10, recall@100 of what 100 places can hold, and the median milliseconds of a question."""
    sizes: dict[str, int] = defaultdict(int)
    for intent in corpus.intents.values():
        sizes[intent] += 1
    rows, times = [], []
    for question, intent in questions:
        started = time.perf_counter()
        found = [corpus.intents.get(call) == intent for call in rank(question)]
        times.append(1000 * (time.perf_counter() - started))
        rows.append((ndcg(found, sizes[intent]), sum(found) / min(DEPTH, sizes[intent])))
    return np.array([*np.mean(rows, axis=0), np.median(times)])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with banking77, persuasion and multidogo")
    parser.add_argument("--noise", type=int, default=1, help="take every so many-th talk of the noise")
    options = parser.parse_args()
    corpus = read_corpus(options.data, options.noise)
    n_noise = sum(len(texts) for call, texts in corpus.turns.items() if call not in corpus.intents)
    print(
        f"{len(corpus.intents):,} utterances of {len(set(corpus.intents.values()))} intents, {n_noise:,} turns of noise"
    )
    print(", ".join(f"{len(asked)} {name}" for name, asked in corpus.questions.items()) + "\n", flush=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store, encoder = open_store(f"sqlite:///{folder / 'quality.db'}"), SentenceEncoder()
        fill(store, encoder, corpus)
        print(f"{'nDCG@10, recall@100, ms':26}" + "".join(f"{kind:>22}" for kind in corpus.questions), flush=True)
        known = KnownQuestions(encoder, [text for asked in corpus.questions.values() for text, _ in asked])
        for system, rank in systems(store, known, folder).items():
            measured = [measure(rank, corpus, asked) for asked in corpus.questions.values()]
            cells = [f"{gain:.3f} {recall:.3f} {ms:5.0f}" for gain, recall, ms in measured]
            print(f"{system:26}" + "".join(f"{cell:>22}" for cell in cells), flush=True)
        store.close()


if __name__ == "__main__":
    main()
