"""Work in the background gives way to whoever waits for a page."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from threading import Lock, get_native_id
from typing import Final

_PATIENT: Final = 15
"""Of two threads that want one core, one so nice gets a thirtieth of it (sched(7))."""


@dataclass(frozen=True)
class Lanes:
    """Whoever computes in the background takes a lane: one at a time.

    A page waits for the interpreter at each question to the database, a little longer where one thread computes beside
    it, ten times longer where four do.
    """

    counting: Lock = field(default_factory=Lock)
    """For what counts and compares, in seconds up to a minute or two."""
    judging: Lock = field(default_factory=Lock)
    """For what judges collateral, or waits for that: it takes minutes, and hardly the interpreter."""


def give_way() -> None:
    """Let this thread, and those that it starts from now on, run when no request wants the cores.

    Linux alone knows how nice a single thread is; elsewhere nothing changes.
    """
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, get_native_id(), _PATIENT)
