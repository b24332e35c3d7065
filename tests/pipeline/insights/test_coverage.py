"""What passages mean for points: the status, what is left open, and the sentence that says why."""

import numpy as np
import pytest

from pipeline.collateral.records import Passage
from pipeline.insights.coverage import NOTHING, read_verdict
from pipeline.insights.coverage_reasons import reason

POINTS = ("how do I leave early", "the contract is two years", "can we stop in winter")
LEAVE = "Leave at the end of any month. A contract of two years can be stopped in winter without a fee of any kind."
ENABLE = "Cessation is effected by correspondence; obligations lapse forthwith."


def passage(text, name="terms.md"):
    return Passage(name, name, name, 0, "Terms", text)


def verdict(text, *odds):
    return read_verdict(POINTS, [passage(text)], np.array(odds, dtype=np.float32)[:, None])


@pytest.mark.parametrize(
    ("text", "odds", "status"),
    [
        (LEAVE, (0.9, 0.8, 0.7), "covered"),
        (ENABLE, (0.9, 0.8, 0.7), "other_words"),
        (LEAVE, (0.4, 0.3, 0.3), "weak"),
        (LEAVE, (0.1, 0.0, 0.1), "missing"),
    ],
)
def test_the_status_follows_the_score_and_the_words(text, odds, status):
    assert verdict(text, *odds).status == status


def test_the_points_that_stay_open_come_least_answered_first():
    assert verdict(LEAVE, 0.9, 0.4, 0.3).open_points == (POINTS[2], POINTS[1])


def test_the_best_passage_comes_first_and_three_are_shown():
    each = np.array([[0.1, 0.8, 0.6, 0.2, 0.3]] * 3, dtype=np.float32)
    found = read_verdict(POINTS, [passage(LEAVE, f"{place}.md") for place in range(5)], each)
    assert [scored.passage.document for scored in found.passages] == ["1.md", "2.md", "4.md"]
    assert [answer.document for answer in found.answers] == ["1.md", "2.md"]


def test_other_words_are_named_side_by_side():
    why = reason(POINTS, verdict(ENABLE, 0.9, 0.9, 0.9))
    assert "they say “leave”" in why
    assert "“cessation”" in why


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Our contracts are fair, flexible and simple.", "stays general"),
        ("The contract runs for 24 months from signature.", "leaves the point itself open"),
        ("Contract: yes ✓ | Winter pause: – | Support: ✓", "only names it in a table"),
    ],
)
def test_a_weak_passage_is_told_what_it_lacks(text, says):
    why = reason(POINTS, verdict(text, 0.4, 0.3, 0.3))
    assert "mentions “contract" in why
    assert says in why
    assert "“can we stop in winter”" in why or "“the contract is two years”" in why


def test_what_is_missing_names_the_point_to_answer():
    assert "It would have to answer “the contract is two years”." in reason(POINTS, verdict(LEAVE, 0.1, 0.0, 0.1))


def test_an_empty_shelf_says_how_to_fill_it():
    assert "collateral add" in reason(POINTS, NOTHING)
