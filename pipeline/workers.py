"""Many calls: one after another here, or several at once in processes of their own."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from itertools import islice
from multiprocessing import get_context

from pipeline.assemble import Toolkit
from pipeline.insights.theme_points import encode_points
from pipeline.insights.theme_reading import refresh_themes
from pipeline.records import Call
from pipeline.run import Progress, process_call
from pipeline.settings import Settings

_toolkit: Toolkit | None = None
"""The parts of a worker process, made when it starts; the parent's stays None."""


def process_calls(
    toolkit: Toolkit, calls: Iterable[Call], *, workers: int = 1, retry_failed: bool = False
) -> Iterator[Progress]:
    """Run every stale stage of every call and tell each step.

    With several workers, calls are worked on at once, each worker with its share of the cores, and the steps of a call
    are told together when it ends. Processes are spawned, since models must not be carried across a fork.
    """
    if workers <= 1:
        for call in calls:
            yield from process_call(toolkit, call, retry_failed=retry_failed)
        return
    cores = toolkit.settings.threads or os.cpu_count() or 1
    settings = toolkit.settings.model_copy(update={"threads": max(1, cores // workers)})
    waiting = iter(calls)
    with ProcessPoolExecutor(
        workers, mp_context=get_context("spawn"), initializer=_start, initargs=(settings,)
    ) as pool:
        running: set[Future[list[Progress]]] = set()
        while True:
            # At most two calls a worker are handed out, so that a long list costs no memory and can be interrupted.
            for call in islice(waiting, 2 * workers - len(running)):
                running.add(pool.submit(_process, call, retry_failed))
            if not running:
                return
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                yield from future.result()


def settle(toolkit: Toolkit) -> None:
    """Bring what all calls share up to date once the work on some of them has ended: the index, the themes, and what
    collateral is held against.
    """
    toolkit.index.save()
    refresh_themes(toolkit.store, toolkit.encoder, toolkit.matter_encoder)
    encode_points(toolkit.store, toolkit.matter_encoder, toolkit.subject_encoder)


def _start(settings: Settings) -> None:
    global _toolkit  # noqa: PLW0603
    _toolkit = Toolkit(settings)


def _process(call: Call, retry_failed: bool) -> list[Progress]:
    assert _toolkit is not None, "a worker runs _start first"
    return list(process_call(_toolkit, call, retry_failed=retry_failed))
