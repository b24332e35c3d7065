"""What the trained heads for roles and answers do on trades that they have not seen, in tables."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models.answer_judge import encode_texts
from models.linear_head import LinearHead
from models.protocols import Encoder
from models.role_judge import TurnRoleJudge
from models.shifted_encoder import ShiftedEncoder
from models.training.answer_cases import RELATIONS, AnswerCase
from models.training.labelled_calls import LabelledCall

STRANGE = "answers to other matters"


def roles(head: LinearHead, calls: Sequence[LabelledCall], encoder: Encoder) -> str:
    """Return the share of turns and of calls whose rep is told from the customer."""
    turns = [turn for call in calls for turn in call.turns if len(turn.text.split()) >= 3]
    guessed = head.probabilities(encoder.encode([turn.text for turn in turns]))[:, 1] > 0.5
    by_turn = float(np.mean(guessed == np.array([turn.is_rep for turn in turns])))
    judge = TurnRoleJudge(encoder, head=head)
    whole = [call for call in calls if "snippets" not in call.name]
    right = 0
    for call in whole:
        texts = {side: [t.text for t in call.turns if t.is_rep == (side == "rep")] for side in ("rep", "customer")}
        guess = judge.rep_probability(texts)
        right += guess["rep"] > guess["customer"]
    return f"held-back trades: {by_turn:.1%} of turns alone, {right} of {len(whole)} calls"


def answers(encoder: ShiftedEncoder, cases: Sequence[AnswerCase], slope: float, offset: float) -> str:
    """Return how well answers are told from each other relation, as the area under the curve, and how sure they are."""
    scores: dict[str, list[float]] = {relation: [] for relation in (*RELATIONS, STRANGE)}
    for case, stranger in zip(cases, [*cases[1:], cases[0]], strict=True):
        points = encode_texts(encoder, case.points)
        labelled = [*case.passages, *((STRANGE, text) for relation, text in stranger.passages if relation == "answers")]
        cosines = (points @ encode_texts(encoder, [text for _, text in labelled]).T).mean(axis=0)
        for (relation, _), cosine in zip(labelled, cosines.tolist(), strict=True):
            scores[relation].append(1 / (1 + np.exp(-(slope * cosine + offset))))
    others = [relation for relation in scores if relation != "answers"]
    curve = {other: float(np.mean(np.subtract.outer(scores["answers"], scores[other]) > 0)) for other in others}
    parts = ", ".join(f"{relation} {area:.2f}" for relation, area in curve.items())
    means = ", ".join(f"{relation} {np.mean(found):.2f}" for relation, found in scores.items())
    return f"held-back trades, {len(cases)} cases: area under the curve against {parts}; mean scores {means}"
