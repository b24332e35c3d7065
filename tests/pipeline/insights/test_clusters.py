"""Clusters stay where they are when a little comes in, and at most a tenth of what is alike stays outside."""

import numpy as np
import pytest

from pipeline.insights import clusters, neighbours, theme_coverage
from pipeline.insights.clusters import _broad, find_clusters
from pipeline.insights.communities import Graph
from pipeline.insights.theme_coverage import cover
from pipeline.insights.theme_stability import stabilities


def crowd(n_groups, n_each, *, noise=0.9, seed=0):
    """Rows around centres with so much noise that clusters overlap, and the centre of each row."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(n_groups, 24))
    of_row = np.repeat(np.arange(n_groups), n_each)
    rows = centres[of_row] + noise * rng.normal(size=(len(of_row), 24))
    order = rng.permutation(len(rows))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)[order], of_row[order]


def kept(old, new):
    """The share of rows in a cluster that are in the cluster that takes most of it."""
    return (
        sum(np.bincount(new[old == one][new[old == one] >= 0]).max() for one in set(old[old >= 0])) / (old >= 0).sum()
    )


@pytest.mark.parametrize("seed", range(4))
def test_a_hundredth_more_leaves_members_where_they_were(seed):
    vectors, _ = crowd(25, 60, noise=1.1, seed=seed)
    is_new = np.random.default_rng(seed).random(len(vectors)) < 0.01
    old = find_clusters(vectors[~is_new]).of_row
    earlier = np.full(len(vectors), -1)
    earlier[~is_new] = old
    found = find_clusters(vectors, earlier=earlier).of_row
    assert kept(old, found[~is_new]) >= 0.95
    assert (found[is_new] >= 0).mean() > 0.9


@pytest.mark.parametrize("few_rows", [0, 2_000])
def test_a_start_that_is_wrong_is_left_for_a_better_one(monkeypatch, few_rows):
    monkeypatch.setattr(clusters, "FEW_ROWS", few_rows)
    vectors, truth = crowd(8, 60, noise=0.5, seed=1)
    all_in_one = find_clusters(vectors, earlier=np.zeros(len(vectors), np.int64)).of_row
    assert all_in_one.max() + 1 >= 7
    assert kept(truth, all_in_one) > 0.95


def test_more_rows_than_are_fitted_join_those_that_are_and_the_order_changes_nothing(monkeypatch):
    monkeypatch.setattr(clusters, "FEW_ROWS", 0)
    monkeypatch.setattr(clusters, "_MOST_FITTED", 300)
    monkeypatch.setattr(neighbours, "_EXACT_ROWS", 100)
    vectors, truth = crowd(8, 100, noise=0.4)
    found = find_clusters(vectors).of_row
    assert (found >= 0).mean() > 0.99
    assert kept(found, truth) > 0.95
    order = np.random.default_rng(5).permutation(len(vectors))
    shuffled = find_clusters(vectors[order]).of_row
    pairs = set(zip(found[order].tolist(), shuffled.tolist(), strict=True))
    assert len(pairs) == len({one for one, _ in pairs}) == len({other for _, other in pairs})


@pytest.mark.parametrize("few_rows", [0, 2_000])
def test_a_cluster_apart_is_steadier_than_one_drawn_at_random(monkeypatch, few_rows):
    monkeypatch.setattr(clusters, "FEW_ROWS", few_rows)
    vectors, _ = crowd(6, 50, noise=0.4)
    found = find_clusters(vectors)
    at_random = np.random.default_rng(0).choice(len(vectors), 50, replace=False)
    [sure] = stabilities(found, [np.flatnonzero(found.of_row == 0)], len(vectors))
    [chance] = stabilities(found, [at_random], len(vectors))
    assert sure > 0.9
    assert chance < 0.4
    assert stabilities(found, [[0]], 5) == [None]


def test_at_most_a_tenth_of_many_is_outside_and_the_nearest_come_in_first(monkeypatch):
    monkeypatch.setattr(theme_coverage, "FEW_ROWS", 0)
    vectors, truth = crowd(4, 50, noise=0.4)
    groups = [np.flatnonzero(truth == one)[:30].tolist() for one in range(4)]
    covered = cover(vectors, groups)
    assert sum(map(len, covered)) == 180
    assert all(truth[row] == one for one, rows in enumerate(covered) for row in rows)
    assert [rows[:30] for rows in covered] == groups


def test_what_is_like_no_theme_is_in_none(monkeypatch):
    monkeypatch.setattr(theme_coverage, "FEW_ROWS", 0)
    rows = np.eye(60, dtype=np.float32)
    rows[1] = rows[0]
    assert cover(rows, [[0, 1]]) == [[0, 1]]
    assert cover(rows, []) == []


def test_what_is_said_but_once_among_few_moments_is_left_in_none():
    vectors, _ = crowd(2, 20, noise=0.4)
    assert cover(vectors, [list(range(10))]) == [list(range(10))]


def joined_by_hand(weights):
    """Join what raises modularity most, all of it reckoned anew each time."""
    groups = [[place] for place in range(len(weights))]
    while True:
        linked = np.array([[weights[np.ix_(one, other)].sum() for other in groups] for one in groups])
        degrees = linked.sum(axis=1)
        gain = linked - np.outer(degrees, degrees) / linked.sum()
        np.fill_diagonal(gain, -np.inf)
        one, other = sorted(divmod(int(gain.argmax()), len(groups)))
        if len(groups) < 2 or gain[one, other] <= 0:
            return {frozenset(group) for group in groups}
        groups[one] += groups.pop(other)


@pytest.mark.parametrize("seed", range(5))
def test_broad_clusters_are_those_that_reckoning_everything_anew_finds(seed):
    rng = np.random.default_rng(seed)
    pairs = np.array([pair for pair in rng.integers(0, 14, (40, 2)) if pair[0] != pair[1]])
    cosines = rng.random(len(pairs)).astype(np.float32)
    weights = np.zeros((14, 14))
    np.add.at(weights, (pairs[:, 0], pairs[:, 1]), cosines)
    broad = _broad(Graph(np.arange(14), pairs, cosines, np.ones(len(pairs), bool)), np.arange(14), 14)
    found = {frozenset(np.flatnonzero(broad == one).tolist()) for one in set(broad.tolist())}
    assert found == joined_by_hand(weights + weights.T)
