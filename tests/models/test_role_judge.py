from collections.abc import Sequence

import numpy as np
import pytest

from models.linear_head import LinearHead
from models.role_judge import TurnRoleJudge, is_greeting


class NumberEncoder:
    """The vector of a text is the number in it."""

    name = "number"
    dim = 1

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        return np.array([[float(text.split()[-1])] for text in texts], np.float32).reshape(-1, 1)


@pytest.fixture
def judge() -> TurnRoleJudge:
    """The log-odds of a turn are its number."""
    return TurnRoleJudge(NumberEncoder(), LinearHead(np.array([[0.0, 1.0]], np.float32), np.zeros(2, np.float32)))


def lines(odds: float, n: int) -> list[str]:
    return [f"words to weigh {odds}"] * n


def test_the_odds_of_a_turn_are_the_head_s_and_a_grunt_has_none(judge: TurnRoleJudge) -> None:
    assert judge.turn_odds(["words to weigh 1.5", "hm 3", "words to weigh -2"]) == pytest.approx([1.5, 0, -2], abs=1e-5)


def test_two_speakers_are_compared_with_each_other(judge: TurnRoleJudge) -> None:
    found = judge.rep_probability({"S1": lines(0.4, 12), "S2": lines(1.7, 12)})
    assert found["S2"] > 0.9
    assert found["S1"] + found["S2"] == pytest.approx(1.0)


def test_more_turns_make_a_usual_gap_surer_and_an_unusual_one_less_sure(judge: TurnRoleJudge) -> None:
    def rep(gap: float, n: int) -> float:
        return judge.rep_probability({"S1": lines(gap, n), "S2": lines(0.0, n)})["S1"]

    assert rep(1.28, 3) < rep(1.28, 10) < rep(1.28, 40)
    assert rep(0.3, 3) > rep(0.3, 40)
    assert rep(0.3, 40) < 0.55


def test_of_three_the_one_in_between_is_weighed_against_the_far_end(judge: TurnRoleJudge) -> None:
    found = judge.rep_probability({"S1": lines(1.5, 10), "S2": lines(0.0, 10), "S3": lines(0.2, 10)})
    assert found["S1"] > 0.9
    assert max(found["S2"], found["S3"]) < 0.2


def test_a_stray_remark_is_no_end_of_the_scale(judge: TurnRoleJudge) -> None:
    found = judge.rep_probability({"S1": lines(1.3, 20), "S2": lines(0.0, 20), "S3": lines(3.0, 1)})
    assert found["S1"] > 0.9
    assert found["S2"] < 0.1


def test_who_says_nothing_is_anybody(judge: TurnRoleJudge) -> None:
    assert judge.rep_probability({"S1": ["Yes."], "S2": lines(1.0, 3)})["S1"] == 0.5
    assert judge.rep_probability({}) == {}


def test_a_greeting_tips_the_scale_unless_both_give_one(judge: TurnRoleJudge) -> None:
    hello = "This is Dana from Acme 0"
    alone = judge.rep_probability({"S1": [hello], "S2": ["Well hello there 0"]})
    assert alone["S1"] == pytest.approx(1 - alone["S2"])
    assert alone["S1"] > 0.85
    both = judge.rep_probability({"S1": [hello], "S2": ["My name is Bob from Elm House 0"]})
    assert both["S1"] == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("Hi, this is Dana from Rotaline.", True),
        ("My name's Callum, calling from Pennyline.", False),
        ("Hello, I'm calling from Pennyline about the form.", True),
        ("Good morning, Acme, how can I help you?", True),
        ("You're speaking with Joe at Acme.", True),
        ("This is somebody from the bank, is it?", False),
        ("How can I help my staff with that?", False),
        ("Thank you for calling.", False),
    ],
)
def test_an_introduction_or_an_offer_of_help_is_a_greeting(text: str, is_one: bool) -> None:
    assert is_greeting(text) is is_one
