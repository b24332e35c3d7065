"""Agreement is counted as the labelling guide says."""

import pytest

from pipeline.insights.agreement import Span, compare, summarise


def span(start, end, kind="objection", category="price", turn=0, score=1.0):
    return Span(turn, start, end, kind, category if kind == "objection" else None, score)


def test_half_of_the_shorter_quote_is_enough():
    assert compare([span(0, 100)], [span(90, 110)]).matched["objection"] == 1
    assert compare([span(0, 100)], [span(91, 111)]).matched["objection"] == 0


def test_kind_and_turn_must_be_the_same():
    assert not compare([span(0, 10)], [span(0, 10, kind="pain")]).matched
    assert not compare([span(0, 10)], [span(0, 10, turn=1)]).matched


def test_each_gold_moment_matches_at_most_one_and_the_closest_wins():
    result = compare([span(0, 20), span(20, 40)], [span(0, 40), span(20, 40)])
    assert result.matched["objection"] == 2


def test_f1_categories_and_the_top_half():
    calls = [
        compare([span(0, 10), span(20, 30, category="trust")], [span(0, 10, score=0.9), span(50, 60, score=0.2)]),
        compare([span(0, 10, kind="question")], [span(0, 10, kind="question", score=0.8)]),
    ]
    agreement = summarise(calls)
    assert agreement.f1["objection"].value == pytest.approx(0.5)
    assert agreement.precision["objection"] == agreement.recall["objection"] == 0.5
    assert agreement.f1["question"].value == 1.0
    assert agreement.category_f1.value == pytest.approx(0.5)
    assert agreement.top_half_precision == 1.0
    assert agreement.f1["objection"].low <= 0.5 <= agreement.f1["objection"].high


def test_nothing_labelled_and_nothing_found_is_no_error():
    assert summarise([]).mean_f1.value == 0.0
