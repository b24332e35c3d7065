"""Few rows: what is alike on average is one cluster, what is alone stays alone, and what was together stays."""

import numpy as np
import pytest

from pipeline.insights import agglomeration
from pipeline.insights.agglomeration import agglomerate, alike, join_alike


def fan(*degrees):
    """Unit rows of a plane at angles."""
    angles = np.radians(degrees)
    return np.column_stack([np.cos(angles), np.sin(angles)]).astype(np.float32)


def groups_of(numbers):
    return {frozenset(np.flatnonzero(numbers == one).tolist()) for one in set(numbers.tolist()) - {-1}}


def test_what_is_like_nothing_is_in_none():
    numbers = agglomerate(fan(0, 10, 20, 180))
    assert groups_of(numbers) == {frozenset({0, 1, 2})}
    assert numbers[3] == -1


def test_a_chain_of_near_rows_is_not_one_cluster():
    """Each row is near the next; the ends are opposite."""
    groups = groups_of(agglomerate(fan(*range(0, 181, 20))))
    assert len(groups) > 1
    assert not any({0, 9} <= group for group in groups)


def test_no_rows_and_one_row_are_in_no_cluster():
    assert agglomerate(np.empty((0, 3), np.float32)).tolist() == []
    assert agglomerate(fan(5)).tolist() == [-1]


def test_two_that_were_together_stay_so_while_they_nearly_are():
    limit = np.degrees(np.arccos(alike(2)))
    nearly, not_at_all = fan(0, limit + 2), fan(0, limit + 8)
    assert agglomerate(nearly).tolist() == [-1, -1]
    assert len(groups_of(agglomerate(nearly, earlier=np.array([0, 0])))) == 1
    assert agglomerate(not_at_all, earlier=np.array([0, 0])).tolist() == [-1, -1]


def test_a_theme_of_two_matters_comes_apart():
    rows = fan(0, 5, 10, 170, 175, 180)
    assert groups_of(agglomerate(rows, earlier=np.zeros(6, np.int64))) == {frozenset({0, 1, 2}), frozenset({3, 4, 5})}


@pytest.mark.parametrize(("degree", "joins"), [(4, 0), (170, 1), (-90, -1)])
def test_a_new_row_joins_the_cluster_that_it_is_most_alike_on_average(degree, joins):
    held, numbers = fan(0, 10, 170, 180, 90), np.array([0, 0, 1, 1, -1])
    assert join_alike(fan(degree), held, numbers, limit=0.5).tolist() == [joins]


def test_many_rows_must_be_more_alike_than_few():
    assert alike(10) == alike(100) < alike(1_000) < alike(agglomeration.FEW_ROWS) < 0.4
