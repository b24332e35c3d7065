"""The same examples and seed give the same bytes, trained twice."""

from pathlib import Path

import pytest

from models.clauses import ClauseSplitter
from models.training.answer_cases import read_answer_cases
from models.training.answers import train_answer_encoder, train_subject_encoder
from models.training.labelled_calls import read_labelled_calls
from models.training.matching import labelled_pieces
from models.training.moments import make_examples, train_network
from models.tuned_encoder import save_tuned

LABELS = Path(__file__).parents[3] / "corpus" / "labels"


@pytest.fixture(autouse=True)
def _one_thread():
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.mark.model
@pytest.mark.slow
def test_the_network_of_moments_is_the_same_twice(tmp_path):
    pieces = labelled_pieces(read_labelled_calls(LABELS / "calls")[:1], ClauseSplitter())
    examples = make_examples(pieces)
    for name in "ab":
        network = train_network(examples, epochs=1)
        save_tuned(tmp_path / name, network.encoder.name, network.encoder.adapters, network.heads, {})
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.model
@pytest.mark.slow
@pytest.mark.parametrize("train", [train_answer_encoder, train_subject_encoder])
def test_the_encoders_of_answers_and_subjects_are_the_same_twice(tmp_path, train):
    cases = read_answer_cases(LABELS / "answers")[:3]
    for name in "ab":
        encoder = train(cases, epochs=1)
        save_tuned(tmp_path / name, encoder.name, encoder.adapters, {}, {})
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
