"""How far a phrase is more one side's than the other's, and how much of that mere chance would give."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
FALSE_SHARE: Final = 0.05
"""Of what is told apart, at most this share is chance, on the average."""
SHUFFLES: Final = 200
_SEED: Final = 0
_PRIOR_SHARE: Final = 0.1
"""The prior weighs as much as a tenth of what is counted."""


@dataclass(frozen=True, slots=True)
class Odds:
    """One number per phrase: the log-odds of the first side over the second, and how many standard errors that is."""

    log_odds: Numbers
    error: Numbers

    @property
    def z(self) -> Numbers:
        """Log-odds in standard errors."""
        return self.log_odds / self.error


def log_odds(first: Numbers, second: Numbers, n_first: float, n_second: float, background: Numbers) -> Odds:
    """Return the weighted log-odds of each phrase (Monroe, Colaresi and Quinn 2008, equations 16, 20 and 22).

    `first` and `second` count the phrase on either side out of `n_first` and `n_second`; `background` are the shares
    of the phrases in all that is held, which the Dirichlet prior expects of both.
    """
    prior = np.maximum(background * _PRIOR_SHARE * (n_first + n_second), 1e-3)
    total = _PRIOR_SHARE * (n_first + n_second)
    own = np.log((first + prior) / np.maximum(n_first + total - first - prior, 1e-9))
    other = np.log((second + prior) / np.maximum(n_second + total - second - prior, 1e-9))
    return Odds(own - other, np.sqrt(1 / (first + prior) + 1 / (second + prior)))


def shuffled_labels(is_first: npt.NDArray[np.bool_], n: int = SHUFFLES) -> list[npt.NDArray[np.bool_]]:
    """Return the labels of units dealt anew `n` times, always the same way."""
    dice = np.random.default_rng(_SEED)
    return [dice.permutation(is_first) for _ in range(n)]


def false_shares(observed: Numbers, chance: list[Numbers]) -> Numbers:
    """Return for each score the share of those as high that shuffled labels give as well (Storey, Tibshirani 2003).

    A higher score never has a higher share, and none a lower one than the share of shuffles whose best score reaches
    the best observed: where labels mean nothing at all, something is told in one case of twenty (Westfall, Young 1993).
    """
    if not observed.size:
        return np.zeros(0)
    order = np.argsort(-observed, kind="stable")
    pooled = np.sort(np.concatenate([np.zeros(0), *chance]))
    as_high = pooled.size - np.searchsorted(pooled, observed[order] - 1e-9, side="left")
    # One more than was seen: a score that no shuffle reached may still be reached by the next.
    expected = (as_high + 1) / max(1, len(chance))
    n_found = np.searchsorted(-observed[order], -observed[order] + 1e-9, side="right")
    shares = np.minimum.accumulate((expected / n_found)[::-1])[::-1]
    found = np.empty_like(observed)
    reached = sum(bool(some.size) and float(some.max()) >= observed.max() - 1e-9 for some in chance)
    found[order] = np.clip(shares, (reached + 1) / max(1, len(chance)), 1.0)
    return found


def chance_scores(is_first: npt.NDArray[np.bool_], score: Callable[[npt.NDArray[np.bool_]], Numbers]) -> list[Numbers]:
    """Return what a score gives under shuffled labels."""
    return [score(labels) for labels in shuffled_labels(is_first)]
