"""Themes of small corpora held against known matters: purity, recall, and labels to read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.small_corpora import SmallCorpus, of_calls, of_cases, of_intents
from models.matter_encoder import MatterEncoder
from models.protocols import Encoder
from models.sentence_encoder import SentenceEncoder
from models.training.answer_cases import read_answer_cases
from pipeline.insights.communities import Numbers, Vectors
from pipeline.insights.talk_around import said_around
from pipeline.insights.theme_vectors import Hints
from pipeline.insights.themes import ThemeSet, find_themes

_SIZES = (60, 100, 200, 500)
_DRAWS = 4
_PURE = 0.8
_CORPUS = Path(__file__).parents[1] / "corpus"
_COLUMNS = ("NMI", "ARI", "precision", "recall", "pure", "found", "in one", "themes")

Read = Callable[[Path, tuple[str, ...]], tuple[list[str], npt.NDArray[np.str_]]]


def print_small(data: Path, read: Read) -> None:
    """Print the table, the mean of each kind of corpus a line, and the labels of the labelled calls' themes.

    Precision and recall are of pairs of moments; a moment in no theme is alone. A theme is `pure` of which eight in ten
    are of one matter; a matter is `found` if a theme shares half of what both hold (Jaccard).
    """
    encoder, matters, held = SentenceEncoder(), MatterEncoder(), dict[str, list[tuple[float, ...]]]()
    print(f"{'small corpora':20}" + "".join(f"{name:>10}" for name in _COLUMNS))
    for corpus in _corpora(data, read):
        quotes = [moment.quote for moment in corpus.moments]
        hints = None
        if corpus.calls:
            hints = Hints(matters.encode(quotes), _around(corpus, encoder), _around(corpus, matters))
        found = find_themes(corpus.moments, encoder.encode(quotes), {}, encoder=encoder, hints=hints)
        held.setdefault(corpus.name, []).append(score(corpus.matters, _numbers(corpus, found)))
        if corpus.name.endswith("labelled"):
            print(f"  {corpus.name}: {'; '.join(theme.label for theme in found.themes)}")
    for name, scores in held.items():
        print(f"{name:20}" + "".join(f"{value:10.2f}" for value in np.mean(scores, axis=0)), flush=True)


def _around(corpus: SmallCorpus, encoder: Encoder) -> Vectors:
    """Return the vectors of the talk round each moment."""
    said = {
        call: dict(enumerate(zip(texts, encoder.encode(texts), strict=True))) for call, texts in corpus.calls.items()
    }
    return np.array([said_around(said[moment.call], moment.turn, encoder.dim) for moment in corpus.moments])


def _corpora(data: Path, read: Read) -> Iterator[SmallCorpus]:
    for name, parts in (("banking77", ("test",)), ("hwu64", ("test", "train"))):
        texts, intents = read(data / name, parts)
        for n in _SIZES:
            yield from of_intents(name, texts, intents.tolist(), n, _DRAWS)
    cases = read_answer_cases(_CORPUS / "labels" / "answers")
    for n in _SIZES[:-1]:
        yield from of_cases(cases, n, 2 * _DRAWS)
    sample = _CORPUS / "sample"
    yield of_calls("sample, labelled", sample / "gold", sample / "EXPECTED.json")
    if (data / "dev" / "EXPECTED.json").is_file():
        yield of_calls("seller, labelled", data / "dev" / "calls", data / "dev" / "EXPECTED.json")


def _numbers(corpus: SmallCorpus, found: ThemeSet) -> Numbers:
    theme_of = {name: place for place, ids in enumerate(found.members.values()) for name in ids}
    return np.array([theme_of.get(moment.id, -1) for moment in corpus.moments], np.int64)


def score(matters: Numbers, found: Numbers) -> tuple[float, ...]:
    """Return the figures of `_COLUMNS` for the themes of rows whose matters are known; -1 is alone in both."""
    from sklearn.metrics import (  # type: ignore[import-untyped]  # it has no stubs
        adjusted_rand_score,
        normalized_mutual_info_score,
    )

    truth, told = _alone_apart(matters), _alone_apart(found)
    upper = np.triu_indices(len(truth), 1)
    same, together = (truth[:, None] == truth)[upper], (told[:, None] == told)[upper]
    both = int((same & together).sum())
    themes, known = _groups(found), _groups(matters)
    pure = [np.unique(truth[rows], return_counts=True)[1].max() >= _PURE * len(rows) for rows in themes]
    hit = [max((_shared(rows, theme) for theme in themes), default=0.0) >= 0.5 for rows in known]
    return (
        float(normalized_mutual_info_score(truth, told)),
        float(adjusted_rand_score(truth, told)),
        both / max(1, int(together.sum())),
        both / max(1, int(same.sum())),
        float(np.mean(pure)) if pure else 0.0,
        float(np.mean(hit)) if hit else 0.0,
        float((found >= 0).mean()),
        float(len(themes)),
    )


def _alone_apart(numbers: Numbers) -> Numbers:
    apart = numbers.copy()
    apart[numbers < 0] = numbers.max(initial=-1) + 1 + np.arange(int((numbers < 0).sum()))
    return apart


def _groups(numbers: Numbers) -> list[Numbers]:
    return [np.flatnonzero(numbers == number) for number in np.unique(numbers[numbers >= 0])]


def _shared(one: Sequence[int] | Numbers, other: Sequence[int] | Numbers) -> float:
    return len(np.intersect1d(one, other)) / len(np.union1d(one, other))
