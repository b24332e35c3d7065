"""`python -m benchmarks.coverage`: known themes of a seller held against its collateral, from hand-labelled quotes.

A folder holds `EXPECTED.json`, with `themes` of `id`, `status` and quotes (`quotes` by call, or `moments`), and
`collateral/`. With `--made`, sellers made of labelled cases in trades that the judge has not seen are told as well.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from models.answer_judge import PairAnswerJudge
from models.matter_encoder import HEAD
from models.sentence_encoder import SentenceEncoder
from models.training.answer_cases import AnswerCase, parse_cases, read_answer_cases
from models.training.answer_sellers import make_sellers
from models.training.splits import split_as_trained
from models.tuned_encoder import read_facts
from pipeline.collateral.read import read_document
from pipeline.collateral.records import Passage
from pipeline.insights.coverage import ANSWERING, Shelf, judge_points

_CORPUS = Path(__file__).parents[1] / "corpus"
SAMPLE = _CORPUS / "sample"
_POINTS = 12


@dataclass
class Tally:
    """Themes by what is expected and what is found."""

    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)

    def __str__(self) -> str:
        """Say how many are right in five statuses and in three, and which answered ones were lost."""
        total = max(1, self.pairs.total())
        exact = sum(n for (expected, found), n in self.pairs.items() if expected == found)
        broad = sum(n for (expected, found), n in self.pairs.items() if _broad(expected) == _broad(found))
        apart = sum(n for pair, n in self.pairs.items() if (pair[0] in ANSWERING) == (pair[1] in ANSWERING))
        answered = sum(n for (expected, _), n in self.pairs.items() if expected in ANSWERING)
        lost = sum(n for (expected, found), n in self.pairs.items() if expected in ANSWERING and found == "missing")
        return (
            f"{exact} of {total} themes right in all statuses ({exact / total:.0%}), {broad} told answered, touched or "
            f"missing ({broad / total:.0%}), {apart} answered or not ({apart / total:.0%}); "
            f"{lost} of {answered} answered called missing"
        )


def main() -> None:
    """Print each theme of the folders with what is expected and found, and the counts."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.coverage", description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, default=[SAMPLE], help="sellers; the sample one by default")
    parser.add_argument("--made", action="store_true", help="tell sellers made of held-back cases too")
    chosen = parser.parse_args()
    encoder, judge = SentenceEncoder(), PairAnswerJudge()
    tally = Tally()
    for folder in chosen.folders:
        shelf = _shelf(list(_passages(sorted((folder / "collateral").iterdir()))), encoder)
        for theme in json.loads((folder / "EXPECTED.json").read_text("utf-8"))["themes"]:
            verdict = judge_points(_quotes(theme)[:_POINTS], shelf, judge, encoder)
            best = verdict.passages[0]
            found = f"{best.score:6.2f}  {best.passage.document_name}, {best.passage.locator}"
            print(f"{theme['id']:20}{theme['status']:12}{verdict.status:12}{found}")
            tally.pairs[theme["status"], verdict.status] += 1
    print(tally)
    if chosen.made:
        for name, cases in _unseen().items():
            print(f"sellers made of {name}: {_made(cases, judge, encoder)}", flush=True)


def _unseen() -> dict[str, list[AnswerCase]]:
    """Return the labelled cases that the judge has not seen, by where they stand."""
    labels = _CORPUS / "labels"
    cases = read_answer_cases(labels / "answers")
    _, unseen = split_as_trained(cases, lambda case: case.trade, read_facts(HEAD)["trained_on"])
    held = {
        f"held_answers/{path.name}": list(parse_cases(path)) for path in sorted((labels / "held_answers").glob("*"))
    }
    return {"answers, trades held back": unseen} | held


def _made(cases: Sequence[AnswerCase], judge: PairAnswerJudge, encoder: SentenceEncoder) -> Tally:
    tally = Tally()
    for seller in make_sellers(cases):
        passages = [Passage(str(n), seller.trade, seller.trade, n, str(n), text) for n, text in enumerate(seller.shelf)]
        shelf = _shelf(passages, encoder)
        for theme in seller.themes:
            tally.pairs[theme.status, judge_points(theme.points, shelf, judge, encoder).status] += 1
    return tally


def _broad(status: str) -> str:
    return "answered" if status in ANSWERING else status


def _passages(documents: Sequence[Path]) -> Iterator[Passage]:
    for path in documents:
        yield from read_document(path)[1]


def _shelf(passages: Sequence[Passage], encoder: SentenceEncoder) -> Shelf:
    return Shelf(tuple(passages), encoder.encode([passage.text for passage in passages]))


def _quotes(theme: Mapping[str, Any]) -> list[str]:
    if "moments" in theme:
        return [moment["quote"] for moment in theme["moments"]]
    return [quote for quotes in theme["quotes"].values() for quote in quotes]


if __name__ == "__main__":
    main()
