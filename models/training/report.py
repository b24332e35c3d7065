"""What the trained heads for roles and answers do on trades that they have not seen, in tables."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from models.linear_head import LinearHead
from models.matter_encoder import encode_texts
from models.matter_scores import matter_scores
from models.protocols import Encoder
from models.role_judge import TurnRoleJudge
from models.training.answer_cases import RELATIONS, AnswerCase
from models.training.labelled_calls import LabelledCall
from models.training.touch_scale import TouchScores
from models.tuned_encoder import TunedEncoder

_CERTAIN = 0.6
STRANGE = "answers to other matters"


def roles(head: LinearHead, calls: Sequence[LabelledCall], encoder: Encoder) -> str:
    """Return the share of turns and of calls whose rep is told from the customer."""
    turns = [turn for call in calls for turn in call.turns if len(turn.text.split()) >= 3]
    guessed = head.probabilities(encoder.encode([turn.text for turn in turns]))[:, 1] > 0.5
    by_turn = float(np.mean(guessed == np.array([turn.is_rep for turn in turns])))
    judge = TurnRoleJudge(encoder, head=head)
    whole = [call for call in calls if not call.is_snippets]
    tables = [
        _reliability(what, _speakers_judged(judge, whole, n_turns))
        for what, n_turns in (("whole calls", None), ("first 12 turns", 12), ("first 6 turns", 6))
    ]
    return "\n".join([f"held-back trades: {by_turn:.1%} of turns alone; speakers of {len(whole)} calls:", *tables])


def _speakers_judged(
    judge: TurnRoleJudge, calls: Sequence[LabelledCall], n_turns: int | None
) -> list[tuple[float, bool]]:
    """Return (score, is right) of every speaker of the first turns of calls in which two or more speak."""
    judged = []
    for call in calls:
        texts: dict[str, list[str]] = {}
        for turn in call.turns[:n_turns]:
            texts.setdefault(turn.speaker, []).append(turn.text)
        if len(texts) > 1:
            for speaker, rep in judge.rep_probability(texts).items():
                judged.append((max(rep, 1 - rep), (rep > 0.5) == (speaker == "R")))
    return judged


def _reliability(what: str, judged: Sequence[tuple[float, bool]]) -> str:
    """Return how many are right by score, and the share of mistakes among those that count as uncertain."""
    edges = (0.5, _CERTAIN, 0.75, 0.9, 1.01)
    cells = []
    for low, high in pairwise(edges):
        right = [is_right for score, is_right in judged if low <= score < high]
        cells.append(f"{low:.2f}+: {sum(right)}/{len(right)}")
    wrong = [score for score, is_right in judged if not is_right]
    uncertain = sum(score < _CERTAIN for score, _ in judged)
    caught = sum(score < _CERTAIN for score in wrong)
    return f"  {what}: {', '.join(cells)}; {uncertain} uncertain hold {caught} of {len(wrong)} mistakes"


def answers(encoder: TunedEncoder, cases: Sequence[AnswerCase], slope: float, offset: float) -> str:
    """Return how well answers are told from each other relation, as the area under the curve, and how sure they are."""
    scores: dict[str, list[float]] = {relation: [] for relation in (*RELATIONS, STRANGE)}
    for case, stranger in zip(cases, [*cases[1:], cases[0]], strict=True):
        points = encode_texts(encoder, case.points)
        labelled = [*case.passages, *((STRANGE, text) for relation, text in stranger.passages if relation == "answers")]
        found = matter_scores(points, encode_texts(encoder, [text for _, text in labelled])).mean(axis=0)
        for (relation, _), score in zip(labelled, found.tolist(), strict=True):
            scores[relation].append(1 / (1 + np.exp(-(slope * score + offset))))
    others = [relation for relation in scores if relation != "answers"]
    curve = {other: float(np.mean(np.subtract.outer(scores["answers"], scores[other]) > 0)) for other in others}
    parts = ", ".join(f"{relation} {area:.2f}" for relation, area in curve.items())
    means = ", ".join(f"{relation} {np.mean(found):.2f}" for relation, found in scores.items())
    return f"held-back trades, {len(cases)} cases: area under the curve against {parts}; mean scores {means}"


def made_sellers(odds: npt.NDArray[np.float64], statuses: Sequence[str]) -> str:
    """Return how many themes of made sellers are told right as answered or not."""
    is_answered = np.isin(statuses, ("covered", "other_words"))
    right = np.mean((odds >= 0) == is_answered)
    return f"made sellers of held-back trades, {len(statuses)} themes: {right:.1%} told right as answered or not"


def touches(found: TouchScores, odds: npt.NDArray[np.float64]) -> str:
    """Return how well themes that a passage touches are told from those that nothing speaks of."""
    is_touched = found.truth
    area = np.mean(np.subtract.outer(odds[is_touched == 1], odds[is_touched == 0]) > 0)
    return (
        f"made sellers of held-back trades, {len(odds)} themes without an answer: "
        f"{np.mean((odds >= 0) == is_touched):.1%} told right as touched or missing, area under the curve {area:.2f}; "
        f"what touches is among the nearest that are read for {found.is_found.mean():.1%} of the touched"
    )
