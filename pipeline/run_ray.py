"""The same stages over Ray: calls are worked on by actors, on this machine or on many. The only import of ray.

What is done lives in the database, not in Ray: an actor that dies is started again, its call is done again, and a stage
that had landed is found fresh. On several machines, the settings must name a PostgreSQL database and a media store
that all of them reach. Ray carries pickles: run it in a trusted network only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import cycle, islice
from typing import Any

from pipeline.assemble import Toolkit
from pipeline.errors import MissingPart
from pipeline.records import Call
from pipeline.run import Progress, process_call
from pipeline.settings import Settings


class CallWorker:
    """An actor: makes its parts once and works on one call at a time."""

    def __init__(self, settings: Settings) -> None:
        """Make the toolkit; models load with the first call."""
        self._toolkit = Toolkit(settings)

    def process(self, call: Call, retry_failed: bool) -> list[Progress]:
        """Run the stale stages of a call and return the steps."""
        return list(process_call(self._toolkit, call, retry_failed=retry_failed))


def process_calls_on_ray(
    toolkit: Toolkit, calls: Iterable[Call], *, workers: int = 1, retry_failed: bool = False
) -> Iterator[Progress]:
    """Run every stale stage of every call on `workers` actors and tell the steps of each call when it ends.

    `BUYERSPEAK_RAY_ADDRESS` names a running cluster; without it one is started on this machine and ended afterwards.

    Raises:
        MissingPart: ray is not installed.
    """
    try:
        import ray
    except ImportError as error:
        raise MissingPart("The executor ray is not installed. Run: pip install 'buyerspeak[ray]'") from error
    settings = toolkit.settings
    threads = max(1, (settings.threads or 2) // workers)
    ray.init(address=settings.ray_address or None, **({} if settings.ray_address else _ALONE), log_to_driver=False)
    try:
        actor = ray.remote(max_restarts=-1, max_task_retries=-1, num_cpus=1)(CallWorker)
        actors = [actor.remote(settings.model_copy(update={"threads": threads})) for _ in range(workers)]
        yield from _spread(ray, actors, calls, retry_failed=retry_failed)
    finally:
        ray.shutdown()


_ALONE: dict[str, Any] = {"include_dashboard": False, "num_gpus": 0}


def _spread(ray: Any, actors: list[Any], calls: Iterable[Call], *, retry_failed: bool) -> Iterator[Progress]:
    """Hand out at most two calls an actor, and the next when one is done."""
    waiting, turns = iter(calls), cycle(actors)
    running: list[Any] = []
    while True:
        free = 2 * len(actors) - len(running)
        running += [next(turns).process.remote(call, retry_failed) for call in islice(waiting, free)]
        if not running:
            return
        done, running = ray.wait(running, num_returns=1)
        for reference in done:
            yield from ray.get(reference)
