"""What passages mean for points: the status, what is left open, and the sentence that says why."""

import numpy as np
import pytest

from models.hashing_encoder import HashingEncoder
from pipeline.collateral.records import Passage
from pipeline.insights.coverage import ANSWERED, NOTHING, Shelf, answered, judge_points, together, unanswered
from pipeline.insights.coverage_reasons import reason

POINTS = ("how do I leave early", "the contract is two years", "can we stop in winter")
LEAVE = "Leave at the end of any month. A contract of two years can be stopped in winter without a fee of any kind."
ENABLE = "Cessation is effected by correspondence; obligations lapse forthwith."


def passage(text, name="terms.md"):
    return Passage(name, name, name, 0, "Terms", text)


def verdict(text, *odds, touch=0.0):
    each, passages = np.array(odds, dtype=np.float32)[:, None], [passage(text)]
    if together(each)[0] >= ANSWERED:
        return answered(POINTS, passages, each)
    return unanswered(POINTS, passages, each, np.array([touch], dtype=np.float32))


@pytest.mark.parametrize(
    ("odds", "touch", "status"),
    [
        ((0.9, 0.8, 0.7), 0.0, "covered"),
        ((0.2, 0.1, 0.1), 0.6, "weak"),
        ((0.2, 0.1, 0.1), 0.4, "missing"),
        ((0.4, 0.3, 0.3), 0.4, "weak"),
        ((0.9, 0.1, 0.05), 0.4, "weak"),
    ],
)
def test_the_status_follows_what_probably_answers_then_what_touches_then_what_nearly_answers(odds, touch, status):
    assert verdict(LEAVE, *odds, touch=touch).status == status


def test_points_are_taken_together_by_their_mean_log_odds():
    each = np.array([[0.9, 0.99, 0.0], [0.1, 0.5, 1.0]], dtype=np.float32)
    assert together(each) == pytest.approx([0.5, 1 / (1 + 99**-0.5), 0.5], abs=1e-3)


def test_the_points_that_stay_open_come_least_answered_first():
    assert verdict(LEAVE, 0.9, 0.4, 0.3).open_points == (POINTS[2], POINTS[1])


def test_the_best_passage_comes_first_and_three_are_shown():
    each = np.array([[0.1, 0.8, 0.6, 0.2, 0.3]] * 3, dtype=np.float32)
    found = answered(POINTS, [passage(LEAVE, f"{place}.md") for place in range(5)], each)
    assert [scored.passage.document for scored in found.passages] == ["1.md", "2.md", "4.md"]
    assert [answer.document for answer in found.answers] == ["1.md", "2.md"]


def test_what_touches_comes_before_what_would_rather_answer():
    each = np.array([[0.1, 0.4, 0.3, 0.2]] * 3, dtype=np.float32)
    touch = np.array([0.7, 0.2], dtype=np.float32)
    found = unanswered(POINTS, [passage(LEAVE, f"{place}.md") for place in range(4)], each, touch)
    assert [scored.passage.document for scored in found.passages] == ["0.md", "1.md", "2.md"]
    assert found.status == "weak"
    assert not found.answers


class SaysYes:
    """Every passage answers every point; the shorter a text, the surer."""

    name = "says yes"

    def reading(self, of):
        return self

    def answer_probability(self, points, passages):
        return np.array([[1 - len(text) / 1000 for text in passages]] * len(points), dtype=np.float32)


def judged(points, text):
    encoder = HashingEncoder()
    return judge_points(points, Shelf((passage(text),), encoder.encode([text])), SaysYes(), encoder)


LEAVING = ("can we leave early", "leave in an early month", "who can leave early at all", "just let us leave early")


def test_an_answer_without_the_words_that_customers_keep_using_is_in_other_words():
    found = judged(LEAVING, ENABLE)
    assert found.status == "other_words"
    why = reason(LEAVING, found)
    assert "they say “leave” and “early”" in why
    assert "“correspondence”" in why


def test_an_answer_with_one_of_their_words_is_covered_and_quoted():
    found = judged(LEAVING, "Leave whenever you like.")
    assert found.status == "covered"
    assert "answers it: “Leave whenever you like”." in reason(LEAVING, found)


def test_where_each_customer_says_it_differently_no_words_are_their_own():
    assert judged(("stuck till March", "a door to walk out of", "no exit", "tied for life"), ENABLE).status == "covered"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Our contracts are fair, flexible and simple.", "stays general"),
        ("The contract runs for 24 months from signature.", "leaves the point itself open"),
        ("Contract: yes ✓ | Winter pause: – | Support: ✓", "only names it in a table"),
    ],
)
def test_a_weak_passage_is_told_what_it_lacks(text, says):
    why = reason(POINTS, verdict(text, 0.4, 0.3, 0.3, touch=0.8))
    assert "mentions “contract" in why
    assert says in why
    assert "“can we stop in winter”" in why or "“the contract is two years”" in why


def test_what_is_missing_names_the_point_to_answer():
    assert "It would have to answer “the contract is two years”." in reason(POINTS, verdict(LEAVE, 0.1, 0.0, 0.1))


def test_an_empty_shelf_says_how_to_fill_it():
    assert "collateral add" in reason(POINTS, NOTHING)
