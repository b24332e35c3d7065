"""`make train`: every learned head rebuilt from `corpus/labels`, and measured on trades that it has not seen."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from models import answer_judge, moment_spotter, role_judge
from models.sentence_encoder import SentenceEncoder
from models.training import report
from models.training.answer_cases import read_answer_cases
from models.training.answers import make_pairs, train_answer_network
from models.training.labelled_calls import describe, read_labelled_calls
from models.training.moments import fit_calibration, make_examples, train_network
from models.training.roles import train_role_head
from models.training.splits import split_by_trade
from models.tuned_encoder import save_tuned

LABELS = Path(__file__).parents[2] / "corpus" / "labels"


def _roles() -> None:
    calls = read_labelled_calls(LABELS / "calls")
    encoder = SentenceEncoder()
    kept, held = split_by_trade(calls, lambda call: call.trade)
    print(report.roles(train_role_head(kept, encoder), held, encoder))
    train_role_head(calls, encoder).save(role_judge.HEAD)


def _moments() -> None:
    from models.clauses import ClauseSplitter

    calls = read_labelled_calls(LABELS / "calls")
    print(describe(calls))
    splitter = ClauseSplitter()
    kept, held = split_by_trade(calls, lambda call: call.trade)
    measured = train_network(make_examples(kept, splitter))
    # Snippets are dense with moments on purpose; scores are calibrated on whole calls, as they come.
    whole = [call for call in held if "snippets" not in call.name]
    calibration = fit_calibration(measured, make_examples(whole, splitter))
    print(report.moments(measured, calibration, whole, splitter))
    final = train_network(make_examples(calls, splitter))
    facts = {"slope": repr(round(calibration.slope, 6)), "offset": repr(round(calibration.offset, 6))}
    save_tuned(moment_spotter.HEAD, final.encoder, final.heads, facts)


def _answers() -> None:
    cases = read_answer_cases(LABELS / "answers")
    kept, held = split_by_trade(cases, lambda case: case.trade)
    print(report.answers(train_answer_network(make_pairs(kept)), held))
    final = train_answer_network(make_pairs(cases))
    save_tuned(answer_judge.HEAD, final.encoder, final.heads, {})


_PARTS: Mapping[str, Callable[[], None]] = {"roles": _roles, "moments": _moments, "answers": _answers}


def main() -> None:
    """Train the parts named on the command line, or all."""
    import torch

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*_PARTS, []], help="what to train; all if none is named")
    # The sum of a matrix product depends on how many threads share it: one gives the same bytes everywhere.
    torch.set_num_threads(1)
    for name in parser.parse_args().parts or _PARTS:
        started = time.monotonic()
        print(f"== {name}")
        _PARTS[name]()
        print(f"({time.monotonic() - started:.0f} s)\n", flush=True)


if __name__ == "__main__":
    main()
