"""`python -m benchmarks.coverage`: known themes of a seller held against its collateral, from hand-labelled quotes.

A folder holds `EXPECTED.json`, with `themes` of `id`, `status` and quotes (`quotes` by call, or `moments`), and
`collateral/`. What counts is told in three: answered (in whatever words), touched, not spoken of.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from models.answer_judge import PairAnswerJudge
from models.sentence_encoder import SentenceEncoder
from pipeline.collateral.read import read_document
from pipeline.insights.coverage import Shelf, judge_points

SAMPLE = Path(__file__).parents[1] / "corpus" / "sample"
_IN_THREE = {
    "covered": "answered",
    "other_words": "answered",
    "unused": "answered",
    "weak": "touched",
    "missing": "missing",
}
_POINTS = 12


def main() -> None:
    """Print each theme with what is expected and what is found, and the counts."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.coverage", description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, default=[SAMPLE], help="sellers; the sample one by default")
    encoder, judge = SentenceEncoder(), PairAnswerJudge()
    right = lost = total = 0
    for folder in parser.parse_args().folders:
        shelf = _shelf(sorted((folder / "collateral").iterdir()), encoder)
        for theme in json.loads((folder / "EXPECTED.json").read_text("utf-8"))["themes"]:
            verdict = judge_points(_quotes(theme)[:_POINTS], shelf, judge, encoder)
            expected, found = _IN_THREE[theme["status"]], _IN_THREE[verdict.status]
            best = verdict.passages[0]
            print(f"{theme['id']:20}{expected:10}{found:10}{best.score:6.2f}  {best.passage.document_name}")
            right += expected == found
            lost += (expected, found) == ("answered", "missing")
            total += 1
    print(f"{right} of {total} right; {lost} answered themes called missing")


def _shelf(documents: Sequence[Path], encoder: SentenceEncoder) -> Shelf:
    passages = tuple(passage for path in documents for passage in read_document(path)[1])
    return Shelf(passages, encoder.encode([passage.text for passage in passages]))


def _quotes(theme: Mapping[str, Any]) -> list[str]:
    if "moments" in theme:
        return [moment["quote"] for moment in theme["moments"]]
    return [quote for quotes in theme["quotes"].values() for quote in quotes]


if __name__ == "__main__":
    main()
