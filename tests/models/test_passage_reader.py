"""Points and a passage read as one text."""

import numpy as np
import pytest

from models.passage_reader import PassageReader, pairs_of, touching

SIGN_ON = (
    "It's like being told the seat belts only come with the leather interior.",
    "I can't have people in there with a username they typed in themselves.",
    "That's fifty-six bucks a person for the privilege of not making up another password.",
    "We log in with Okta everywhere else. Why would that cost double?",
)
ROW = "Compare plans | Team | Scale | Summit. Federated identity and directory-driven provisioning: –, –, ✓"
RESULTS = "Since the start of the year the company answers its customers nine times as fast, with the same crew."


def test_points_are_read_by_fours_up_to_eight_of_them():
    points = [f"point {number}" for number in range(11)]
    [first, second] = pairs_of(points, ["one", "two"])
    assert [text for text, _ in first] == [" | ".join(points[:4]), " | ".join(points[4:8])]
    assert {passage for _, passage in second} == {"two"}


def test_the_odds_of_touching_are_those_against_both_other_readings():
    found = touching(np.log(np.array([[0.25, 0.5, 0.25], [0.1, 0.8, 0.1]], dtype=np.float32)))
    assert 1 / (1 + np.exp(-found)) == pytest.approx([0.5, 0.8])


def test_without_points_or_passages_nothing_is_read_and_nothing_loaded(tmp_path):
    reader = PassageReader(tmp_path / "no head")
    assert reader.touch_log_odds((), ["a"]).tolist() == [0.0]
    assert reader.touch_log_odds(["a"], ()).shape == (0,)


@pytest.mark.model
def test_a_row_that_names_the_matter_touches_it_and_a_result_of_something_else_does_not():
    named, aside = PassageReader().touch_log_odds(SIGN_ON, [ROW, RESULTS])
    assert named > 0 > aside


@pytest.mark.model
def test_a_pair_is_read_once():
    reader = PassageReader()
    first = reader.touch_log_odds(SIGN_ON, [ROW])
    before = dict(reader._read)
    assert reader.touch_log_odds(SIGN_ON, [ROW, RESULTS])[0] == pytest.approx(first[0], abs=1e-3)
    assert before.items() <= reader._read.items()
