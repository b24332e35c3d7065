"""Single objections beside collateral: whether a passage answers this one, whatever becomes of its theme."""

from __future__ import annotations

from typing import Final

from models.protocols import AnswerJudge, Encoder
from pipeline.collateral.records import MomentCoverage
from pipeline.held_encoder import HeldEncoder
from pipeline.insights.coverage import judge_points, read_shelf
from pipeline.insights.coverage_reasons import reason
from pipeline.records import PhraseFilter
from pipeline.store.session import Transaction

OBJECTIONS: Final = PhraseFilter(kinds=("objection",))


def cover_objections(
    tx: Transaction, judge: AnswerJudge, encoder: Encoder, *, chosen: PhraseFilter = OBJECTIONS
) -> list[MomentCoverage]:
    """Return what collateral says to each chosen moment, the least answered first; withdrawn ones are left out.

    One quote tells less than a theme's dozen: what stands here is a reading of that quote alone.
    """
    shelf, held = read_shelf(tx, encoder), HeldEncoder(tx, encoder)
    judge = judge.reading(lambda inner: HeldEncoder(tx, inner))
    moments = [moment for moment in tx.moments.select(chosen) if moment.state != "withdrawn"]
    found = []
    for moment in moments:
        verdict = judge_points([moment.quote], shelf, judge, held)
        best = max((scored.score for scored in verdict.passages), default=0.0)
        found.append(MomentCoverage(moment, verdict.status, verdict.passages, best, reason([moment.quote], verdict)))
    return sorted(found, key=lambda one: one.score)
