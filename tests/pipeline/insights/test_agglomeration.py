"""Few rows: what is alike on average is one cluster, what is alone stays alone, and what was together stays."""

import numpy as np
import pytest

from pipeline.insights import agglomeration
from pipeline.insights.agglomeration import Likeness, agglomerate, join_alike


def fan(*degrees):
    """Unit rows of a plane at angles."""
    angles = np.radians(degrees)
    return np.column_stack([np.cos(angles), np.sin(angles)]).astype(np.float32)


def alike(*degrees):
    rows = fan(*degrees)
    return Likeness(rows @ rows.T)


def groups_of(numbers):
    return {frozenset(np.flatnonzero(numbers == one).tolist()) for one in set(numbers.tolist()) - {-1}}


def test_what_is_like_nothing_is_in_none():
    numbers = agglomerate(alike(0, 10, 20, 180))
    assert groups_of(numbers) == {frozenset({0, 1, 2})}
    assert numbers[3] == -1


def test_a_chain_of_near_rows_is_not_one_cluster():
    """Each row is near the next; the ends are opposite."""
    groups = groups_of(agglomerate(alike(*range(0, 181, 20))))
    assert len(groups) > 1
    assert not any({0, 9} <= group for group in groups)


def test_no_rows_and_one_row_are_in_no_cluster():
    assert agglomerate(alike()).tolist() == []
    assert agglomerate(alike(5)).tolist() == [-1]


def test_two_that_were_together_stay_so_while_they_nearly_are():
    limit = np.degrees(np.arccos(alike(0, 0).limit))
    nearly, not_at_all = alike(0, limit + 2), alike(0, limit + 8)
    assert agglomerate(nearly).tolist() == [-1, -1]
    assert len(groups_of(agglomerate(nearly, earlier=np.array([0, 0])))) == 1
    assert agglomerate(not_at_all, earlier=np.array([0, 0])).tolist() == [-1, -1]


def test_a_theme_of_two_matters_comes_apart():
    rows = alike(0, 5, 10, 170, 175, 180)
    assert groups_of(agglomerate(rows, earlier=np.zeros(6, np.int64))) == {frozenset({0, 1, 2}), frozenset({3, 4, 5})}


@pytest.mark.parametrize(("degree", "joins"), [(4, 0), (170, 1), (-90, -1)])
def test_a_new_row_joins_the_cluster_that_it_is_most_alike_on_average(degree, joins):
    numbers = np.array([0, 0, 1, 1, -1])
    assert join_alike(alike(0, 10, 170, 180, degree), numbers).tolist() == [0, 0, 1, 1, joins]


def test_many_rows_must_be_more_alike_than_few():
    limits = [Likeness(np.empty((n, 0), np.float32)).limit for n in (10, 100, 1_000, agglomeration.FEW_ROWS)]
    assert limits[0] == limits[1] < limits[2] < limits[3] < 0.4
