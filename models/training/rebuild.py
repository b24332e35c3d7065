"""Every learned head rebuilt from `corpus/labels`, and measured on trades that it has not seen."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from models import answer_judge, moment_spotter, reply_judge, role_judge
from models.clauses import ClauseSplitter
from models.sentence_encoder import SentenceEncoder
from models.training import report
from models.training.answer_cases import read_answer_cases
from models.training.answers import fit_answer_scores, train_answer_encoder
from models.training.labelled_calls import LabelledCall, describe, read_labelled_calls
from models.training.moments import fit_calibration, make_examples, train_network
from models.training.replies import (
    answer_cases,
    report_answers,
    report_reactions,
    train_answer_head,
    train_reaction_head,
)
from models.training.reply_cases import describe_replies, read_reply_cases
from models.training.roles import train_role_head
from models.training.splits import split_by_trade
from models.tuned_encoder import save_tuned

Arrays = dict[str, npt.NDArray[np.float32]]
LABELS = Path(__file__).parents[2] / "corpus" / "labels"


def _roles() -> None:
    calls = read_labelled_calls(LABELS / "calls")
    encoder = SentenceEncoder()
    kept, held = split_by_trade(calls, lambda call: call.trade)
    print(report.roles(train_role_head(kept, encoder), held, encoder))
    train_role_head(calls, encoder).save(role_judge.HEAD)


def _moments() -> None:
    calls = read_labelled_calls(LABELS / "calls")
    print(describe(calls), flush=True)
    with ProcessPoolExecutor(2, mp_context=get_context("spawn"), initializer=_use_one_thread) as pool:
        # The final network learns from every trade; its calibration comes from one that has not seen some of them.
        measured, final = pool.submit(_measured, calls), pool.submit(_trained, calls)
        table, facts = measured.result()
        print(table, flush=True)
        layers, heads = final.result()
    save_tuned(moment_spotter.HEAD, _as_tensors(layers), _as_tensors(heads), facts)


def _measured(calls: list[LabelledCall]) -> tuple[str, dict[str, str]]:
    kept, held = split_by_trade(calls, lambda call: call.trade)
    network = train_network(make_examples(kept, ClauseSplitter()))
    # Snippets are dense with moments on purpose; scores are calibrated on whole calls, as they come.
    whole = [call for call in held if "snippets" not in call.name]
    calibration = fit_calibration(network, make_examples(whole, ClauseSplitter()))
    facts = {"slope": repr(round(calibration.slope, 6)), "offset": repr(round(calibration.offset, 6))}
    return report.moments(network, calibration, whole, ClauseSplitter()), facts


def _trained(calls: list[LabelledCall]) -> tuple[Arrays, Arrays]:
    network = train_network(make_examples(calls, ClauseSplitter()))
    return _as_arrays(network.encoder.layers), _as_arrays(network.heads)


def _as_arrays(tensors: Mapping[str, Any]) -> Arrays:
    """Return tensors in a form that goes from process to process by value."""
    return {name: tensor.detach().numpy() for name, tensor in tensors.items()}


def _as_tensors(arrays: Arrays) -> dict[str, Any]:
    import torch

    return {name: torch.from_numpy(array) for name, array in arrays.items()}


def _answers() -> None:
    cases = read_answer_cases(LABELS / "answers")
    kept, held = split_by_trade(cases, lambda case: case.trade)
    measured = train_answer_encoder(kept)
    slope, offset = fit_answer_scores(measured, held)
    print(report.answers(measured, held, slope, offset))
    facts = {"slope": repr(round(slope, 6)), "offset": repr(round(offset, 6))}
    save_tuned(answer_judge.HEAD, train_answer_encoder(cases).layers, {}, facts)


def _replies() -> None:
    cases = read_reply_cases(LABELS / "replies")
    print(describe_replies(cases))
    encoder = SentenceEncoder()
    print(report_reactions(cases, encoder))
    train_reaction_head(cases, encoder).save(reply_judge.REACTION_HEAD)
    answers = answer_cases(cases)
    print(report_answers(answers, encoder))
    train_answer_head(answers, encoder).save(reply_judge.ANSWER_HEAD)


_PARTS: Mapping[str, Callable[[], None]] = {
    "roles": _roles,
    "moments": _moments,
    "answers": _answers,
    "replies": _replies,
}


def _use_one_thread() -> None:
    """Make training repeatable: the sum of a matrix product depends on how many threads share it."""
    import torch

    torch.set_num_threads(1)


def main() -> None:
    """Train the parts named on the command line, or all."""
    parser = argparse.ArgumentParser(prog="python -m models.training", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*_PARTS, []], help="what to train; all if none is named")
    _use_one_thread()
    for name in parser.parse_args().parts or _PARTS:
        started = time.monotonic()
        print(f"== {name}")
        _PARTS[name]()
        print(f"({time.monotonic() - started:.0f} s)\n", flush=True)
