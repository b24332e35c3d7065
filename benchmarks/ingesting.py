"""Our own hearing as `ingest` runs it, from the file to stored turns, with the seconds of each part."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from models.protocols import Samples, WindowText
from pipeline.assemble import Toolkit
from pipeline.errors import BadInput, StageFailed
from pipeline.intake import Refused, find_files, take_in
from pipeline.records import Call
from pipeline.run import process_call
from pipeline.settings import Settings
from pipeline.workers import process_calls, settle

LAST_OF_HEARING = "speakers"


@dataclass(slots=True)
class TimedTranscriber:
    """An engine, with the seconds that it takes and how many windows it is given: at first, and again."""

    engine: Any
    spent_s: Counter[str] = field(default_factory=Counter)
    n_windows: Counter[str] = field(default_factory=Counter)

    @property
    def name(self) -> str:
        """The engine's own."""
        return str(self.engine.name)

    def transcribe(self, windows: Sequence[Samples], **how: Any) -> list[WindowText]:
        """Let the engine transcribe."""
        attempt = f"temperature {how.get('temperature', 0.0):g}, beam {how.get('beam_size', 1)}"
        texts: list[WindowText] = self._timed(attempt, lambda: self.engine.transcribe(windows, **how))
        self.n_windows[attempt] += len(windows)
        return texts

    def detect_language(self, window: Samples) -> tuple[str, float]:
        """Let the engine tell the language."""
        told: tuple[str, float] = self._timed("language", lambda: self.engine.detect_language(window))
        self.n_windows["language"] += 1
        return told

    def _timed(self, what: str, work: Callable[[], Any]) -> Any:
        started = time.monotonic()
        result = work()
        self.spent_s[what] += time.monotonic() - started
        return result


@dataclass(slots=True)
class TimedDetector:
    """A voice activity detector, with the seconds in which it works, on however many channels at once."""

    detector: Any
    spent_s: float = 0.0
    _n_at_work: int = 0
    _since: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def name(self) -> str:
        """The detector's own."""
        return str(self.detector.name)

    def find_speech(self, samples: Samples) -> list[tuple[float, float]]:
        """Let the detector find speech."""
        self._count(1)
        try:
            found: list[tuple[float, float]] = self.detector.find_speech(samples)
        finally:
            self._count(-1)
        return found

    def _count(self, step: int) -> None:
        with self._lock:
            now = time.monotonic()
            if self._n_at_work:
                self.spent_s += now - self._since
            self._since, self._n_at_work = now, self._n_at_work + step


class Ingesting:
    """Calls through the stages in a data folder of their own."""

    def __init__(self, engine: str, model: str, folder: Path, *, language: str = "en", whole: bool = False) -> None:
        self._whole = whole
        settings = Settings(data=folder, engine=engine, model=model, language=language)
        self._plain = Toolkit(settings)
        self.transcriber = TimedTranscriber(self._plain.transcriber)
        self.detector = TimedDetector(self._plain.detector)
        self._toolkit = Toolkit(settings, transcriber=self.transcriber, detector=self.detector)
        self.spent_s: Counter[str] = Counter()

    def hear(self, path: Path) -> list[str]:
        """Take a recording in, run its stages up to its stored turns or to the end, and return each channel's text."""
        started = time.monotonic()
        call = _taken_in(self._toolkit, [path])[0]
        for step in process_call(self._toolkit, call):
            if step.state == "failed":
                raise StageFailed(f"{path.name}: stage {step.stage} failed: {step.error}")
            if step.stage == LAST_OF_HEARING and step.state == "done" and not self._whole:
                break
        wall_s = time.monotonic() - started
        with self._toolkit.store.read() as tx:
            stages, segments = tx.stages.of_call(call.id), tx.talk.segments(call.id)
        self.spent_s.update({stage: run.seconds for stage, run in stages.items()})
        self.spent_s["taking in and storing"] += wall_s - sum(run.seconds for run in stages.values())
        texts: dict[int, list[str]] = {}
        for segment in segments:
            texts.setdefault(segment.channel, []).append(segment.text)
        return [" ".join(texts[channel]) for channel in sorted(texts)]

    def settle(self) -> None:
        """Do what follows on the last call."""
        if self._whole:
            started = time.monotonic()
            settle(self._toolkit)
            self.spent_s["index and themes"] += time.monotonic() - started

    def forget_times(self) -> None:
        """Count from here, once models are loaded."""
        self.spent_s.clear()
        self.transcriber.spent_s.clear()
        self.transcriber.n_windows.clear()
        self.detector.spent_s = 0.0

    def parts(self) -> dict[str, float]:
        """Return the seconds of each part; the stage that transcribes is parted in three."""
        spent_s = Counter(self.spent_s)
        engine_s, voices_s = sum(self.transcriber.spent_s.values()), self.detector.spent_s
        rest_s = spent_s.pop("transcribe") - engine_s - voices_s
        return {"engine": engine_s, "voice activity": voices_s, "decoding, leak and gates": rest_s, **spent_s}

    def close(self) -> None:
        """Let go of the database."""
        self._toolkit.store.close()


def many_calls(engine: str, model: str, folder: Path, paths: Sequence[Path], *, workers: int) -> float:
    """Return the seconds of `ingest` over these recordings, loading of models included."""
    toolkit = Toolkit(Settings(data=folder, engine=engine, model=model, language="en"))
    started = time.monotonic()
    for step in process_calls(toolkit, _taken_in(toolkit, paths), workers=workers):
        if step.state == "failed":
            raise StageFailed(f"{step.source}: stage {step.stage} failed: {step.error}")
    settle(toolkit)
    seconds = time.monotonic() - started
    toolkit.store.close()
    return seconds


def _taken_in(toolkit: Toolkit, paths: Sequence[Path]) -> list[Call]:
    calls = []
    for _, result in take_in(find_files(paths, {}), toolkit.store, toolkit.media):
        if isinstance(result, Refused):
            raise BadInput(result.reason)
        calls.append(result)
    return calls
