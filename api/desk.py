"""What every handler needs, made once by `create_app` and handed to handlers by FastAPI."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cached_property
from typing import Annotated

from fastapi import Depends, Request

from api.audio import Recordings
from api.call_queue import CallQueue
from api.judged_gaps import JudgedGaps
from api.kept_language import KeptLanguage
from api.kept_quality import KeptQuality
from api.kept_reading import KeptReading, read_handlings, read_unasked
from api.kept_trackers import KeptTrackers
from api.people.visitor import visitor_now
from api.schemas import CallOut, StageOut
from pipeline.assemble import Toolkit
from pipeline.overview import Lately, read_held, read_lately
from pipeline.records import Call, StageRun
from pipeline.run import STAGES
from pipeline.store.session import Transaction
from pipeline.viewing import ViewerToolkit


class Desk:
    """The toolkit, the calls that wait, the recordings, and the readings that take a while."""

    def __init__(self, toolkit: Toolkit) -> None:
        """Take the toolkit; nothing is opened before it is asked for."""
        self.toolkit = toolkit
        self.queue = CallQueue(toolkit)
        self.recordings = Recordings(toolkit.media)
        self.gaps = JudgedGaps(toolkit)
        self.unasked = KeptReading(toolkit, read_unasked, "unasked")
        self.handlings = KeptReading(toolkit, read_handlings, "handlings")
        self.language = KeptLanguage(toolkit)
        self.trackers = KeptTrackers(toolkit)
        self.quality = KeptQuality(toolkit)
        self.lately = KeptReading(toolkit, _read_lately, "lately", also=_calls_and_day)
        self.held = KeptReading(toolkit, lambda _, tx: read_held(tx), "held", also=_calls_and_day)

    @cached_property
    def for_viewers(self) -> Desk:
        """The desk of those who see what consent allows."""
        narrowed = Desk(ViewerToolkit(self.toolkit))
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


def _calls_and_day(tx: Transaction) -> object:
    return tx.changes.last(), tx.stages.stamp(), datetime.now(UTC).date()


def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk if visitor_now().sees_all else desk.for_viewers


DeskDep = Annotated[Desk, Depends(_desk)]
