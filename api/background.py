"""Work in the background gives way to whoever waits for a page."""

from __future__ import annotations

import os
import sys
from threading import get_native_id
from typing import Final

_PATIENT: Final = 15
"""Of two threads that want one core, one so nice gets a thirtieth of it (sched(7))."""


def give_way() -> None:
    """Let this thread, and those that it starts from now on, run when no request wants the cores.

    Linux alone knows how nice a single thread is; elsewhere nothing changes.
    """
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, get_native_id(), _PATIENT)
