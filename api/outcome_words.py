"""Outcomes in words: counts first, an interval behind every difference, and nothing that sounds like a cause."""

from __future__ import annotations

from api.wording import counted
from pipeline.insights.outcome_statistics import Difference
from pipeline.insights.outcomes import Association, Contrast, Outcomes

ENDED_WORDS = {"won": "won", "lost": "lost", "no_decision": "ended without a decision"}
_WITH = {"won": "winning", "lost": "losing", "no_decision": "no decision"}
_BY = {"exposure": "how much was said", "stage": "stage", "segment": "segment", "size": "size of the deal"}


def points(difference: Difference | None) -> str:
    """Return a difference of shares as percentage points with its interval."""
    if difference is None:
        return "no difference can be told"
    value, low, high = (_signed(share) for share in (difference.value, difference.low, difference.high))
    return f"{value} points, 95 % interval {low} to {high}"


def _signed(share: float) -> str:
    number = round(100 * share)
    return f"{number:+d}".replace("-", "−") if number else "0"


def contrast_words(one: Association, contrast: Contrast) -> str:
    """Return one outcome of a factor as a sentence."""
    counts = (
        f"{contrast.n_with} of {counted(one.n_with, 'deal')} with it {ENDED_WORDS[contrast.outcome]}, "
        f"{contrast.n_without} of {counted(one.n_without, 'deal')} without it"
    )
    return f"{counts} ({points(contrast.difference)}). {verdict(contrast)}"


def verdict(contrast: Contrast) -> str:
    """Return what may be said: associated with more or less of an outcome, or that it could be chance."""
    if contrast.difference is None:
        return "Too few deals to tell."
    if not contrast.is_associated:
        return "This could be chance."
    return f"Associated with {'more' if contrast.difference.value > 0 else 'less'} {_WITH[contrast.outcome]}."


def within_words(contrast: Contrast) -> list[tuple[str, str]]:
    """Return the differences within strata: of what, and how much."""
    return [
        (
            _BY[one.by],
            points(one.difference) + f" ({counted(one.n_strata, 'group')} with deals of both sorts)"
            if one.difference
            else "no group holds deals of both sorts",
        )
        for one in contrast.adjusted
    ]


def theme_line(found: Outcomes, theme: str) -> str:
    """Return one line on a theme: how deals that raised it ended, and what may be said of that."""
    one = next((one for one in found.associations if one.factor == theme), None)
    if one is None or not one.n_with:
        return "No closed deal raised it."
    ended = ", ".join(f"{contrast.n_with} {ENDED_WORDS[contrast.outcome]}" for contrast in one.contrasts)
    told = [verdict(contrast) for contrast in one.contrasts if contrast.is_associated]
    return f"Of {counted(one.n_with, 'closed deal')} that raised it: {ended}. " + (
        " ".join(told) or "Nothing here is more than chance."
    )


def scope_words(found: Outcomes) -> str:
    """Return what the counts are over, and what stands for a deal where none is named."""
    n = sum(found.ended.values())
    ended = ", ".join(f"{many} {ENDED_WORDS[outcome]}" for outcome, many in found.ended.items())
    left_out = f"{found.n_open} still open, {found.n_unknown} of unknown outcome, left out"
    stands = [f"{found.kinds[kind]} {words}" for kind, words in _STANDS.items() if found.kinds.get(kind)]
    return f"{counted(n, 'closed deal')} ({ended}); {left_out}." + (
        f" Where no deal is named, the account stands for it, else the call: {' and '.join(stands)}." if stands else ""
    )


_STANDS = {"account": "by account", "call": "by call"}
