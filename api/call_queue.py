"""Calls waiting for their stages: one worker takes them one at a time, and refreshes themes when none is left."""

from __future__ import annotations

import logging
from collections import deque
from threading import Condition, Thread

from api.background import give_way
from pipeline.assemble import Toolkit
from pipeline.errors import BuyerspeakError
from pipeline.records import Call
from pipeline.run import process_call
from pipeline.workers import settle

log = logging.getLogger(__name__)
_REMEMBERED = 1_000
"""Calls that have ended, for those who watch: they look every now and then, and a call may be done in between."""


class CallQueue:
    """Threads may share it. A call that it drops at the end is unfinished in the store, and can be run again."""

    def __init__(self, toolkit: Toolkit) -> None:
        """Remember the parts; the worker starts with the first call."""
        self._toolkit = toolkit
        self._changed = Condition()
        self._waiting: deque[Call] = deque()
        self._working: Call | None = None
        self._stage: str | None = None
        self._worker: Thread | None = None
        self._closing = False
        self._ended_calls: deque[str] = deque(maxlen=_REMEMBERED)
        self._n_ended = 0

    def put(self, call: Call) -> None:
        """Have the stale stages of a call run, those that failed as well; a call that waits already waits once."""
        with self._changed:
            if call.id not in {waiting.id for waiting in self._waiting}:
                self._waiting.append(call)
            if self._worker is None:
                self._worker = Thread(target=self._work, name="calls", daemon=True)
                self._worker.start()
            self._changed.notify_all()

    def stage_of(self, call_id: str) -> str | None:
        """Return the stage that is running for a call, "" if it waits for its turn, None if it is not here."""
        with self._changed:
            if self._working is not None and self._working.id == call_id:
                return self._stage or ""
            return "" if any(call.id == call_id for call in self._waiting) else None

    def stages(self) -> dict[str, str]:
        """Return the calls that are worked on or wait, by id, each with the stage that runs, or ""."""
        with self._changed:
            working = {} if self._working is None else {self._working.id: self._stage or ""}
            return working | {call.id: "" for call in self._waiting}

    def ended_since(self, number: int) -> tuple[list[str], int]:
        """Return the latest calls whose work ended after so many had ended, and how many have ended now."""
        with self._changed:
            latest = min(self._n_ended - number, len(self._ended_calls))
            return list(self._ended_calls)[len(self._ended_calls) - latest :], self._n_ended

    def join(self, timeout_s: float | None = None) -> bool:
        """Wait until no call is left, and say whether that came to pass."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._waiting and self._working is None, timeout_s)

    def join_call(self, call_id: str, timeout_s: float) -> bool:
        """Wait until one call is neither worked on nor waiting, and say whether that came to pass."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._holds(call_id), timeout_s)

    def _holds(self, call_id: str) -> bool:
        is_working = self._working is not None and self._working.id == call_id
        return is_working or any(call.id == call_id for call in self._waiting)

    def close(self, timeout_s: float = 10.0) -> None:
        """End the worker after the stage that is running."""
        with self._changed:
            self._closing = True
            self._waiting.clear()
            self._changed.notify_all()
            worker = self._worker
        if worker is not None:
            worker.join(timeout_s)

    def _work(self) -> None:
        give_way()
        while (call := self._next()) is not None:
            try:
                self._run(call)
                if not self._waiting:
                    self._refresh()
            except BuyerspeakError as error:
                log.warning("call %s (%s): %s", call.id, call.source, error)
            except Exception:
                # One call must not end the work on those behind it; its stages show how far it came.
                log.exception("call %s (%s) could not be worked on", call.id, call.source)
            finally:
                self._ended()

    def _next(self) -> Call | None:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closing)
            if self._closing:
                return None
            self._working = self._waiting.popleft()
            return self._working

    def _run(self, call: Call) -> None:
        for step in process_call(self._toolkit, call, retry_failed=True):
            with self._changed:
                self._stage = step.stage if step.state == "started" else None
            if self._closing:
                return

    def _refresh(self) -> None:
        settle(self._toolkit)

    def _ended(self) -> None:
        with self._changed:
            if self._working is not None:
                self._ended_calls.append(self._working.id)
                self._n_ended += 1
            self._working = self._stage = None
            self._changed.notify_all()
