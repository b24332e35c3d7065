"""Word errors of a call, over all that was said (WER) and speaker by speaker (cpWER)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from pipeline.insights.matching import cheapest_pairs
from pipeline.insights.rates import Tally, joined
from pipeline.insights.word_alignment import Step, align_words, word_distance

STRETCH_WORDS: Final = 50
"""How many words said make a stretch to resample; what is added belongs to the word before it."""


def word_errors(said: Sequence[str], heard: Sequence[str], steps: Sequence[Step]) -> Tally:
    """Return the words replaced, left out and added by the steps of `align_words`, over the words said."""
    wrong = [0] * (max(0, len(said) - 1) // STRETCH_WORDS + 1)
    parts = Counter(substitutions=0, deletions=0, insertions=0, words=len(said))
    latest = 0
    for s, h in steps:
        latest = latest if s is None else s
        if s is not None and h is not None and said[s] == heard[h]:
            continue
        parts["insertions" if s is None else "deletions" if h is None else "substitutions"] += 1
        wrong[latest // STRETCH_WORDS] += 1
    sizes = [min(STRETCH_WORDS, len(said) - first * STRETCH_WORDS) for first in range(len(wrong))]
    return Tally(tuple((float(n), float(size)) for n, size in zip(wrong, sizes, strict=True)), dict(parts))


def speaker_word_errors(said: Mapping[str, Sequence[str]], heard: Mapping[str, Sequence[str]]) -> Tally:
    """Return the word errors with each speaker's words joined and each speaker heard taken for the one that fits best.

    This is cpWER, the concatenated minimum-permutation word error rate (Watanabe et al. 2020, CHiME-6): the pairs are
    those with the fewest errors in all; the words of a speaker without a partner are all left out, or all added.
    """
    n = max(len(said), len(heard))
    spoken = [*said.values(), *([()] * (n - len(said)))]
    written = [*heard.values(), *([()] * (n - len(heard)))]
    costs = np.array([[word_distance(one, other) for other in written] for one in spoken], np.float64).reshape(n, n)
    pairs = [(spoken[row], written[column]) for row, column in cheapest_pairs(costs)]
    return joined(word_errors(one, other, align_words(one, other)) for one, other in pairs)
