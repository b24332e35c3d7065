"""Sentences to vectors: each text once, in the order asked."""

import numpy as np
import pytest

from models.sentence_encoder import SentenceEncoder


@pytest.fixture(scope="module")
def encoder() -> SentenceEncoder:
    return SentenceEncoder()


@pytest.mark.model
def test_no_texts_give_no_rows(encoder: SentenceEncoder) -> None:
    assert encoder.encode([]).shape == (0, 384)


@pytest.mark.model
def test_what_was_encoded_before_comes_back_in_the_order_asked(encoder: SentenceEncoder) -> None:
    first = encoder.encode(["too dear", "no time", "too dear"])
    assert np.array_equal(first[0], first[2])
    again = encoder.encode(["does it work with Xero?", "no time", "too dear"])
    assert np.array_equal(again[1:], first[[1, 0]])
    assert np.allclose(np.linalg.norm(again, axis=1), 1, atol=1e-5)
