"""What names a matter is found by subject and then read; what nothing tells of is not."""

import numpy as np
import pytest

from models.hashing_encoder import HashingEncoder
from models.passage_reader import PassageReader
from models.touch_finder import NEAREST, TouchFinder

LATE_HELP = (
    "If it breaks at eight in the evening I've got forty people in the cold.",
    "Who picks up the phone on Christmas Eve?",
    "The last lot had an answering machine on from Friday noon.",
    "Our boilers don't know that it's Sunday.",
)
SLOGAN = "Our emergency line is part of what makes customers love us, in and out of office hours."
ASIDE = (
    "Since the start of the year the company answers its customers nine times as fast, with the same crew.",
    "On Sunday evenings and at Christmas the museum shows forty boilers of the age of steam.",
    "Bring your team to our breakfast in Lisbon and hear what three customers made of their first year.",
    "Invoices are sent on the first of the month and can be paid by card or by transfer.",
    "Every parcel is weighed twice, and photographed before it leaves the hall.",
    "Our drivers know the town: the longest wait last winter was eleven minutes.",
)
POINTS = ["the price of a seat", "seats cost too much", "what a seat costs"]


class Reader(PassageReader):
    """Reads every passage as one that touches."""

    def __init__(self):
        super().__init__()
        self.asked = []

    def touch_log_odds(self, points, passages):
        self.asked += passages
        return np.full(len(passages), 4.0, dtype=np.float32)


def test_only_the_nearest_by_subject_are_read_and_the_others_touch_nothing():
    reader = Reader()
    passages = [f"Snow fell on day {number}." for number in range(9)] + ["A seat has a price.", "What seats cost."]
    found = TouchFinder(encoder=HashingEncoder(), reader=reader).touch_probability(POINTS, passages)
    assert found.shape == (11,)
    assert len(reader.asked) == NEAREST
    assert {"A seat has a price.", "What seats cost."} <= set(reader.asked)
    assert {text for text, one in zip(passages, found, strict=True) if one > 0} == set(reader.asked)


def test_without_points_or_passages_nothing_is_touched_and_nothing_loaded(tmp_path):
    finder = TouchFinder(tmp_path / "no head")
    assert finder.touch_probability((), ["a"]).tolist() == [0.0]
    assert finder.touch_probability(["a"], ()).shape == (0,)


def test_a_text_is_encoded_once_and_a_reading_asks_for_its_vectors_elsewhere_first(counting_encoder):
    encoder, held = counting_encoder(), counting_encoder()
    finder = TouchFinder(encoder=encoder, reader=Reader())
    finder.touch_probability(["a"], ["b", "c"])
    finder.touch_probability(["a"], ["c", "d"])
    assert encoder.asked == ["a", "b", "c", "d"]
    finder.reading(lambda _: held).touch_probability(["a"], ["e"])
    assert (encoder.asked, held.asked) == (["a", "b", "c", "d"], ["a", "e"])


@pytest.mark.model
def test_a_slogan_that_names_the_matter_stands_out_from_what_shares_its_words_or_nothing():
    found = TouchFinder().touch_probability(LATE_HELP, [*ASIDE, SLOGAN])
    assert found[-1] > 0.5 > 2 * found[:-1].max()
