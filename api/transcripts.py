"""Transcripts as files that other programs read: text, JSON, WebVTT, SRT and vCon."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from pipeline.errors import BadInput
from pipeline.records import Call, Turn


def write_transcript(call: Call, turns: Sequence[Turn], form: str) -> str:
    """Return the transcript of a call in a form of `FORMS`; BadInput for another, or for times that are not known."""
    if form not in FORMS:
        raise BadInput(f"No transcript is written as {form!r}. Known: {', '.join(FORMS)}.")
    if form in ("vtt", "srt") and any(turn.start_s is None or turn.end_s is None for turn in turns):
        raise BadInput(f"The turns of {call.source} have no times, which {form} needs. Use txt or json.")
    return FORMS[form](call, turns)


def _text(_: Call, turns: Sequence[Turn]) -> str:
    lines = []
    for turn in turns:
        start = "" if turn.start_s is None else f"[{_stamp(turn.start_s)[:8]}] "
        lines.append(f"{start}{turn.speaker} ({turn.role}): {turn.text}")
    return "\n".join(lines) + "\n"


def _json(call: Call, turns: Sequence[Turn]) -> str:
    document = {
        **call.metadata,
        "id": call.id,
        "source": call.source,
        "turns": [
            {
                "speaker": turn.speaker,
                "role": turn.role,
                "role_score": round(turn.role_score, 4),
                "start_s": turn.start_s,
                "end_s": turn.end_s,
                "text": turn.text,
                "words": [
                    {"text": word.text, "start_s": word.start_s, "end_s": word.end_s, "score": word.score}
                    for word in turn.words
                ],
            }
            for turn in turns
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _vtt(_: Call, turns: Sequence[Turn]) -> str:
    cues = [
        f"{_stamp(turn.start_s)} --> {_stamp(turn.end_s)}\n"
        f"<v {_escaped(turn.speaker)}>{_escaped(_one_line(turn.text))}\n"
        for turn in turns
    ]
    return "WEBVTT\n\n" + "\n".join(cues)


def _srt(_: Call, turns: Sequence[Turn]) -> str:
    cues = [
        f"{number}\n{_stamp(turn.start_s, ',')} --> {_stamp(turn.end_s, ',')}\n{turn.speaker}: {_one_line(turn.text)}\n"
        for number, turn in enumerate(turns, start=1)
    ]
    return "\n".join(cues)


def _vcon(call: Call, turns: Sequence[Turn]) -> str:
    """Return a vCon of draft-ietf-vcon-vcon-core, its transcript as an analysis of the one dialog."""
    speakers = list(dict.fromkeys(turn.speaker for turn in turns))
    roles = {turn.speaker: turn.role for turn in turns}
    created = call.metadata.get("recorded_at") or call.added_at.isoformat()
    document: dict[str, Any] = {
        "vcon": "0.4.0",
        "uuid": str(uuid5(NAMESPACE_URL, f"buyerspeak:{call.id}")),
        "created_at": created,
        "subject": call.source,
        "parties": [{"name": speaker, "role": roles[speaker]} for speaker in speakers],
        "dialog": [
            {
                "type": "recording" if call.form == "audio" else "text",
                "start": created,
                "duration": call.duration_s,
                "parties": list(range(len(speakers))),
                "filename": call.source,
            }
        ],
        "analysis": [
            {
                "type": "transcript",
                "dialog": 0,
                "vendor": "buyerspeak",
                "encoding": "json",
                "body": [
                    {
                        "party": speakers.index(turn.speaker),
                        "start": turn.start_s,
                        "end": turn.end_s,
                        "text": turn.text,
                    }
                    for turn in turns
                ],
            }
        ],
        "attachments": [],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _stamp(seconds: float | None, comma: str = ".") -> str:
    milliseconds = round(1000 * (seconds or 0.0))
    minutes, rest = divmod(milliseconds, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{rest // 1000:02}{comma}{rest % 1000:03}"


def _one_line(text: str) -> str:
    """Return text without line breaks: an empty line would end its cue."""
    return " ".join(text.split())


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


FORMS: Mapping[str, Callable[[Call, Sequence[Turn]], str]] = {
    "txt": _text,
    "json": _json,
    "vtt": _vtt,
    "srt": _srt,
    "vcon": _vcon,
}
