"""The vector index answers exactly, adds and removes in place, and never trusts a file that is not its own."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.insights.index import VectorIndex, load_index

DIM = 8


def unit_vectors(n: int, seed: int = 0) -> np.ndarray:
    vectors = np.random.default_rng(seed).standard_normal((n, DIM)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def filled(n: int = 20) -> tuple[VectorIndex, np.ndarray]:
    index, vectors = VectorIndex(encoder="e", dim=DIM), unit_vectors(n)
    index.add(np.arange(1, n + 1), vectors)
    return index, vectors


def test_a_vector_finds_itself_first_with_cosine_one():
    index, vectors = filled()
    ids, scores = index.nearest(vectors[6], 3)
    assert ids[0] == 7
    assert scores[0] == pytest.approx(1.0, abs=1e-5)
    assert len(ids) == 3


def test_only_allowed_ids_are_answered():
    index, vectors = filled()
    ids, _ = index.nearest(vectors[6], 5, allowed=np.array([2, 3, 9]))
    assert sorted(ids) == [2, 3, 9]
    assert len(index.nearest(vectors[6], 5, allowed=np.array([], dtype=np.int64))[0]) == 0


def test_an_empty_index_answers_nothing():
    assert len(VectorIndex(encoder="e", dim=DIM).nearest(unit_vectors(1)[0], 5)[0]) == 0


def test_a_vector_that_is_not_a_number_is_refused():
    index = VectorIndex(encoder="e", dim=DIM)
    with pytest.raises(ValueError, match="not a number"):
        index.add(np.array([1]), np.full((1, DIM), np.nan, dtype=np.float32))


def test_a_vector_of_another_size_is_refused():
    with pytest.raises(ValueError, match="expects"):
        VectorIndex(encoder="e", dim=DIM).add(np.array([1]), np.ones((1, DIM + 1), dtype=np.float32))


def test_a_saved_index_comes_back_equal(tmp_path):
    index, vectors = filled()
    index.remove(np.array([7]))
    index.change_number = 5
    index.save(tmp_path)
    back = load_index(tmp_path, encoder="e", dim=DIM)
    assert back is not None
    assert back.change_number == 5
    assert list(back.ids()) == list(index.ids())
    assert back.nearest(vectors[6], 4)[0].tolist() == index.nearest(vectors[6], 4)[0].tolist()


@pytest.mark.parametrize("damage", ["truncated", "bit flipped", "foreign", "stamp broken", "absent"])
def test_a_file_that_cannot_be_trusted_is_not_loaded(tmp_path, damage):
    index, _ = filled()
    index.save(tmp_path)
    file, stamp = tmp_path / "phrases.faiss", tmp_path / "stamp.json"
    content = bytearray(file.read_bytes())
    if damage == "truncated":
        file.write_bytes(content[:-9])
    elif damage == "bit flipped":
        content[len(content) // 2] ^= 1
        file.write_bytes(content)
    elif damage == "foreign":
        file.write_bytes(b"something else")
    elif damage == "stamp broken":
        stamp.write_text("{")
    else:
        file.unlink()
    assert load_index(tmp_path, encoder="e", dim=DIM) is None


def test_an_index_of_another_encoder_is_not_loaded(tmp_path):
    index, _ = filled()
    index.save(tmp_path)
    assert load_index(tmp_path, encoder="other", dim=DIM) is None
    assert load_index(tmp_path, encoder="e", dim=DIM + 1) is None
    assert json.loads((tmp_path / "stamp.json").read_text())["count"] == 20


def test_catching_up_reads_only_what_is_lacking():
    index, _ = filled(5)
    asked = []

    def read(ids):
        asked.extend(ids.tolist())
        yield ids, unit_vectors(len(ids), seed=1)

    index.catch_up(np.array([2, 3, 8, 9]), 4, read)
    assert index.ids().tolist() == [2, 3, 8, 9]
    assert asked == [8, 9]
    assert index.change_number == 4


STEPS = st.lists(st.tuples(st.sampled_from(["add", "remove", "save"]), st.integers(1, 12)), max_size=25)


@settings(max_examples=150, deadline=None)
@given(steps=STEPS)
def test_adding_removing_saving_in_any_order_keeps_the_ids_right(tmp_path_factory, steps):
    folder = tmp_path_factory.mktemp("index")
    index, held, pool = VectorIndex(encoder="e", dim=DIM), {}, unit_vectors(13)
    for step, number in steps:
        if step == "add" and number not in held:
            index.add(np.array([number]), pool[number : number + 1])
            held[number] = pool[number]
        elif step == "remove":
            assert index.remove(np.array([number])) == (1 if held.pop(number, None) is not None else 0)
        elif step == "save":
            index.save(folder)
            index = load_index(folder, encoder="e", dim=DIM)
    assert index.ids().tolist() == sorted(held)
    for number, vector in held.items():
        assert index.nearest(vector, 1)[0].tolist() == [number]
