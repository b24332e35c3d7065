"""Bands say how sure a moment is; what is chosen unasked is likely, or all there is."""

import pytest

from pipeline.confidence import BANDS, Chosen, at_least, band_of, least_score, likely_first, worth_showing
from pipeline.records import Moment


def moment(name, score):
    return Moment(
        name, "call", "a.wav", None, 0, "S", "customer", None, None, "pain", None, "x", "x", score, "machine", None,
        "asserted", 0, 1, None,
    )  # fmt: skip


SURE, LIKELY, POSSIBLE = moment("s", 0.8), moment("l", 0.55), moment("p", 0.549)


@pytest.mark.parametrize(
    ("score", "band"),
    [(1.0, "sure"), (0.8, "sure"), (0.799, "likely"), (0.55, "likely"), (0.549, "possible"), (0.0, "possible")],
)
def test_a_score_belongs_to_the_surest_band_that_it_reaches(score, band):
    assert band_of(score) == band


def test_the_lower_end_of_a_band_belongs_to_it():
    assert [band_of(least_score(band)) for band in BANDS] == list(BANDS)


def test_a_band_takes_in_what_is_surer_and_tells_what_it_leaves_out():
    given = [POSSIBLE, SURE, LIKELY]
    assert at_least(given, "sure") == Chosen((SURE,), (POSSIBLE, LIKELY))
    assert at_least(given, "likely") == Chosen((SURE, LIKELY), (POSSIBLE,))
    assert at_least(given, "possible") == Chosen(tuple(given), ())


def test_where_nothing_is_likely_the_possible_is_worth_showing():
    assert worth_showing([POSSIBLE, LIKELY]) == Chosen((LIKELY,), (POSSIBLE,))
    assert worth_showing([POSSIBLE]) == Chosen((POSSIBLE,), ())
    assert worth_showing([]) == Chosen((), ())


def test_likely_moments_come_first_and_keep_their_order():
    assert likely_first([POSSIBLE, LIKELY, SURE]) == [LIKELY, SURE, POSSIBLE]
