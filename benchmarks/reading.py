"""How fast text goes through every stage, and how fast a search answers."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from benchmarks.recordings import SAMPLE
from pipeline.assemble import Toolkit
from pipeline.errors import BadInput
from pipeline.insights.search import phrase_filter
from pipeline.intake import Refused, find_files, take_in
from pipeline.run import process_call
from pipeline.settings import Settings

_QUERIES: Final = (
    "onboarding takes too long",
    "too dear for small sites",
    "does it work with Xero",
    "locked in for two years",
)


def read_and_search(say: Callable[[str], None]) -> None:
    """Say how many turns a minute are read, and how long a search takes over them."""
    with tempfile.TemporaryDirectory() as folder:
        toolkit = Toolkit(Settings(data=Path(folder)))
        started = time.monotonic()
        turns = 0
        for _, call in take_in(find_files([SAMPLE / "gold"], {}), toolkit.store, toolkit.media):
            if isinstance(call, Refused):
                raise BadInput(call.reason)
            list(process_call(toolkit, call))
            with toolkit.store.read() as tx:
                turns += len(tx.talk.turns(call.id))
        rate = turns / (time.monotonic() - started) * 60
        say(f"\n### Reading and search\n\n{turns} turns of text through every stage: {rate:.0f} a minute")
        times_ms = []
        for query in _QUERIES * 10:
            started = time.monotonic()
            toolkit.search.search(query, phrase_filter(), limit=20)
            times_ms.append(1000 * (time.monotonic() - started))
        after_loading = times_ms[len(_QUERIES) :]
        say(f"search: median {statistics.median(after_loading):.1f} ms, slowest {max(after_loading):.1f} ms")
        toolkit.store.close()
