"""Which passages answer points of one matter, and by whose vectors."""

import pytest

from models.answer_judge import PairAnswerJudge
from models.hashing_encoder import HashingEncoder
from models.matter_encoder import MatterEncoder
from models.weights import WeightsError

LOCKED_IN = (
    "I don't sign for a second year of anything I can't pull the pin on at the end of a month.",
    "My boss is going to want a door he can walk out of.",
    "We've never put our name to a whole year of anything.",
)
BY_HAND = (
    "Someone would have to key every hour into payroll a second time.",
    "My bookkeeper copies it all across on Fridays.",
    "If it doesn't talk to our accounts, it's one more island.",
)
LEAVE = (
    "Every plan runs from month to month. Stop at the end of any of them: no minimum term, no notice, no exit fee, "
    "nothing that renews itself behind your back. Nine in ten who could go tomorrow have stayed for three years."
)
MONTHLY_REPORT = "At the end of each month you receive a report of all that was answered."


def test_without_points_or_passages_nothing_answers_and_nothing_is_loaded(tmp_path):
    judge = PairAnswerJudge(tmp_path / "no head")
    assert judge.answer_probability((), ["a"]).shape == (0, 1)
    assert judge.answer_probability(["a"], ()).shape == (1, 0)


def test_a_missing_head_says_what_to_do(tmp_path):
    with pytest.raises(WeightsError, match="make train"):
        PairAnswerJudge(tmp_path / "no head", encoder=HashingEncoder()).answer_probability(["a"], ["b"])


def test_a_text_is_encoded_once_and_a_reading_asks_for_its_vectors_elsewhere_first(counting_encoder):
    encoder, held = counting_encoder(), counting_encoder()
    judge = PairAnswerJudge(encoder=encoder)
    judge.answer_probability(["a", "b"], ["c"])
    judge.answer_probability(["b"], ["c", "d"])
    assert encoder.asked == ["a", "b", "c", "d"]
    judge.reading(lambda _: held).answer_probability(["a"], ["e"])
    assert (encoder.asked, held.asked) == (["a", "b", "c", "d"], ["a", "e"])


@pytest.mark.model
def test_what_deals_with_a_matter_answers_it_though_it_shares_no_word_and_what_shares_words_does_not():
    found = PairAnswerJudge().answer_probability(LOCKED_IN, [LEAVE, MONTHLY_REPORT]).mean(axis=0)
    assert found[0] > 0.5 > found[1]


@pytest.mark.model
def test_points_of_one_matter_are_nearer_to_each_other_than_to_those_of_another_though_they_share_no_word():
    said = MatterEncoder().encode([*LOCKED_IN, *BY_HAND])
    cosines = said @ said.T
    first, second, across = cosines[:3, :3], cosines[3:, 3:], cosines[:3, 3:]
    assert min((part.sum() - 3) / 6 for part in (first, second)) > across.mean() + 0.05
