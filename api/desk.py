"""What every handler needs, made once by `create_app` and handed to handlers by FastAPI."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cached_property
from typing import Annotated

from fastapi import Depends, Request

from api.audio import Recordings
from api.background import Lanes
from api.call_queue import CallQueue
from api.judged_gaps import JudgedGaps
from api.kept_each import KeptEach
from api.kept_language import KeptLanguage
from api.kept_reading import KeptReading, read_handlings, read_unasked
from api.kept_trackers import MOST_KEPT, Tracked, TrackedNow, read_tracked
from api.people.visitor import visitor_now
from api.review_forms import ReviewPaper, make_review
from api.schemas import CallOut, StageOut
from pipeline.assemble import Toolkit
from pipeline.insights.guide_records import Guide
from pipeline.insights.guides import build_guide
from pipeline.insights.outcomes import Outcomes, read_outcomes
from pipeline.insights.quality import QualityReport, report_quality
from pipeline.insights.theme_reading import uncovered_share
from pipeline.insights.theme_trends import read_trends
from pipeline.overview import Lately, read_held, read_lately
from pipeline.records import Call, StageRun
from pipeline.run import STAGES
from pipeline.store.session import Transaction
from pipeline.viewing import ViewerToolkit


class Desk:
    """The toolkit, the calls that wait, the recordings, and the readings that take a while."""

    def __init__(self, toolkit: Toolkit, lanes: Lanes | None = None) -> None:
        """Take the toolkit, and the lanes of another desk where readings take turns with its own.

        Nothing is opened before it is asked for.
        """
        self.toolkit = toolkit
        self._lanes = lanes or Lanes()
        counting, judging = self._lanes.counting, self._lanes.judging
        self.queue = CallQueue(toolkit)
        self.recordings = Recordings(toolkit.media)
        self.gaps = JudgedGaps(toolkit, judging)
        self.unasked = KeptReading(toolkit, read_unasked, "unasked", lane=judging)
        self.reviews: KeptEach[tuple[date, date], ReviewPaper] = KeptEach(
            toolkit, self._review, "review", also=_words, lane=judging
        )
        self.guides: KeptEach[tuple[str, str], Guide] = KeptEach(
            toolkit, self._build_guide, "guide", also=_words, lane=judging
        )
        self.handlings = KeptReading(toolkit, read_handlings, "handlings", lane=counting)
        self.language = KeptLanguage(toolkit, counting)
        self.trackers: KeptEach[Tracked, TrackedNow] = KeptEach(
            toolkit, read_tracked, "tracker", also=_taught, most=MOST_KEPT, lane=counting
        )
        self.quality: KeptEach[str, QualityReport] = KeptEach(
            toolkit, lambda _, tx, sample: report_quality(tx, sample), "quality", also=_labelled, lane=counting
        )
        self.trends = KeptReading(toolkit, lambda _, tx: read_trends(tx), "trends", lane=counting)
        self.uncovered = KeptReading(toolkit, lambda _, tx: uncovered_share(tx), "share in no theme", lane=counting)
        self.outcomes: KeptEach[str, Outcomes] = KeptEach(toolkit, self._read_outcomes, "outcomes", lane=counting)
        self.lately = KeptReading(toolkit, _read_lately, "lately", also=_calls_and_day, lane=counting)
        self.held = KeptReading(toolkit, lambda _, tx: read_held(tx), "held", also=_calls_and_day, lane=counting)

    def _read_outcomes(self, _: Toolkit, tx: Transaction, by: str) -> Outcomes:
        return read_outcomes(tx, self.handlings.now(tx) if by == "answer" else None)

    def _review(self, kit: Toolkit, tx: Transaction, period: tuple[date, date]) -> ReviewPaper:
        today, (since, until) = datetime.now(UTC).date(), period
        return make_review(kit, today, since=since, until=until, reading=self.gaps.reading(tx), server="/")

    def _build_guide(self, _: Toolkit, tx: Transaction, key: tuple[str, str]) -> Guide:
        theme, category = key
        gaps, handlings = self.gaps.now(tx), self.handlings.now(tx)
        return build_guide(tx, theme=theme or None, category=category or None, gaps=gaps, handlings=handlings)

    @cached_property
    def for_viewers(self) -> Desk:
        """The desk of those who see what consent allows."""
        narrowed = Desk(ViewerToolkit(self.toolkit), self._lanes)
        narrowed.queue, narrowed.recordings = self.queue, self.recordings
        return narrowed

    def call_now(self, call: Call, runs: dict[str, StageRun]) -> CallOut:
        """Return a call with all of its stages, those that wait and the one that runs among them."""
        running = self.queue.stage_of(call.id)
        out = CallOut.of(call, runs, STAGES[call.form])
        ran = {stage.stage: stage for stage in out.stages}
        stages = [
            StageOut(stage=name, state="running", seconds=0.0, error=None)
            if name == running
            else ran.get(name, StageOut(stage=name, state="waiting", seconds=0.0, error=None))
            for name in STAGES[call.form]
        ]
        state = out.state if running is None else "running" if running else "waiting"
        return out.model_copy(update={"stages": stages, "state": state})


def _read_lately(_: Toolkit, tx: Transaction) -> Lately:
    return read_lately(tx, datetime.now(UTC).date())


def _taught(tx: Transaction, key: Tracked) -> object:
    return tx.trackers.all(), tx.trackers.examples(key[0])


def _labelled(tx: Transaction, sample: str) -> object:
    return tx.quality.items(sample)


def _words(tx: Transaction, _: object) -> object:
    return tx.gap_work.last_number(), tx.guide_lines.all(), datetime.now(UTC).date()


def _calls_and_day(tx: Transaction) -> object:
    return tx.changes.last(), tx.stages.stamp(), datetime.now(UTC).date()


async def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk if visitor_now().sees_all else desk.for_viewers


DeskDep = Annotated[Desk, Depends(_desk)]
