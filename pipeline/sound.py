"""What is heard of a held call: its peaks, found once and kept beside the recording, and clips cut from it."""

from __future__ import annotations

import json
import tempfile
from dataclasses import asdict
from pathlib import Path

from pipeline.calls.clips import MAX_CLIP_S, cut_clip
from pipeline.calls.peaks import Peaks, peaks_from, read_peaks
from pipeline.errors import NotFound
from pipeline.media_store import MediaStore
from pipeline.records import Call

LEAD_S = 0.5
"""A clip starts so much before its quote, and ends so much after it: times of words are near, not exact."""


def recording_of(call: Call) -> str:
    """Return the key of a call's recording; NotFound where there is none, or none that may be heard."""
    if call.form != "audio":
        raise NotFound(f"Call {call.id!r} came in as a transcript ({call.source}); it has no recording.")
    if call.media_key is None:
        raise NotFound(f"The recording of call {call.id!r} holds a quote that was withdrawn; viewers do not hear it.")
    return call.media_key


def held_peaks(media: MediaStore, call: Call) -> Peaks | None:
    """Return the peaks of a call if they were found before."""
    try:
        with media.local_file(_peaks_key(recording_of(call))) as path:
            return peaks_from(json.loads(path.read_text()))
    except NotFound:
        return None


def peaks_of(media: MediaStore, call: Call) -> Peaks:
    """Return the peaks of a call, found now if they were not before. NotFound without a recording."""
    held = held_peaks(media, call)
    if held is not None:
        return held
    key = recording_of(call)
    with media.local_file(key) as path:
        found = read_peaks(path)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "peaks.json"
        file.write_text(json.dumps(asdict(found), separators=(",", ":")))
        media.put(file, _peaks_key(key))
    return found


def clip_of(media: MediaStore, call: Call, start_s: float | None, end_s: float | None) -> bytes:
    """Return what is said from `start_s` to `end_s`, and half a second on either side, as WAV.

    Of a longer stretch it is the first five minutes. Raises NotFound without a recording or without times.
    """
    key = recording_of(call)
    if start_s is None or end_s is None:
        raise NotFound(f"It is not known when this was said in call {call.id!r}.")
    with media.local_file(key) as path:
        first = max(0.0, start_s - LEAD_S)
        return cut_clip(path, first, min(end_s + LEAD_S, first + MAX_CLIP_S))


def _peaks_key(key: str) -> str:
    return f"{key}.peaks.json"
