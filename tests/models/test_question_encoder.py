"""Questions to vectors: nearly those of the encoder that made the phrases', and none of its libraries."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from models.question_encoder import QuestionEncoder
from models.sentence_encoder import SentenceEncoder

GOLD = Path(__file__).parents[2] / "corpus" / "sample" / "gold"


def said() -> list[str]:
    """Return what is said in the sample calls, short and long, each once."""
    texts = {turn["text"] for path in sorted(GOLD.glob("*.json")) for turn in json.loads(path.read_text())["turns"]}
    return sorted(texts)


@pytest.mark.model
def test_vectors_are_nearly_those_of_the_encoder_and_the_nearest_stay_the_nearest() -> None:
    texts = said()
    assert len(texts) > 250
    theirs, quick = SentenceEncoder().encode(texts), QuestionEncoder().encode(texts)
    assert np.allclose(np.linalg.norm(quick, axis=1), 1, atol=1e-5)
    cosines = (theirs * quick).sum(axis=1)
    assert cosines.min() >= 0.995
    nearness = theirs @ theirs.T
    np.fill_diagonal(nearness, -1)
    found = quick @ theirs.T
    np.fill_diagonal(found, -1)
    assert np.mean(nearness.argmax(axis=1) == found.argmax(axis=1)) >= 0.97
    assert (nearness.max(axis=1) - nearness[np.arange(len(texts)), found.argmax(axis=1)]).max() < 0.01


@pytest.mark.model
def test_a_text_has_its_own_vector_whatever_is_asked_with_it() -> None:
    encoder = QuestionEncoder()
    both = encoder.encode(["too dear", "what does it cost to add another forty seats half-way through the year?"])
    assert np.array_equal(both[:1], encoder.encode(["too dear"]))
    assert encoder.encode([]).shape == (0, 384)


@pytest.mark.model
def test_a_very_long_text_is_read_to_its_end_of_tokens() -> None:
    encoder, long = QuestionEncoder(), "price " * 2_000
    assert np.allclose(encoder.encode([long]), SentenceEncoder().encode([long]), atol=0.02)


@pytest.mark.model
def test_the_length_of_installed_vectors_is_known_without_torch() -> None:
    program = (
        "import sys\nfrom models.sentence_encoder import SentenceEncoder\n"
        "print(SentenceEncoder().dim, 'torch' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["384", "False"]
