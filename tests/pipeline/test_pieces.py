"""A turn in pieces: exact spans that leave nothing out."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.pieces import split_pieces


def pieces(text):
    return [text[start:end] for start, end in split_pieces(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It is too dear. We like the app.", ["It is too dear.", "We like the app."]),
        ("Yeah. It is too dear! Right.", ["Yeah. It is too dear! Right."]),
        ("  It costs 3.5 million…  “Who pays?” we ask ", ["It costs 3.5 million…", "“Who pays?”", "we ask"]),
        ("too dear", ["too dear"]),
        ("Okay.", ["Okay."]),
        ("Mr. Smith said so. He did.", ["Mr. Smith said so.", "He did."]),
        ("", []),
    ],
)
def test_sentences_are_pieces_and_lone_words_go_along(text, expected):
    assert pieces(text) == expected


def test_a_stretch_without_an_end_is_cut_into_even_parts():
    found = pieces(" ".join(f"w{number}" for number in range(95)))
    assert [len(piece.split()) for piece in found] == [31, 32, 32]


@given(st.text(alphabet="ab .!?…\n\"'", max_size=80))
def test_pieces_are_apart_in_order_and_hold_every_word(text):
    spans = split_pieces(text)
    assert all(start < end for start, end in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    assert " ".join(pieces(text)).split() == text.split()
