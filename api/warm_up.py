"""What a server does before it is asked: it loads what the first question needs while pages are answered already."""

from __future__ import annotations

import gc
import sys
from threading import Thread

from threadpoolctl import threadpool_limits

from pipeline.assemble import Toolkit

_TURN_S = 0.0005
"""How long a thread that computes keeps the interpreter from one that wants it, a tenth of what is usual.

A request gives it away at each question to the database, and pages are asked for while readings are being computed.
"""


def warm_up(toolkit: Toolkit) -> Thread:
    """Load the encoder of questions and the index in a thread of their own, and return it.

    From now on numpy multiplies on one core: requests share the cores, and a second thread of OpenBLAS keeps its own
    busy for 20 ms after each product while it waits for the next.
    """
    threadpool_limits(1, user_api="blas")
    sys.setswitchinterval(_TURN_S)
    thread = Thread(target=_load, args=(toolkit,), name="warm-up", daemon=True)
    thread.start()
    return thread


def _load(toolkit: Toolkit) -> None:
    encoding = Thread(target=toolkit.question_encoder.encode, args=(["?"],), name="warm-up of questions", daemon=True)
    encoding.start()
    with toolkit.store.read() as tx:
        toolkit.index.held(tx)
    encoding.join()
    # What is loaded stays: the collector need not walk through it every few questions, which takes 100 ms.
    gc.collect()
    gc.freeze()
