"""What torch may use of the processor."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Lock
from typing import Final, TypeVar

Given = TypeVar("Given")
Made = TypeVar("Made")

_lock: Final = Lock()
_shared = 0
"""How many are at work that each want one core an operation; the first sets it, the last takes it back."""
_threads_before = 1


@contextmanager
def one_core_each() -> Iterator[int]:
    """Give torch one core an operation, for threads made meanwhile; yield how many it had and gets back.

    Many small operations on a core each are faster than all of them, one by one, on every core.
    """
    import torch

    global _shared, _threads_before  # noqa: PLW0603 - as torch's own setting, of the whole process
    with _lock:
        if not _shared:
            _threads_before = torch.get_num_threads()
            torch.set_num_threads(1)
        _shared += 1
        n_threads = _threads_before
    try:
        yield n_threads
    finally:
        with _lock:
            _shared -= 1
            if not _shared:
                torch.set_num_threads(_threads_before)


def use_threads(n_threads: int) -> None:
    """Give torch so many cores an operation from now on; 0 leaves it as it is."""
    import torch

    if n_threads:
        torch.set_num_threads(n_threads)


def on_a_core_each(work: Callable[[Given], Made], parts: Iterable[Given]) -> list[Made]:
    """Return what `work` makes of every part, in order, each part worked on by one core."""
    with one_core_each() as n_threads, ThreadPoolExecutor(n_threads) as workers:
        return list(workers.map(work, parts))


def has_fast_bfloat16() -> bool:
    """Tell whether the processor multiplies bfloat16 in hardware, in half the time of float32 or less."""
    import torch

    return torch.cpu._is_avx512_bf16_supported()
