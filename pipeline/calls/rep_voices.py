"""Which speakers of a call have the voice of a rep that is known from other calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from models.protocols import SAMPLE_RATE_HZ, VoicePrinter
from pipeline.calls.recorded import RECORDED
from pipeline.records import SpeakerRole, Turn, Waveform

Print = npt.NDArray[np.float32]

SAME_VOICE_COSINE: Final = 0.8
_ENOUGH_S: Final = 60.0
_LEAST_S: Final = 5.0
_SURE_ROLE: Final = 0.9


def speaker_prints(turns: Sequence[Turn], waveform: Waveform, printer: VoicePrinter) -> dict[str, Print]:
    """Return the voice print of every speaker with at least five seconds of speech of his own, from his longest turns.

    Each speaker is heard on the channel that is loudest while he speaks.
    """
    prints = {}
    for speaker in dict.fromkeys(turn.speaker for turn in turns):
        times = [_times(turn) for turn in turns if turn.speaker == speaker and RECORDED not in turn.marks]
        parts, total_s = [], 0.0
        for start_s, end_s in sorted(times, key=lambda time: time[0] - time[1]):
            if total_s < _ENOUGH_S:
                parts.append(_loudest(waveform, start_s, end_s))
                total_s += end_s - start_s
        if total_s >= _LEAST_S and (found := printer.voice_print(np.concatenate(parts))) is not None:
            prints[speaker] = found
    return prints


def _times(turn: Turn) -> tuple[float, float]:
    return turn.start_s or 0.0, turn.end_s or 0.0


def _loudest(waveform: Waveform, start_s: float, end_s: float) -> Print:
    if waveform.sample_rate_hz != SAMPLE_RATE_HZ:
        raise ValueError(f"A waveform at {waveform.sample_rate_hz} Hz; voices are read at {SAMPLE_RATE_HZ} Hz.")
    parts = [waveform.between(place, start_s, end_s) for place in range(waveform.n_channels)]
    return max(parts, key=lambda part: float(part @ part))


def known_reps(prints: Mapping[str, Print], known: Mapping[str, Print]) -> set[str]:
    """Return the speakers whose print is that of a known rep; each rep speaks as one speaker at most, the likest."""
    found = set()
    for rep_print in known.values():
        likest = max(prints, key=lambda speaker: float(prints[speaker] @ rep_print), default=None)
        if likest is not None and float(prints[likest] @ rep_print) >= SAME_VOICE_COSINE:
            found.add(likest)
    return found


def print_to_keep(prints: Mapping[str, Print], roles: Sequence[SpeakerRole]) -> Print | None:
    """Return the print of the one speaker who is surely a rep; None if there is none, or more than one."""
    sure = [role.speaker for role in roles if role.role == "rep" and role.score >= _SURE_ROLE]
    return prints.get(sure[0]) if len(sure) == 1 else None
