"""Every learned head rebuilt from `corpus/labels`, and measured on trades that it has not seen."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from models import matter_encoder, moment_spotter, passage_reader, reply_judge, role_judge, touch_finder
from models.clauses import ClauseSplitter
from models.moment_joining import scales_text
from models.moment_network import MomentNetwork, load_network
from models.remembering_encoder import RememberingEncoder
from models.sentence_encoder import SentenceEncoder
from models.training import floors, moment_report, report
from models.training.answer_cases import describe_cases, read_answer_cases
from models.training.answer_sellers import make_sellers
from models.training.answers import theme_scores, train_answer_encoder, train_subject_encoder
from models.training.calibration import Scored, fit_scales
from models.training.labelled_calls import LabelledCall, describe, read_labelled_calls
from models.training.logistic import fit_logistic
from models.training.matching import labelled_pieces
from models.training.moments import make_examples, train_network
from models.training.passage_reading import train_passage_reader
from models.training.replies import (
    answer_cases,
    report_answers,
    report_reactions,
    train_answer_head,
    train_reaction_head,
)
from models.training.reply_cases import describe_replies, read_reply_cases
from models.training.roles import train_role_head
from models.training.splits import ANSWER_FOLDS, HELD_FOLDS, split_as_trained, split_by_trade, trades_text
from models.training.touch_scale import fit_scale, theme_odds, touch_scores
from models.tuned_encoder import load_tuned, read_facts, save_tuned, write_facts

LABELS = Path(__file__).parents[2] / "corpus" / "labels"
_THREADS = 2


def _roles() -> None:
    calls = read_labelled_calls(LABELS / "calls")
    encoder = SentenceEncoder()
    kept, held = split_by_trade(calls, lambda call: call.trade, n_folds=HELD_FOLDS)
    head = train_role_head(kept, encoder)
    print(report.roles(head, held, encoder))
    head.save(role_judge.HEAD)


def _moments() -> None:
    calls = read_labelled_calls(LABELS / "calls")
    print(describe(calls), flush=True)
    splitter = ClauseSplitter()
    kept, held = split_by_trade(calls, lambda call: call.trade, n_folds=HELD_FOLDS)
    network = train_network(make_examples(labelled_pieces(kept, splitter)))
    scored = _scored(network, held, splitter)
    print(moment_report.tables(scored), flush=True)
    facts = {"scales": scales_text(fit_scales(scored)), "trained_on": trades_text(kept, lambda call: call.trade)}
    save_tuned(moment_spotter.HEAD, network.encoder.name, network.encoder.adapters, network.heads, facts)


def _scored(network: MomentNetwork, calls: list[LabelledCall], splitter: ClauseSplitter) -> Scored:
    """Return the scores of whole calls; blocks of snippets are dense with moments on purpose, and calibrate nothing."""
    pieces = labelled_pieces([call for call in calls if not call.is_snippets], splitter)
    return list(zip(pieces, network.score([piece.turn for piece in pieces]), strict=True))


def _measure() -> None:
    """Print what the head as committed does on every labelled trade that it has not seen."""
    network, facts = load_network(moment_spotter.HEAD)
    _, unseen = split_as_trained(read_labelled_calls(LABELS / "calls"), lambda call: call.trade, facts["trained_on"])
    print(moment_report.tables(_scored(network, unseen, ClauseSplitter())))


def _floors() -> None:
    calls = read_labelled_calls(LABELS / "calls")
    kept, held = split_by_trade(calls, lambda call: call.trade, n_folds=HELD_FOLDS)
    print(floors.tables(kept, [call for call in held if not call.is_snippets], ClauseSplitter()))


def _answers() -> None:
    cases = read_answer_cases(LABELS / "answers")
    print(describe_cases(cases), flush=True)
    kept, _ = split_by_trade(cases, lambda case: case.trade, n_folds=ANSWER_FOLDS)
    encoder = train_answer_encoder(kept)
    trained_on = trades_text(kept, lambda case: case.trade)
    save_tuned(matter_encoder.HEAD, encoder.name, encoder.adapters, {}, {"trained_on": trained_on})
    _answer_scale()


def _answer_scale() -> None:
    """Calibrate the judge of answers on trades that it has not seen; without it, it judges nothing."""
    encoder, _, facts = load_tuned(matter_encoder.HEAD)
    cases = read_answer_cases(LABELS / "answers")
    _, unseen = split_as_trained(cases, lambda case: case.trade, facts["trained_on"])
    scores, statuses = theme_scores(encoder, make_sellers(unseen))
    slope, offset = fit_logistic(scores, np.isin(statuses, ("covered", "other_words")).astype(float))
    print(report.answers(encoder, unseen, slope, offset))
    print(report.made_sellers(slope * scores + offset, statuses))
    write_facts(matter_encoder.HEAD, {"slope": repr(round(slope, 6)), "offset": repr(round(offset, 6))})


def _subjects() -> None:
    cases = read_answer_cases(LABELS / "answers")
    kept, _ = split_by_trade(cases, lambda case: case.trade, n_folds=ANSWER_FOLDS)
    encoder = train_subject_encoder(kept)
    trained_on = trades_text(kept, lambda case: case.trade)
    save_tuned(touch_finder.SUBJECTS, encoder.name, encoder.adapters, {}, {"trained_on": trained_on})


def _touches() -> None:
    cases = read_answer_cases(LABELS / "answers")
    kept, _ = split_by_trade(cases, lambda case: case.trade, n_folds=ANSWER_FOLDS)
    encoder, heads = train_passage_reader(kept)
    trained_on = trades_text(kept, lambda case: case.trade)
    save_tuned(passage_reader.HEAD, encoder.name, encoder.adapters, heads, {"trained_on": trained_on})
    _touch_scale()


def _touch_scale() -> None:
    """Weigh the heads that tell touched from missing on trades that they have not seen; without it neither works."""
    reader, encoder = passage_reader.PassageReader(), matter_encoder.MatterEncoder(touch_finder.SUBJECTS)
    unseen = read_answer_cases(LABELS / "answers")
    for head in (passage_reader.HEAD, touch_finder.SUBJECTS):
        _, unseen = split_as_trained(unseen, lambda case: case.trade, read_facts(head)["trained_on"])
    found = touch_scores(reader, RememberingEncoder(encoder, {}), make_sellers(unseen))
    scale = fit_scale(found)
    print(report.touches(found, theme_odds(found, scale)))
    write_facts(passage_reader.HEAD, {name: repr(round(value, 6)) for name, value in scale._asdict().items()})


def _replies() -> None:
    cases = read_reply_cases(LABELS / "replies")
    print(describe_replies(cases))
    encoder = SentenceEncoder()
    print(report_reactions(cases, encoder))
    train_reaction_head(cases, encoder).save(reply_judge.REACTION_HEAD)
    answers = answer_cases(cases)
    print(report_answers(answers, encoder))
    train_answer_head(answers, encoder).save(reply_judge.ANSWER_HEAD)


_PARTS: dict[str, Callable[[], None]] = {
    "roles": _roles,
    "replies": _replies,
    "answers": _answers,
    "subjects": _subjects,
    "touches": _touches,
    "moments": _moments,
}
_ON_REQUEST: dict[str, Callable[[], None]] = {
    "floors": _floors,
    "measure": _measure,
    "answer-scale": _answer_scale,
    "touch-scale": _touch_scale,
}


def _fix_threads() -> None:
    """Make training repeatable: the sum of a matrix product depends on how many threads share it."""
    import torch

    torch.set_num_threads(_THREADS)


def main() -> None:
    """Train the parts named on the command line, or all."""
    parser = argparse.ArgumentParser(prog="python -m models.training", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*_PARTS, *_ON_REQUEST, []], help="what to do, or all")
    _fix_threads()
    for name in parser.parse_args().parts or _PARTS:
        started = time.monotonic()
        print(f"== {name}")
        (_PARTS | _ON_REQUEST)[name]()
        print(f"({time.monotonic() - started:.0f} s)\n", flush=True)
