"""STM (NIST segment time marks): who says what when, and which stretches are not scored."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Final

from pipeline.insights.reference import SaidTurn
from pipeline.insights.spans import SpeechSpan
from pipeline.references.lines import Line, lines_of
from pipeline.references.recording import Recording

_FORM: Final = "file channel speaker start end [<labels>] words"
_LABELS: Final = re.compile(r"<[^<>]*>")
_NOT_SCORED: Final = "ignore_time_segment_in_scoring"
_NOBODY: Final = "inter_segment_gap"


def read_stm(text: str) -> Mapping[str, Recording]:
    """Return the recordings by their names in the file. Raises UnreadableFile with the line."""
    recordings: defaultdict[str, Recording] = defaultdict(Recording)
    for line in lines_of(text, form=_FORM, n_fields=5):
        file, _, speaker = line.fields[:3]
        start_s, end_s = line.seconds(3), line.seconds(4)
        if end_s < start_s:
            raise line.refused(f"the segment ends at {end_s:g} s, before it starts")
        words = _words(line)
        if words.lower() == _NOT_SCORED:
            recordings[file].unscored.append(SpeechSpan(start_s, end_s))
        elif speaker != _NOBODY:
            recordings[file].turns.append(SaidTurn(speaker, "unknown", start_s, end_s, words))
    return recordings


def _words(line: Line) -> str:
    words = line.fields[5:]
    if words and _LABELS.fullmatch(words[0]):
        words = words[1:]
    if any(word.startswith("{") for word in words):
        raise line.refused("alternatives in braces cannot be scored; write the one that was said")
    return " ".join(words)
