"""How surely a theme is one: whether parts of the corpus show it too."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from pipeline.insights.clusters import Clusters
from pipeline.insights.communities import Numbers

_DRAWS = 5
_LEAST_ROWS = 20
_SHARE = 0.8
_SEED = 1


def stabilities(clusters: Clusters, groups: Sequence[Sequence[int]], n_rows: int) -> list[float | None]:
    """Return for each group of rows the mean, over parts of the corpus, of its likeness to the cluster most like it.

    Likeness is Jaccard's, as in Hennig (2007), "Cluster-wise assessment of cluster stability"; each of five parts is
    four fifths of the rows that were clustered, drawn without replacement and parted anew. None where a group is in no
    part with two rows, or where fewer than 20 rows are held.
    """
    if n_rows < _LEAST_ROWS:
        return [None] * len(groups)
    group_of = np.full(n_rows, -1, np.int64)
    for number, rows in enumerate(groups):
        group_of[rows] = number
    group_of = group_of[clusters.graph.fitted]
    rng, found = np.random.default_rng(_SEED), []
    for _ in range(_DRAWS):
        left_out = rng.random(len(group_of)) >= _SHARE
        parted = clusters.of_part(left_out)
        found.append(_likeness(np.where(left_out, -1, group_of), parted, len(groups)))
    columns = [column[~np.isnan(column)] for column in np.array(found).T.reshape(len(groups), _DRAWS)]
    return [float(column.mean()) if len(column) else None for column in columns]


def _likeness(group_of: Numbers, cluster_of: Numbers, n_groups: int) -> npt.NDArray[np.float64]:
    """Return the greatest Jaccard of each group with a cluster; NaN for groups with fewer than two rows."""
    n_clusters = int(cluster_of.max(initial=-1)) + 1
    both = (group_of >= 0) & (cluster_of >= 0)
    shared = np.zeros((n_groups, max(1, n_clusters)))
    np.add.at(shared, (group_of[both], cluster_of[both]), 1)
    in_group = np.bincount(group_of[group_of >= 0], minlength=n_groups)
    in_cluster = np.bincount(cluster_of[cluster_of >= 0], minlength=max(1, n_clusters))
    either = in_group[:, None] + in_cluster[None, :] - shared
    best = (shared / np.maximum(either, 1)).max(axis=1)
    return np.where(in_group >= 2, best, np.nan)
