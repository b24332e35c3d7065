"""Points of one matter held against passages by their vectors."""

import numpy as np
import pytest

from models.matter_scores import matter_scores

PRICE, LEAVING, WEATHER = np.eye(3, dtype=np.float32)


def near(*parts):
    total = np.sum(parts, axis=0)
    return total / np.linalg.norm(total)


def test_a_passages_mean_score_is_that_of_the_points_centre():
    points, passages = np.stack([near(PRICE, 0.3 * LEAVING), PRICE]), np.stack([PRICE, LEAVING])
    found = matter_scores(points, passages)
    assert found.shape == (2, 2)
    assert found[:, 0].mean() > found[:, 1].mean()
    assert found[0, 1] > found[1, 1]


def test_a_point_that_is_unlike_the_others_counts_less():
    alike = [near(LEAVING, 0.4 * WEATHER), near(LEAVING, 0.4 * PRICE), LEAVING]
    stray, passages = np.stack([*alike, WEATHER]), np.stack([LEAVING, WEATHER])
    found = matter_scores(stray, passages).mean(axis=0)
    plain = stray.mean(axis=0) / np.linalg.norm(stray.mean(axis=0))
    assert found[0] / found[1] > 1.5 * (passages @ plain)[0] / (passages @ plain)[1]


def test_one_point_alone_is_its_own_centre_and_tells_less_surely_than_eight():
    [[alone]] = matter_scores(PRICE[None], PRICE[None])
    rng = np.random.default_rng(0)
    many = np.stack([near(PRICE, 1.5 * other / np.linalg.norm(other)) for other in rng.standard_normal((8, 3))])
    assert alone > matter_scores(many, PRICE[None]).mean()
    assert alone == pytest.approx(np.sqrt(1 / (0.3 + 0.7 / 8)), rel=1e-5)
