"""A held recording decoded and transcribed within the limits that the operator sets."""

from __future__ import annotations

import math
from pathlib import Path

from pipeline.assemble import Toolkit
from pipeline.calls.decode import decode
from pipeline.calls.media_apart import Limits, time_allowed_s
from pipeline.calls.transcribe import Transcription, transcribe
from pipeline.errors import StageFailed, UnreadableFile
from pipeline.records import Call, Waveform
from pipeline.settings import Settings


def read_recording(path: Path, call: Call, settings: Settings) -> Waveform:
    """Return the recording of a call; what is wrong with it is told with the name that the file came with."""
    limits = Limits(settings.decode_limit_s or time_allowed_s(call.duration_s), settings.decode_limit_mb)
    try:
        return decode(path, max_duration_s=settings.max_call_hours * 3600, limits=limits)
    except (UnreadableFile, StageFailed) as error:
        raise type(error)(str(error).replace(path.name, call.source)) from error


def hear(waveform: Waveform, call: Call, toolkit: Toolkit, *, language: str | None, vocabulary: str) -> Transcription:
    """Return what is said in a call. Raises StageFailed if that takes longer than it may."""
    try:
        return transcribe(
            waveform,
            transcriber=toolkit.transcriber,
            detector=toolkit.detector,
            language=language,
            vocabulary=vocabulary,
            limit_s=toolkit.settings.call_limit_s or math.inf,
        )
    except TimeoutError as error:
        raise StageFailed(
            f"{call.source} was given up after {toolkit.settings.call_limit_s:g} s, the limit, {error} "
            f"To give it longer, raise BUYERSPEAK_CALL_LIMIT_S and ingest with --retry-failed."
        ) from error
