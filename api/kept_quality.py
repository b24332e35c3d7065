"""The quality by each sample, as last computed: it reads every moment of the calls that the sample speaks for."""

from __future__ import annotations

from threading import Lock

from api.kept_reading import KeptReading
from pipeline.assemble import Toolkit
from pipeline.insights.quality import QualityReport, report_quality
from pipeline.store.session import Transaction


class KeptQuality:
    """One kept report for each sample that was asked for."""

    def __init__(self, toolkit: Toolkit) -> None:
        """Take the toolkit; nothing is computed before it is asked for."""
        self._toolkit = toolkit
        self._lock = Lock()
        self._of: dict[str, KeptReading[QualityReport]] = {}

    def of(self, sample: str) -> KeptReading[QualityReport]:
        """Return the report by a sample; it is computed anew once anything in the sample was labelled."""

        def read(_: Toolkit, tx: Transaction) -> QualityReport:
            return report_quality(tx, sample)

        with self._lock:
            if sample not in self._of:
                self._of[sample] = KeptReading(
                    self._toolkit, read, f"quality {sample}", also=lambda tx: tx.quality.items(sample)
                )
            return self._of[sample]
