"""What people corrected, taught to the network that finds moments; what it learnt is kept beside the data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from models.training.labelled_calls import LabelledCall, LabelledTurn, Mark, read_labelled_calls
from pipeline.errors import BadInput, MissingPart
from pipeline.insights.corrected import CorrectedCall, corrected_calls

if TYPE_CHECKING:
    from models.training.refine import Refined
    from pipeline.assemble import Toolkit

LABELS = Path(__file__).parents[1] / "corpus" / "labels" / "calls"
MIN_CORRECTIONS = 10


def learn(toolkit: Toolkit, *, labels: Path = LABELS) -> Refined:
    """Teach the installed network all corrections that hold; the result is kept in the data folder if it is no worse.

    Always from the network as installed: what was undone since is unlearnt. Calls are read anew by `process_calls`.
    Raises BadInput if there is too little to learn from, MissingPart without the labelled calls of a checkout.
    """
    from models.moment_spotter import HEAD
    from models.training.refine import refine

    with toolkit.store.read() as tx:
        corrected = [labelled(call) for call in corrected_calls(tx)]
    n = sum(len(turn.marks) for call in corrected for turn in call.turns)
    if n < MIN_CORRECTIONS:
        raise BadInput(
            f"There is too little to learn from: {n} corrections, of at least {MIN_CORRECTIONS}. "
            "Judge moments with `buyerspeak moment confirm` and `reject` first."
        )
    if not labels.is_dir():
        raise MissingPart(
            f"Training mixes corrections with the labelled calls, and {labels} is not there. Run it in a checkout."
        )
    return refine(corrected, read_labelled_calls(labels), head=HEAD, out=toolkit.own_head)


def labelled(call: CorrectedCall) -> LabelledCall:
    """Return a corrected call in the form of the labelled ones."""
    turns = [
        LabelledTurn(
            "R" if turn.is_rep else "C",
            turn.text,
            tuple(
                Mark(mark.kind, mark.category, "asserted", mark.start_char, mark.end_char)
                for mark in call.marks
                if mark.turn == place
            ),
        )
        for place, turn in enumerate(call.turns)
    ]
    return LabelledCall(call.call, "corrected", "ordinary", tuple(turns))
