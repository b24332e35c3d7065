"""The heads that tell whether a reply speaks to an objection, and how the customer took it, from labelled cases."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from models.linear_head import LinearHead, train_linear_head
from models.protocols import Encoder
from models.reply_judge import GIVES_IN, HOLDS_OUT, REACTIONS, answer_features, reaction_features
from models.training.reply_cases import ReplyCase
from models.training.splits import split_by_trade

Item = TypeVar("Item")
Numbers = npt.NDArray[np.float32]
_PENALTY = 3e-4
_FOLDS = 6
_SURE = 0.5
_STRANGE_WEIGHT = 0.25
"""Answers to other objections of the trade are many, and seldom follow an objection in life."""
_STATEMENT = re.compile(r"[^.!?…]+(?:[.!…]|$)")
_MIN_WORDS = 5


@dataclass(frozen=True, slots=True)
class AnswerCase:
    """An objection and a reply that answers it, dodges it, or (`strange`) answers another one."""

    trade: str
    objection: str
    reply: str
    relation: str


def answer_cases(cases: Sequence[ReplyCase]) -> list[AnswerCase]:
    """Return each objection with its answer, with what dodges it, and with the answers to others of its trade.

    An answer that only asks back is explored, not answered, and is left out.
    """
    exchanges = list(dict.fromkeys((case.trade, case.objection, case.answer, case.dodge) for case in cases))
    found = []
    for trade, objection, answer, dodge in exchanges:
        if any(len(part.split()) >= _MIN_WORDS for part in _STATEMENT.findall(answer)):
            found.append(AnswerCase(trade, objection, answer, "answers"))
        if dodge is not None:
            found.append(AnswerCase(trade, objection, dodge, "dodges"))
        others = (other for at, said, other, _ in exchanges if at == trade and said != objection)
        found += [AnswerCase(trade, objection, other, "strange") for other in others]
    return found


def train_answer_head(cases: Sequence[AnswerCase], encoder: Encoder) -> LinearHead:
    """Return a head of two classes: does not speak to the objection, does."""
    features = answer_features(encoder, [case.objection for case in cases], [case.reply for case in cases])
    weights = np.array([_STRANGE_WEIGHT if case.relation == "strange" else 1.0 for case in cases], dtype=np.float32)
    labels = [int(case.relation == "answers") for case in cases]
    return train_linear_head(features, labels, n_classes=2, penalty=_PENALTY, weights=weights)


def train_reaction_head(cases: Sequence[ReplyCase], encoder: Encoder) -> LinearHead:
    """Return a head of three classes, in the order of `REACTIONS`."""
    labels = [REACTIONS.index(case.reaction) for case in cases]
    return train_linear_head(_reactions(cases, encoder), labels, n_classes=len(REACTIONS), penalty=_PENALTY)


def _reactions(cases: Sequence[ReplyCase], encoder: Encoder) -> Numbers:
    said = ([case.objection for case in cases], [case.answer for case in cases], [case.reply for case in cases])
    return reaction_features(encoder, *said)


def report_answers(cases: Sequence[AnswerCase], encoder: Encoder) -> str:
    """Return how well answers are told from dodges and from strange answers, on trades held back in turn."""

    def score(kept: list[AnswerCase], held: list[AnswerCase]) -> Numbers:
        features = answer_features(encoder, [case.objection for case in held], [case.reply for case in held])
        return train_answer_head(kept, encoder).probabilities(features)[:, 1]

    held, scores = _held_back(cases, lambda case: case.trade, score)
    of = {
        relation: scores[[case.relation == relation for case in held]] for relation in ("answers", "dodges", "strange")
    }
    area = {name: float(np.mean(np.subtract.outer(of["answers"], of[name]) > 0)) for name in ("dodges", "strange")}
    said = ", ".join(f"{relation} {np.mean(found >= _SURE):.0%} of {len(found)}" for relation, found in of.items())
    return (
        f"held-back trades: said to answer: {said}; area under the curve against dodges {area['dodges']:.2f}, "
        f"against answers to other objections of the trade {area['strange']:.2f}"
    )


def report_reactions(cases: Sequence[ReplyCase], encoder: Encoder) -> str:
    """Return how often the reaction is told right on trades held back in turn, beside the plainest rivals."""

    def score(kept: list[ReplyCase], held: list[ReplyCase]) -> Numbers:
        return train_reaction_head(kept, encoder).probabilities(_reactions(held, encoder))

    held, rows = _held_back(cases, lambda case: case.trade, score)
    truth = np.array([REACTIONS.index(case.reaction) for case in held])
    guessed, sure = rows.argmax(axis=1), rows.max(axis=1) >= _SURE
    by_words = np.mean([guess_by_words(case.reply) == case.reaction for case in held])
    confused = ((truth == 0) & (guessed == 1)).sum(), ((truth == 1) & (guessed == 0)).sum()
    return (
        f"held-back trades, {len(held)} reactions: right {np.mean(guessed == truth):.1%}; the {np.mean(sure):.0%} that "
        f"are sure {np.mean(guessed[sure] == truth[sure]):.1%}; by a list of words {by_words:.1%}, always the same "
        f"{np.bincount(truth).max() / len(truth):.1%}; accepted as resisted {confused[0]}, the reverse {confused[1]}"
    )


def _held_back(
    cases: Sequence[Item], trade: Callable[[Item], str], score: Callable[[list[Item], list[Item]], Numbers]
) -> tuple[list[Item], Numbers]:
    """Return every case once, with what a head scores it that has not seen its trade."""
    held_all: list[Item] = []
    scores = []
    for fold in range(_FOLDS):
        kept, held = split_by_trade(cases, trade, fold=fold, n_folds=_FOLDS)
        held_all += held
        scores.append(score(kept, held))
    return held_all, np.concatenate(scores)


def guess_by_words(reply: str) -> str:
    """Return the reaction that a list of words makes likeliest; the rival that the head must beat."""
    gives_in, holds_out = (len(cue.findall(reply.lower())) for cue in (GIVES_IN, HOLDS_OUT))
    return "accepted" if gives_in > holds_out else "resisted" if holds_out else "moved_on"
