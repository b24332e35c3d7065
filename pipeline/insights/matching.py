"""Each of one side to one of the other, so that the whole is best."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def cheapest_pairs(costs: npt.NDArray[np.float64]) -> list[tuple[int, int]]:
    """Return (row, column) pairs whose costs sum to the least; each row and column at most once, the fewer side all.

    The assignment is exact (scipy's shortest augmenting paths, Crouse 2016).
    """
    from scipy.optimize import linear_sum_assignment

    rows, columns = linear_sum_assignment(costs)
    return [(int(row), int(column)) for row, column in zip(rows, columns, strict=True)]
