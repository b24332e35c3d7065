"""Words that are stored where nobody spoke."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate
from typing import Final

from pipeline.insights.diarization_errors import STRETCH_S
from pipeline.insights.rates import Tally
from pipeline.insights.spans import SpeechSpan, is_within
from pipeline.records import Word

MARGIN_S: Final = 0.5
"""How far from all speech a word must lie: engines and people place words no closer."""


def invented_words(
    heard: Sequence[Word], said: Sequence[SpeechSpan], *, duration_s: float, unscored: Sequence[SpeechSpan] = ()
) -> tuple[Tally, Tally]:
    """Return the words more than MARGIN_S away from everything said, per 100 words stored and per hour of recording.

    Punctuation that stands alone is no word. What is invented while somebody speaks counts as a word error only.
    """
    spans = sorted(said)
    starts = [span.start_s for span in spans]
    ends = list(accumulate((span.end_s for span in spans), max))
    scored = [
        word
        for word in heard
        if any(character.isalnum() for character in word.text)
        and not is_within((word.start_s + word.end_s) / 2, unscored)
    ]
    n_stretches = int(max([duration_s, *(word.start_s for word in scored)]) // STRETCH_S) + 1
    invented, stored = [0.0] * n_stretches, [0.0] * n_stretches
    for word in scored:
        place = int(word.start_s // STRETCH_S)
        stored[place] += 1
        invented[place] += _is_far(word, starts, ends)
    hours = [
        _scored_s(n * STRETCH_S, min((n + 1) * STRETCH_S, duration_s), unscored) / 3600 for n in range(n_stretches)
    ]
    return (
        Tally(
            tuple((wrong, n / 100) for wrong, n in zip(invented, stored, strict=True)),
            {"invented": sum(invented), "words": sum(stored)},
        ),
        Tally(tuple(zip(invented, hours, strict=True)), {"invented": sum(invented), "hours": sum(hours)}),
    )


def _is_far(word: Word, starts: Sequence[float], ends: Sequence[float]) -> bool:
    """Tell whether speech that begins before the word's end ended long before it, and the next begins long after."""
    after = bisect_left(starts, word.end_s)
    ended_long_before = after == 0 or word.start_s - ends[after - 1] > MARGIN_S
    begins_long_after = after == len(starts) or starts[after] - word.end_s > MARGIN_S
    return ended_long_before and begins_long_after


def _scored_s(start_s: float, end_s: float, unscored: Sequence[SpeechSpan]) -> float:
    skipped = sum(max(0.0, min(end_s, span.end_s) - max(start_s, span.start_s)) for span in unscored)
    return max(0.0, end_s - start_s - skipped)
