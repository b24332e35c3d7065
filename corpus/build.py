"""Builds the sample corpus: the recordings and their gold transcripts from the scripts, and the office documents.

Run from the top of the repository: `python -m corpus.build`, or with the names of single calls.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from corpus.brochure import write_brochure
from corpus.casting import RECORDINGS, Recording
from corpus.deck import write_deck
from corpus.encode import write_audio
from corpus.security import write_security
from corpus.speech import SpokenCall, speak_call
from models.training.labelled_calls import LabelledCall, LabelledTurn, parse_calls

SAMPLE = Path(__file__).resolve().parent / "sample"


def main(names: Sequence[str]) -> None:
    """Build the named calls, or everything."""
    unknown = set(names) - {recording.call for recording in RECORDINGS}
    if unknown:
        raise SystemExit(f"no such call: {', '.join(sorted(unknown))}; the calls are the files in {SAMPLE / 'scripts'}")
    for recording in RECORDINGS:
        if not names or recording.call in names:
            build_call(recording)
    if not names:
        write_brochure(SAMPLE / "collateral" / "onboarding-brochure.pdf")
        write_security(SAMPLE / "collateral" / "security-and-privacy.docx")
        write_deck(SAMPLE / "collateral" / "rotaline-vs-shiftwise.pptx")


def build_call(recording: Recording) -> None:
    """Write the recording of one script and its gold transcript."""
    (script,) = parse_calls(SAMPLE / "scripts" / f"{recording.call}.txt")
    spoken = speak_call(script.turns, recording)
    write_audio(spoken.samples, SAMPLE / "calls" / recording.file_name, rate_hz=recording.rate_hz)
    gold = {"id": recording.call, **read_metadata(recording), "turns": gold_turns(script, spoken)}
    text = json.dumps(gold, indent=1, ensure_ascii=False) + "\n"
    (SAMPLE / "gold" / f"{recording.call}.json").write_text(text, encoding="utf-8")


def read_metadata(recording: Recording) -> dict[str, Any]:
    """Return what is known about the call, from its sidecar or its row, without what describes the file only."""
    sidecar = SAMPLE / "calls" / f"{recording.call}.json"
    if sidecar.exists():
        given = json.loads(sidecar.read_text(encoding="utf-8"))
    else:
        with (SAMPLE / "calls" / "metadata.csv").open(encoding="utf-8", newline="") as file:
            (given,) = [row for row in csv.DictReader(file) if row["file"] == recording.file_name]
        given["amount"] = int(given["amount"])
    return {name: value for name, value in given.items() if name not in {"file", "channels"}}


def gold_turns(script: LabelledCall, spoken: SpokenCall) -> list[dict[str, Any]]:
    """Return the turns of a transcript file, each with the moments that the script marks in it."""
    return [
        {
            "speaker": "rep" if turn.is_rep else "customer",
            "role": "rep" if turn.is_rep else "customer",
            "start_s": start_s,
            "end_s": end_s,
            "text": turn.text,
            "moments": gold_moments(turn),
        }
        for turn, (start_s, end_s) in zip(script.turns, spoken.times_s, strict=True)
    ]


def gold_moments(turn: LabelledTurn) -> list[dict[str, Any]]:
    """Return the marked moments of one turn; hard negatives are not among them."""
    return [
        {"kind": mark.kind, "category": mark.category, "quote": turn.text[mark.start_char : mark.end_char]}
        for mark in turn.marks
        if mark.kind != "not"
    ]


if __name__ == "__main__":
    main(sys.argv[1:])
