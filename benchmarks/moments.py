"""`python -m benchmarks.moments`: how many turns a minute are read for moments, over few calls and over many.

Calls are read one by one, as `ingest` reads them, from the labelled calls of `corpus/labels`.
"""

from __future__ import annotations

import os
import time
from itertools import cycle, islice
from pathlib import Path

from models.keyword_spotter import KeywordSpotter
from models.moment_spotter import ClauseSpotter
from models.protocols import MomentSpotter, TurnText
from models.training.labelled_calls import read_labelled_calls

LABELS = Path(__file__).parents[1] / "corpus" / "labels" / "calls"
STRETCHES = 3
CALLS_EACH = 20


def main() -> None:
    """Print turns a minute for one stretch of calls after another, and the ratio to keyword rules."""
    import torch

    torch.set_num_threads(os.cpu_count() or 1)
    calls = [call.texts() for call in read_labelled_calls(LABELS) if not call.is_snippets]
    chosen = list(islice(cycle(calls), STRETCHES * CALLS_EACH))
    spotter, words = ClauseSpotter(), KeywordSpotter()
    spotter.spot(chosen[0])
    print(f"{os.cpu_count()} cores\n{'calls read before':>18} {'turns':>7} {'turns a minute':>15} {'keywords':>12}")
    for read in range(0, len(chosen), CALLS_EACH):
        stretch = chosen[read : read + CALLS_EACH]
        turns = sum(map(len, stretch))
        print(f"{read:18} {turns:7} {_pace(spotter, stretch, turns):15,.0f} {_pace(words, stretch, turns):12,.0f}")


def _pace(spotter: MomentSpotter, calls: list[list[TurnText]], turns: int) -> float:
    started = time.perf_counter()
    for call in calls:
        spotter.spot(call)
    return 60 * turns / (time.perf_counter() - started)


if __name__ == "__main__":
    main()
