"""What a stage notes of a call beside its result, for whoever asks why something is not there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from pipeline.calls.corrections import Corrected
from pipeline.records import DroppedSpeech, Turn


def noted_skips(foreign: Mapping[str, str | None], turns: Sequence[Turn]) -> Mapping[str, str]:
    """Say whose turns extraction does not read, if anybody's."""
    if not foreign:
        return {}
    if len(set(foreign.values())) == 1 and len(foreign) == len({turn.speaker for turn in turns}):
        return {"skipped": f"extraction reads English; this call is {next(iter(foreign.values()))}"}
    said = [f"{who} speaks {what} ({sum(t.speaker == who for t in turns)} turns)" for who, what in foreign.items()]
    return {"skipped": f"extraction reads English; {', '.join(said)}"}


def noted_drops(dropped: Sequence[DroppedSpeech]) -> Mapping[str, Any]:
    """Name each text that a gate refused, and in sum the speech that no text was made of."""
    textless = [speech for speech in dropped if not speech.text]
    kinds = sorted({(speech.channel, speech.reason) for speech in textless})
    sums = {kind: [s.end_s - s.start_s for s in textless if (s.channel, s.reason) == kind] for kind in kinds}
    return {
        "dropped": [asdict(speech) for speech in dropped if speech.text],
        "unheard": [
            {"channel": channel, "reason": reason, "stretches": len(lengths_s), "seconds": round(sum(lengths_s), 2)}
            for (channel, reason), lengths_s in sums.items()
        ],
    }


def noted_corrections(corrected: Corrected) -> Mapping[str, Any]:
    """Count the corrections, and name those that found no place."""
    unplaced = {placement.correction: placement.reason for placement in corrected.unplaced}
    noted = {"corrections": len(corrected.placements), "unplaced": unplaced}
    return {name: value for name, value in noted.items() if value}


def silence_reason(dropped: Iterable[DroppedSpeech]) -> str:
    """Say why a recording gave no text."""
    reasons = sorted({speech.reason for speech in dropped})
    return f"what sounded like speech was refused ({', '.join(reasons)})" if reasons else "it is silent"
