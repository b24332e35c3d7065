"""Rates are those of all calls together, with intervals that tell what was resampled."""

import numpy as np
import pytest

from pipeline.insights.rates import Absent, Rate, Tally, rate


def call(*stretches):
    return Tally(stretches, {"wrong": sum(wrong for wrong, _ in stretches)})


def test_longer_calls_weigh_more():
    result = rate([call((1, 10)), call((9, 30))])
    assert (result.value, result.n_calls, result.parts) == (0.25, 2, {"wrong": 10})


def test_eight_calls_are_resampled_whole_and_fewer_by_stretches():
    calls = [call((place, 50), (0, 50)) for place in range(8)]
    assert rate(calls).resampled == "calls"
    assert rate(calls[:7]).resampled == "stretches"
    assert rate(calls).low < rate(calls).value < rate(calls).high


def test_too_few_stretches_have_no_interval():
    result = rate([call((1, 50), (2, 50), (3, 50), (4, 50))])
    assert (result.value, result.low, result.high, result.resampled) == (0.05, None, None, None)


def test_no_errors_at_all_have_no_interval():
    assert rate([call((0, 50))] * 20) == Rate(0.0, n_calls=20, parts={"wrong": 0})


def test_what_cannot_be_measured_has_its_reasons_and_no_value():
    result = rate([Absent("no words"), Absent("no times"), Absent("no words")])
    assert (result.value, result.reason) == (None, "no words; no times")


def test_calls_that_cannot_be_measured_leave_the_others_alone():
    result = rate([call((1, 10)), Absent("no words")])
    assert (result.value, result.reason, result.n_calls) == (0.1, None, 1)


def test_nothing_to_count_out_of_is_no_rate():
    assert rate([call((3, 0))]).value is None


@pytest.mark.slow
@pytest.mark.parametrize("n_calls", [8, 30])
def test_95_of_100_intervals_hold_the_truth(n_calls):
    rng = np.random.default_rng(7)
    held = 0
    for _ in range(300):
        calls = [call((rng.binomial(400, chance), 400)) for chance in rng.beta(2, 18, size=n_calls)]
        result = rate(calls)
        held += result.low <= 0.1 <= result.high
    assert 0.90 <= held / 300 <= 0.98
