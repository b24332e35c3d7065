"""Gaps as they stand: what was found, with people's words applied."""

from __future__ import annotations

from dataclasses import dataclass

from models.protocols import AnswerJudge, Encoder
from pipeline.collateral.records import Gap
from pipeline.gap_work import overturns
from pipeline.insights.gap_judgement import judged
from pipeline.insights.gap_weight import ranked, weigh
from pipeline.insights.gaps import find_gaps
from pipeline.records import text_hash
from pipeline.store.session import Transaction


@dataclass(frozen=True, slots=True)
class GapReading:
    """All themes twice: as found, and as they stand after people's words, ranked by what they touch."""

    found: tuple[Gap, ...]
    judged: tuple[Gap, ...]

    def of(self, theme: str) -> Gap | None:
        """Return a theme as it was found, before people's words; None if it is not held."""
        return next((gap for gap in self.found if gap.theme == theme), None)


def read_judged(tx: Transaction, judge: AnswerJudge, encoder: Encoder) -> GapReading:
    """Return the gaps: every theme held against collateral, then against what people said of it."""
    return apply_words(tx, find_gaps(tx, judge, encoder))


def apply_words(tx: Transaction, found: list[Gap]) -> GapReading:
    """Return what was found beside what stands now; this takes no model."""
    held = {text_hash(passage.text) for passage in tx.collateral.passages()}
    stands = judged(found, overturns(tx.gap_work.events()), held)
    return GapReading(tuple(found), tuple(ranked(stands, weigh(stands, tx.calls.all()))))
