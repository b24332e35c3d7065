"""What people said against found statuses: it holds for their theme, and moves the bar for the others."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Final

from pipeline.collateral.records import Gap, ScoredPassage
from pipeline.gap_work import ANSWERED, Overturn
from pipeline.records import text_hash

LEAST_OVERTURNS: Final = 3
"""So many people's words of one direction move the bar; one or two tell of their themes alone."""


@dataclass(frozen=True, slots=True)
class Bar:
    """From which score on a passage answers, as people corrected it; None leaves what was found."""

    answers_from: float | None = None
    """Themes found unanswered whose best passage scores so high count as answered."""
    fails_to: float | None = None
    """Themes found answered whose best passage scores so low count as only touched."""
    n_raised: int = 0
    n_lowered: int = 0


def recalibrate(said: Collection[Overturn]) -> Bar:
    """Return the bar that overturned statuses mean.

    Of passages that people said do answer, though they were found not to, the median score is where answering starts;
    of those that they said do not, though found to, it is where failing ends. Either takes `LEAST_OVERTURNS`; where the
    two contradict each other (what fails scores higher than what answers), the bar stays: scores cannot tell it then.
    """
    answers = [one.score for one in said if one.found not in ANSWERED and one.status in ANSWERED and one.passage]
    fails = [one.score for one in said if one.found in ANSWERED and one.status not in ANSWERED]
    low = median(answers) if len(answers) >= LEAST_OVERTURNS else None
    high = median(fails) if len(fails) >= LEAST_OVERTURNS else None
    if low is not None and high is not None and high >= low:
        return Bar(n_raised=len(fails), n_lowered=len(answers))
    return Bar(low, high, len(fails), len(answers))


def judged(found: Sequence[Gap], said: Mapping[str, Overturn], held: Collection[str]) -> list[Gap]:
    """Return the gaps with people's words applied, in the order found.

    `held` are the hashes of the passages that are held: a person's word that one answers falls with it.
    """
    valid = {theme: one for theme, one in said.items() if one.passage is None or one.passage.text_hash in held}
    bar = recalibrate(valid.values())
    return [_overturned(gap, valid[gap.theme]) if gap.theme in valid else _moved(gap, bar) for gap in found]


def _overturned(gap: Gap, said: Overturn) -> Gap:
    note = f": {said.note}" if said.note else ""
    why = f"{said.who} said so on {said.at:%Y-%m-%d}{note}. Found was: {gap.why}"
    passages = gap.passages
    if said.passage is not None:
        named = [one for one in passages if text_hash(one.passage.text) == said.passage.text_hash]
        passages = (*named, *(one for one in passages if one not in named))
    return replace(gap, status=said.status, why=why, passages=passages)


def _moved(gap: Gap, bar: Bar) -> Gap:
    best = gap.likeliest
    if best is None:
        return gap
    if gap.status not in ANSWERED and bar.answers_from is not None and best.score >= bar.answers_from:
        why = f"{_place(best)} scores {best.score:.0%}; people said that passages from {bar.answers_from:.0%} on answer"
        return replace(gap, status="covered", why=f"{why} ({bar.n_lowered} overturned). Found was: {gap.why}")
    if gap.status in ANSWERED and bar.fails_to is not None and best.score <= bar.fails_to:
        why = (
            f"{_place(best)} scores {best.score:.0%}; people said that passages up to {bar.fails_to:.0%} do not answer"
        )
        return replace(gap, status="weak", why=f"{why} ({bar.n_raised} overturned). Found was: {gap.why}")
    return gap


def _place(scored: ScoredPassage) -> str:
    return f"{scored.passage.document_name}, {scored.passage.locator}"
