"""Batches that keep every worker busy to the end."""

import pytest

from models.faster_transcriber import count_batches


@pytest.mark.parametrize("n_windows", range(1, 70))
@pytest.mark.parametrize("n_workers", [1, 2, 3, 8])
def test_batches_are_small_enough_and_a_whole_number_for_each_worker(n_windows: int, n_workers: int) -> None:
    n_batches = count_batches(n_windows, size=8, n_workers=n_workers)
    assert 1 <= n_batches <= n_windows
    assert -(-n_windows // n_batches) <= 8
    assert n_batches == n_windows or n_batches % n_workers == 0
