"""Single objections beside collateral: whether a passage answers this one, whatever becomes of its theme."""

from __future__ import annotations

from typing import Final

from models.protocols import AnswerJudge
from pipeline.collateral.records import MomentCoverage
from pipeline.insights.coverage import NOTHING, read_verdict
from pipeline.insights.coverage_reasons import reason
from pipeline.records import PhraseFilter
from pipeline.store.session import Transaction

OBJECTIONS: Final = PhraseFilter(kinds=("objection",))


def cover_objections(tx: Transaction, judge: AnswerJudge, *, chosen: PhraseFilter = OBJECTIONS) -> list[MomentCoverage]:
    """Return what collateral says to each chosen moment, the least answered first; withdrawn ones are left out.

    One quote tells less than a theme's dozen: what stands here is a reading of that quote alone.
    """
    passages = tx.collateral.passages()
    moments = [moment for moment in tx.moments.select(chosen) if moment.state != "withdrawn"]
    texts = [passage.text for passage in passages]
    found = []
    for moment in moments:
        each = judge.answer_probability([moment.quote], texts)
        verdict = read_verdict([moment.quote], passages, each) if passages else NOTHING
        best = verdict.passages[0].score if verdict.passages else 0.0
        why = reason([moment.quote], verdict)
        found.append(MomentCoverage(moment, verdict.status, verdict.passages, best, why))
    return sorted(found, key=lambda one: one.score)
