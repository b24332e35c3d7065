"""What collateral says to single objections, as HTTP and the command line give it."""

from __future__ import annotations

from pydantic import BaseModel

from api.schemas import MomentOut, PassageOut
from pipeline.collateral.records import MomentCoverage


class MomentCoverageOut(BaseModel):
    """One objection beside the passages that come nearest to answering it."""

    moment: MomentOut
    status: str
    passages: list[PassageOut]
    score: float
    why: str

    @classmethod
    def of(cls, covered: MomentCoverage) -> MomentCoverageOut:
        """Return it with the evidence of both sides."""
        return cls(
            moment=MomentOut.model_validate(covered.moment),
            status=covered.status,
            passages=[PassageOut.of(scored) for scored in covered.passages],
            score=round(covered.score, 4),
            why=covered.why,
        )


class MomentCoveragePage(BaseModel):
    """A page of objections beside collateral."""

    items: list[MomentCoverageOut]
    total: int
    next: str | None
