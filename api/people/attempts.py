"""How often somebody may try to sign in: counted by name and by address, in memory."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock

WINDOW = timedelta(minutes=15)
MOST_BY_NAME = 10
MOST_BY_ADDRESS = 30
_MOST_REMEMBERED = 10_000
"""Names and addresses; beyond them the one that failed longest ago is forgotten."""


class Attempts:
    """Failures of the last quarter of an hour. Threads may share it."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        """Take the clock."""
        self._now = now
        self._failures: OrderedDict[tuple[str, str], deque[datetime]] = OrderedDict()
        self._lock = Lock()

    def wait_s(self, name: str, address: str) -> int:
        """Return after how many seconds this name may be tried again from this address; 0 for at once."""
        with self._lock:
            return max(
                self._wait_s(("name", name.strip().casefold()), MOST_BY_NAME),
                self._wait_s(("address", address), MOST_BY_ADDRESS),
            )

    def failed(self, name: str, address: str) -> None:
        """Count a failure."""
        with self._lock:
            for key in (("name", name.strip().casefold()), ("address", address)):
                self._failures.setdefault(key, deque(maxlen=MOST_BY_ADDRESS)).append(self._now())
                self._failures.move_to_end(key)
            while len(self._failures) > _MOST_REMEMBERED:
                self._failures.popitem(last=False)

    def succeeded(self, name: str) -> None:
        """Forget the failures of a name; those of the address stay, or one account would open all others to trial."""
        with self._lock:
            self._failures.pop(("name", name.strip().casefold()), None)

    def _wait_s(self, key: tuple[str, str], most: int) -> int:
        failures = self._failures.get(key, deque())
        while failures and failures[0] <= self._now() - WINDOW:
            failures.popleft()
        if len(failures) < most:
            return 0
        return max(1, int((failures[-most] + WINDOW - self._now()).total_seconds()))
