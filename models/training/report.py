"""What the trained heads do on trades that they have not seen, in tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from models.answer_judge import encode_texts
from models.clauses import ClauseSplitter
from models.linear_head import LinearHead
from models.moment_network import CATEGORIES, ClauseTurn, MomentNetwork
from models.moment_spotter import Calibration, clause_turns, joined_moments
from models.protocols import Encoder, Spotted
from models.role_judge import TurnRoleJudge
from models.training.answer_cases import RELATIONS, AnswerCase
from models.training.labelled_calls import KINDS, STYLES, LabelledCall, Mark
from models.training.moments import clause_odds, make_examples
from models.tuned_encoder import TunedEncoder

_MIN_OVERLAP = 0.5
_BANDS = 5
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


def moments(
    network: MomentNetwork, calibration: Calibration, calls: Sequence[LabelledCall], splitter: ClauseSplitter
) -> str:
    """Return F1 per kind and style, macro-F1 of categories and the reliability of scores."""
    lines = [
        f"{'held-back trades':18}{'calls':>6}" + "".join(f"{kind:>11}" for kind in KINDS) + f"{'mean':>8}{'categ.':>8}"
    ]
    for style in STYLES:
        chosen = [call for call in calls if call.style == style]
        f1, categories = _agreement(network, calibration, chosen, splitter)
        figures = "".join(f"{value:11.2f}" for value in f1)
        lines.append(f"{style:18}{len(chosen):6}{figures}{np.mean(f1):8.2f}{categories:8.2f}")
    raw, truth = clause_odds(network, make_examples(calls, splitter))
    probability = 1 / (1 + np.exp(-(calibration.slope * raw + calibration.offset)))
    return "\n".join([*lines, reliability(probability, truth)])


def reliability(probability: npt.NDArray[np.float64], truth: npt.NDArray[np.float64]) -> str:
    """Return a reliability table and the expected calibration error (Naeini et al. 2015) over equal-width bands."""
    bands = np.minimum((probability * _BANDS).astype(int), _BANDS - 1)
    lines, error = [], 0.0
    for band in range(_BANDS):
        inside = bands == band
        if inside.any():
            said, was = probability[inside].mean(), truth[inside].mean()
            error += abs(said - was) * inside.mean()
            lines.append(
                f"  {band / _BANDS:.1f} to {(band + 1) / _BANDS:.1f}: said {said:.2f}, was {was:.2f}, n {inside.sum()}"
            )
    return "\n".join(["reliability of scores by clause:", *lines, f"  expected calibration error {error:.3f}"])


def _agreement(
    network: MomentNetwork, calibration: Calibration, calls: Sequence[LabelledCall], splitter: ClauseSplitter
) -> tuple[list[float], float]:
    matched, found, gold = dict.fromkeys(KINDS, 0), dict.fromkeys(KINDS, 0), dict.fromkeys(KINDS, 0)
    categories: list[tuple[str, str | None]] = []
    for example, marks in _with_marks(calls, splitter):
        (scores,) = network.score([example])
        spotted = [s for s in joined_moments(example, scores, calibration) if s.score >= 0.5]
        partner = _matches(marks, spotted)
        for place, mark in enumerate(marks):
            gold[mark.kind] += 1
            matched[mark.kind] += place in partner
            if mark.kind == "objection":
                categories.append((str(mark.category), spotted[partner[place]].category if place in partner else None))
        for s in spotted:
            found[s.kind] += 1
    return [2 * matched[k] / max(1, found[k] + gold[k]) for k in KINDS], _macro_f1(categories)


def _with_marks(calls: Sequence[LabelledCall], splitter: ClauseSplitter) -> Iterator[tuple[ClauseTurn, list[Mark]]]:
    for call in calls:
        turns = [(place, turn) for place, turn in enumerate(call.turns) if not turn.is_rep]
        for (place, turn), clauses in zip(turns, splitter.split([turn.text for _, turn in turns]), strict=True):
            before = call.turns[place - 1].text if place else ""
            for start, piece in clause_turns(before, turn.text, clauses):
                end = start + len(piece.text)
                inside = [m for m in turn.marks if m.kind != "not" and start <= (m.start_char + m.end_char) / 2 < end]
                yield piece, [Mark(m.kind, m.category, None, m.start_char - start, m.end_char - start) for m in inside]


def _matches(marks: Sequence[Mark], spotted: Sequence[Spotted]) -> dict[int, int]:
    partner: dict[int, int] = {}
    for place, mark in enumerate(marks):
        for other, span in enumerate(spotted):
            shared = min(mark.end_char, span.end_char) - max(mark.start_char, span.start_char)
            shorter = min(mark.end_char - mark.start_char, span.end_char - span.start_char)
            if other not in partner.values() and mark.kind == span.kind and shared >= _MIN_OVERLAP * shorter:
                partner[place] = other
                break
    return partner


def _macro_f1(pairs: Sequence[tuple[str, str | None]]) -> float:
    scores = []
    for category in CATEGORIES:
        n_gold = sum(gold == category for gold, _ in pairs)
        n_found = sum(found == category for _, found in pairs)
        if n_gold:
            scores.append(2 * sum(g == f == category for g, f in pairs) / (n_gold + n_found))
    return float(np.mean(scores)) if scores else 0.0


def answers(encoder: TunedEncoder, cases: Sequence[AnswerCase], slope: float, offset: float) -> str:
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
