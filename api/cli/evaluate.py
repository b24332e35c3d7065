"""`buyerspeak evaluate`: held calls beside what people wrote down of them."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.evaluation_tables import print_evaluation
from api.cli.shared import DataOption, JsonOption, complain, open_toolkit, print_json

if TYPE_CHECKING:
    from pipeline.insights.call_measures import ReferencedCall
    from pipeline.store.session import Store


def evaluate(
    gold: Annotated[
        list[Path],
        typer.Argument(
            help="References: transcripts (JSON, WebVTT, SRT, vCon), STM, CTM, RTTM, or plain text (.txt, .lab). "
            "One call may have one with words and one RTTM.",
            show_default=False,
        ),
    ],
    fillers: Annotated[
        bool, typer.Option("--fillers", help="Count uh, um, er as words, which other languages need.")
    ] = False,
    collar: Annotated[
        float, typer.Option("--collar", help="Seconds not scored on both sides of a border between speakers.", min=0)
    ] = 0.25,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Measure held transcripts against references: word, speaker and role errors, invented words, labelled moments."""
    from pipeline.insights.call_measures import Scoring
    from pipeline.insights.evaluation import evaluate as measure
    from pipeline.insights.spoken_words import RULES

    store = open_toolkit(data).store
    pairs, failed = _referenced_calls(store, gold)
    if not pairs:
        raise typer.Exit(1)
    scoring = Scoring(fillers=fillers, collar_s=collar)
    result = measure(store, pairs, scoring)
    if as_json:
        words = result.measures["role_accuracy"].parts.get("words", 0)
        plain = {"role_accuracy": result.measures["role_accuracy"].value, "n_words": words}
        plain["word_error_rate"] = result.measures["wer"].value
        print_json({**plain, **asdict(result), "scoring": asdict(scoring), "rules": RULES})
    else:
        print_evaluation(result, scoring)
    if failed:
        raise typer.Exit(1)


def _referenced_calls(store: Store, files: list[Path]) -> tuple[list[ReferencedCall], bool]:
    """Return the held calls that the files are about, and whether anything had to be refused, which is said."""
    from pipeline.errors import BuyerspeakError
    from pipeline.insights.evaluation import match_references
    from pipeline.references.read import read_references

    references, refused = [], []
    for path in files:
        try:
            references += read_references(path)
        except BuyerspeakError as error:
            refused.append(error)
    pairs, unmatched = match_references(store, references)
    for refusal in (*refused, *unmatched):
        complain(f"failed: {refusal}")
    return pairs, bool(refused or unmatched)


COMMANDS = (evaluate,)
