"""A detector from a few examples: beside the centroid, with a threshold, and corrected by counter-examples."""

import numpy as np
import pytest

from models.few_shot import THRESHOLD, fit_few_shot

DIM = 24
AXES = np.eye(DIM)
NONE = np.empty((0, DIM), np.float32)


def texts(axis, n, *, seed=0, noise=0.12, shared=0.0):
    """Unit vectors about one axis, or about none; `shared` is what all texts have in common."""
    generator = np.random.default_rng(seed)
    centre = np.zeros(DIM) if axis is None else AXES[axis]
    vectors = centre + shared * AXES[-1] + generator.normal(0, noise, (n, DIM))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


MEANT = texts(0, 8)
BACKGROUND = np.concatenate([texts(None, 300, seed=1), texts(0, 5, seed=2)])


def test_what_is_meant_is_found_and_the_rest_is_not():
    detector = fit_few_shot(MEANT, NONE, BACKGROUND)
    assert (detector.scores(texts(0, 20, seed=3)) >= THRESHOLD).all()
    assert (detector.scores(texts(None, 200, seed=4)) >= THRESHOLD).mean() < 0.02
    assert detector.found_again == len(MEANT)


def test_scores_are_of_unit_range_and_of_each_text_alone():
    detector = fit_few_shot(MEANT, NONE, BACKGROUND)
    asked = np.concatenate([texts(0, 3, seed=5), texts(None, 3, seed=6), -MEANT[:1]])
    scores = detector.scores(asked)
    assert scores.shape == (7,)
    assert scores.dtype == np.float32
    assert ((scores >= 0) & (scores <= 1)).all()
    np.testing.assert_allclose([detector.scores(row[None])[0] for row in asked], scores, atol=1e-4)
    assert detector.scores(NONE).shape == (0,)


def test_what_every_text_has_in_common_does_not_count():
    """The examples share a strong direction with everything; the centroid takes it for what is meant."""
    meant, others = texts(0, 8, shared=3.0), texts(None, 300, seed=1, shared=3.0)
    wanted = texts(0, 20, seed=3, shared=1.5)
    scores = fit_few_shot(meant, NONE, others).scores(np.concatenate([wanted, others]))
    assert scores[:20].min() > scores[20:].max()
    centroid = np.concatenate([wanted, others]) @ meant.mean(axis=0)
    assert centroid[:20].min() < centroid[20:].max()


def test_an_example_is_found_and_a_counter_example_is_not_whatever_they_are_like():
    counter = texts(0, 2, seed=7)
    detector = fit_few_shot(MEANT, counter, np.concatenate([BACKGROUND, MEANT, counter]))
    assert detector.scores(MEANT).tolist() == [1.0] * len(MEANT)
    assert detector.scores(counter).tolist() == [0.0, 0.0]


def test_counter_examples_part_what_is_near_from_what_is_meant():
    sharper = texts(0, 8) + 0.8 * AXES[1].astype(np.float32)
    near = texts(0, 12, seed=8)
    meant = (sharper / np.linalg.norm(sharper, axis=1, keepdims=True)).astype(np.float32)
    before = fit_few_shot(meant, NONE, BACKGROUND).scores(near[6:])
    after = fit_few_shot(meant, near[:6], BACKGROUND).scores(near[6:])
    assert after.mean() < 0.8 * before.mean()
    assert (after < THRESHOLD).all()


def test_a_background_of_nothing_but_examples_is_borne():
    assert fit_few_shot(MEANT, NONE, MEANT).scores(MEANT).tolist() == [1.0] * len(MEANT)


def test_examples_that_mean_several_things_would_not_find_each_other():
    several = np.concatenate([texts(axis, 1, seed=axis, noise=0.01) for axis in range(8)])
    detector = fit_few_shot(several, NONE, BACKGROUND)
    assert detector.found_again < 4
    assert (detector.scores(BACKGROUND) >= THRESHOLD).mean() < 0.31


def test_too_little_to_go_by_is_refused():
    with pytest.raises(ValueError, match="2 examples"):
        fit_few_shot(MEANT[:2], NONE, BACKGROUND)
    with pytest.raises(ValueError, match="0 background"):
        fit_few_shot(MEANT, NONE, NONE)
