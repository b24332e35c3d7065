"""RTTM (NIST Rich Transcription Time Marked): who speaks when, without words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Final

from pipeline.insights.reference import SaidTurn
from pipeline.insights.spans import SpeechSpan
from pipeline.references.lines import lines_of
from pipeline.references.recording import Recording

_FORM: Final = "SPEAKER file channel start duration <NA> <NA> speaker <NA> <NA>"
_NOT_OF_SPEAKERS: Final = frozenset(
    "SEGMENT NO_RT_METADATA LEXEME NON-LEX NON-SPEECH FILLER EDIT IP SU CB A/P SPKR-INFO".split()
)


def read_rttm(text: str) -> Mapping[str, Recording]:
    """Return the recordings by their names in the file. Raises UnreadableFile with the line."""
    recordings: defaultdict[str, Recording] = defaultdict(Recording)
    for line in lines_of(text, form=_FORM, n_fields=8):
        kind, file = line.fields[:2]
        if kind in _NOT_OF_SPEAKERS:
            continue
        start_s = line.seconds(3)
        end_s = start_s + line.seconds(4)
        if kind == "SPEAKER":
            recordings[file].turns.append(SaidTurn(line.fields[7], "unknown", start_s, end_s, ""))
        elif kind == "NOSCORE":
            recordings[file].unscored.append(SpeechSpan(start_s, end_s))
        else:
            raise line.refused(f"{kind[:40]!r} is no type of RTTM")
    return recordings
