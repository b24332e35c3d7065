"""What torch may use of the processor."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def one_core_each() -> Iterator[int]:
    """Give torch one core an operation, for threads made meanwhile; yield how many it had and gets back.

    Many small operations on a core each are faster than all of them, one by one, on every core.
    """
    import torch

    n_threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield n_threads
    finally:
        torch.set_num_threads(n_threads)


def has_fast_bfloat16() -> bool:
    """Tell whether the processor multiplies bfloat16 in hardware, in half the time of float32 or less."""
    import torch

    return torch.cpu._is_avx512_bf16_supported()
