"""The gaps for those who serve them: found once per change of what is held, people's words applied at every reading."""

from __future__ import annotations

from datetime import UTC, datetime

from api.kept_reading import KeptReading, read_gaps
from api.people.visitor import visitor_now
from pipeline.assemble import Toolkit
from pipeline.collateral.records import Gap
from pipeline.gap_history import keep_in_step
from pipeline.gap_reading import GapReading, apply_words
from pipeline.store.session import Transaction


class JudgedGaps:
    """Reads gaps; what was found is kept, and what people said of it costs no model."""

    def __init__(self, toolkit: Toolkit) -> None:
        """Take the toolkit; nothing is computed before it is asked for."""
        self._toolkit = toolkit
        self._found = KeptReading(toolkit, read_gaps, "gaps")

    def now(self, tx: Transaction) -> list[Gap]:
        """Return the gaps as they stand, however long that takes."""
        return list(self.reading(tx).judged)

    def soon(self, tx: Transaction) -> list[Gap] | None:
        """Return the gaps as they stand, or None while they are computed."""
        reading = self.reading_soon(tx)
        return None if reading is None else list(reading.judged)

    def reading(self, tx: Transaction) -> GapReading:
        """Return the gaps as found and as they stand."""
        return apply_words(tx, self._found.now(tx))

    def reading_soon(self, tx: Transaction) -> GapReading | None:
        """Return the gaps as found and as they stand, or None while they are computed."""
        found = self._found.soon(tx)
        return None if found is None else apply_words(tx, found)

    def keep_history(self, reading: GapReading) -> None:
        """Note what has happened to gaps since the last time; outside of any other transaction.

        What viewers see is a part of the calls, and makes no history.
        """
        if visitor_now().sees_all:
            settle(self._toolkit, reading)


def settle(toolkit: Toolkit, reading: GapReading) -> None:
    """Bring the work on gaps in step with how they stand."""
    keep_in_step(toolkit.store, reading.judged, toolkit.settings.service_levels(), now=datetime.now(UTC))
