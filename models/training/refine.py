"""The trained network taught by people's corrections, without forgetting what it knew.

A few passes over the corrections, mixed with a sample of the labelled calls (experience replay, Rolnick et al. 2019),
at a fifth of the usual rate. The result is measured on trades that neither has seen, beside the network as it was.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from models.clauses import ClauseSplitter
from models.moment_joining import Scales, joined_moments, scales_from, scales_text
from models.moment_network import MomentNetwork, load_network
from models.training.calibration import Scored, fit_scales
from models.training.labelled_calls import LabelledCall
from models.training.matching import LabelledPiece, labelled_pieces, matches
from models.training.moment_report import cross_fitted, mean_f1
from models.training.moments import corrected_example, make_examples, teach
from models.training.splits import split_as_trained
from models.tuned_encoder import save_tuned

_REPEATS = 4
_REPLAYED = 1200
_MEASURED = 1200
_EPOCHS = 2
_RATE = 0.2
_SEED = 1
_MAX_LOSS = 0.02


@dataclass(frozen=True, slots=True)
class Refined:
    """What teaching did: mean F1 of the kinds on unseen trades, and the share of corrections that are followed."""

    mean_f1_before: float
    mean_f1_after: float
    followed_before: float
    followed_after: float
    n_corrections: int
    kept: bool
    """Whether the network was written: not if it became worse on unseen trades."""


def refine(corrected: Sequence[LabelledCall], corpus: Sequence[LabelledCall], *, head: Path, out: Path) -> Refined:
    """Teach the network of `head` the marks of the corrected calls, and write it to `out` if it is no worse."""
    splitter = ClauseSplitter()
    said = [piece for piece in labelled_pieces(corrected, splitter) if piece.marks]
    network, facts = load_network(head, tunable=True)
    kept, held = split_as_trained(corpus, lambda call: call.trade, facts["trained_on"])
    known = _sample(labelled_pieces(kept, splitter), _REPLAYED)
    unseen = _sample(labelled_pieces([call for call in held if not call.is_snippets], splitter), _MEASURED)
    before, followed_before = _scored(network, unseen), _followed(network, said, scales_from(facts["scales"]))
    teach(
        network,
        [corrected_example(piece) for piece in said] * _REPEATS + make_examples(known),
        epochs=_EPOCHS,
        rate=_RATE,
    )
    after = _scored(network, unseen)
    scales = fit_scales(after)
    followed_after = _followed(network, said, scales)
    f1_before, f1_after = mean_f1(cross_fitted(before)), mean_f1(cross_fitted(after))
    is_kept = f1_after >= f1_before - _MAX_LOSS
    if is_kept:
        taught = {"scales": scales_text(scales), "trained_on": facts["trained_on"]}
        save_tuned(out, network.encoder.name, network.encoder.adapters, network.heads, taught)
    return Refined(
        f1_before, f1_after, followed_before, followed_after, sum(len(piece.marks) for piece in said), is_kept
    )


def _sample(pieces: list[LabelledPiece], size: int) -> list[LabelledPiece]:
    return random.Random(_SEED).sample(pieces, min(size, len(pieces)))


def _scored(network: MomentNetwork, pieces: list[LabelledPiece]) -> Scored:
    return list(zip(pieces, network.score([piece.turn for piece in pieces]), strict=True))


def _followed(network: MomentNetwork, pieces: list[LabelledPiece], scales: Scales) -> float:
    """Return the share of marks that the network agrees with: a moment of its kind there, or no moment."""
    agreed = []
    for piece, scores in _scored(network, pieces):
        found = [moment for moment in joined_moments(piece.turn, scores, scales) if moment.is_found]
        partner = matches(piece.moments, found)
        agreed += [place in partner for place in range(len(piece.moments))]
        for mark in piece.marks:
            if mark.kind == "not":
                meets = [m for m in found if m.start_char < mark.end_char and mark.start_char < m.end_char]
                agreed.append(not meets)
    return sum(agreed) / len(agreed) if agreed else 0.0
