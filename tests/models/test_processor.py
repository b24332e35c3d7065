"""Torch's cores: one an operation while several threads work, all of them again afterwards."""

from collections.abc import Iterator

import pytest
import torch

from models.processor import on_a_core_each, one_core_each


@pytest.fixture(autouse=True)
def two_threads() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


def test_torch_gets_its_threads_back_when_the_last_has_ended() -> None:
    with one_core_each() as first:
        with one_core_each() as second:
            assert (first, second) == (2, 2)
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == 2


def test_they_come_back_after_an_error() -> None:
    with pytest.raises(ZeroDivisionError):
        on_a_core_each(lambda number: 1 // number, [1, 0])
    assert torch.get_num_threads() == 2


def test_parts_come_back_in_order_each_made_on_one_core() -> None:
    assert on_a_core_each(lambda number: (number, torch.get_num_threads()), range(5)) == [(n, 1) for n in range(5)]
