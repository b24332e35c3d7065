"""A reading and the nearness by subject weigh as is likeliest on themes whose status is known."""

import numpy as np
import pytest

from models.hashing_encoder import HashingEncoder
from models.touch_finder import NEAREST
from models.training.answer_sellers import MadeSeller, MadeTheme
from models.training.touch_scale import TouchScores, fit_scale, theme_odds, touch_scores

N_THEMES = 400


def drawn(*, reading: float, nearness: float) -> TouchScores:
    """Themes whose first passage, if it touches them, stands out by so much."""
    rng = np.random.default_rng(3)
    truth = (np.arange(N_THEMES) % 2).astype(float)
    read, near = rng.normal(size=(N_THEMES, NEAREST)), rng.normal(0.3, 0.1, size=(N_THEMES, NEAREST))
    read[:, 0] += reading * truth
    near[:, 0] += nearness * truth
    return TouchScores(read, near, truth, np.ones(N_THEMES // 2, bool))


@pytest.mark.parametrize(("reading", "nearness"), [(4.0, 0.0), (0.0, 0.4), (2.0, 0.2)])
def test_whatever_tells_touched_from_missing_is_used(reading, nearness):
    found = drawn(reading=reading, nearness=nearness)
    right = (theme_odds(found, fit_scale(found)) > 0) == (found.truth == 1)
    assert right.mean() > 0.8


def test_nearness_that_tells_nothing_weighs_nothing_and_the_other_way_round():
    assert fit_scale(drawn(reading=5.0, nearness=0.0)).nearness == 0
    assert fit_scale(drawn(reading=0.0, nearness=0.5)).nearness == 40


def test_only_themes_without_an_answer_are_read_and_it_is_told_whether_what_touches_them_was():
    class Reader:
        def touch_log_odds(self, points, passages):
            return np.array(["seat" in text for text in passages], np.float32)

    shelf = ("a seat has a price", "snow fell", "it rained", "the sun shone", "wind blew", "fog came")
    themes = (
        MadeTheme("seats", ("price of a seat", "seat price"), "weak", frozenset({"a seat has a price"})),
        MadeTheme("dogs", ("my dog barks",), "missing", frozenset()),
        MadeTheme("snow", ("snow fell",), "covered", frozenset()),
    )
    found = touch_scores(Reader(), HashingEncoder(), [MadeSeller("weather", shelf, themes)])
    assert found.read.shape == found.near.shape == (2, NEAREST)
    assert found.truth.tolist() == [1, 0]
    assert found.is_found.tolist() == [True]
