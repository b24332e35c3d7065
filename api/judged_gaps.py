"""The gaps for those who serve them: found once per change of what is held, people's words applied once per word."""

from __future__ import annotations

from datetime import UTC, date, datetime
from threading import Lock

from api.kept_reading import KeptReading, read_gaps
from api.people.visitor import visitor_now
from pipeline.assemble import Toolkit
from pipeline.collateral.records import Gap
from pipeline.gap_desk import GapDesk, read_desk
from pipeline.gap_history import keep_in_step
from pipeline.gap_reading import GapReading, apply_words
from pipeline.store.session import Transaction


class JudgedGaps:
    """Reads gaps; what was found is kept, and what people said of it costs no model."""

    def __init__(self, toolkit: Toolkit, lane: Lock | None = None) -> None:
        """Take the toolkit; nothing is computed before it is asked for, and in the background only in its lane."""
        lane = lane or Lock()
        self._toolkit = toolkit
        self._found = KeptReading(toolkit, read_gaps, "gaps", lane=lane)
        self._judged = KeptReading(toolkit, self._apply, "judged gaps", also=_said, lane=lane)
        self._desk = KeptReading(toolkit, self._read_desk, "gap desk", also=_said, lane=lane)
        self._history = KeptReading(toolkit, self._note, "gap history", also=_said, lane=lane)
        self._noted: tuple[GapReading, date] | None = None

    def now(self, tx: Transaction) -> list[Gap]:
        """Return the gaps as they stand, however long that takes."""
        return list(self.reading(tx).judged)

    def soon(self, tx: Transaction) -> list[Gap] | None:
        """Return the gaps as they stand, or None while they are computed."""
        reading = self.reading_soon(tx)
        return None if reading is None else list(reading.judged)

    def reading(self, tx: Transaction) -> GapReading:
        """Return the gaps as found and as they stand."""
        return self._judged.now(tx)

    def reading_soon(self, tx: Transaction) -> GapReading | None:
        """Return the gaps as found and as they stand, or None while they are computed."""
        return self._judged.soon(tx)

    def desk(self, tx: Transaction) -> GapDesk:
        """Return how the gaps of all calls stand today, however long that takes."""
        return self._desk.now(tx)

    def desk_soon(self, tx: Transaction) -> GapDesk | None:
        """Return how the gaps of all calls stand today, or None while that is computed."""
        return self._desk.soon(tx)

    def history_soon(self, tx: Transaction) -> bool:
        """Whether it is noted what has happened to gaps; until then that is done in the background.

        What viewers see is a part of the calls, and makes no history.
        """
        return not visitor_now().sees_all or self._history.soon(tx) is not None

    def keep_history(self, reading: GapReading) -> None:
        """Note what has happened to gaps since the last time, however long that takes."""
        now = datetime.now(UTC)
        last = self._noted
        if not visitor_now().sees_all or (last is not None and last[0] is reading and last[1] == now.date()):
            return
        settle(self._toolkit, reading)
        self._noted = reading, now.date()

    def _note(self, _: Toolkit, tx: Transaction) -> bool:
        settle(self._toolkit, self._judged.now(tx))
        return True

    def _apply(self, _: Toolkit, tx: Transaction) -> GapReading:
        return apply_words(tx, self._found.now(tx))

    def _read_desk(self, _: Toolkit, tx: Transaction) -> GapDesk:
        return read_desk(tx, self._judged.now(tx), datetime.now(UTC).date())


def _said(tx: Transaction) -> object:
    """Return what the gaps as they stand depend on beside what was found: people's words, calls, and the day."""
    return tx.gap_work.last_number(), tx.changes.last(), datetime.now(UTC).date()


def settle(toolkit: Toolkit, reading: GapReading) -> None:
    """Bring the work on gaps in step with how they stand."""
    keep_in_step(toolkit.store, reading.judged, toolkit.settings.service_levels(), now=datetime.now(UTC))
