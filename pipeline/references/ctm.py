"""CTM (NIST time marked conversations): words with times, on channels."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from pipeline.insights.reference import SaidTurn
from pipeline.records import Word
from pipeline.references.lines import lines_of
from pipeline.references.recording import Recording

_FORM: Final = "file channel start duration word [confidence]"
_PAUSE_S: Final = 0.5
"""Words of a channel that are closer stand in one turn."""


def read_ctm(text: str) -> Mapping[str, Recording]:
    """Return the recordings by their names in the file; with two channels or more, a channel is a speaker.

    Raises UnreadableFile with the line.
    """
    words: defaultdict[str, defaultdict[str, list[Word]]] = defaultdict(lambda: defaultdict(list))
    for line in lines_of(text, form=_FORM, n_fields=5):
        file, channel, spoken = line.fields[0], line.fields[1], line.fields[4]
        if spoken.startswith("<ALT"):
            raise line.refused("alternatives cannot be scored; keep the words that were said")
        start_s = line.seconds(2)
        words[file][channel].append(Word(spoken, start_s, start_s + line.seconds(3)))
    return {file: Recording(_turns(channels)) for file, channels in words.items()}


def _turns(channels: Mapping[str, Sequence[Word]]) -> list[SaidTurn]:
    turns = []
    for channel, words in channels.items():
        groups: list[list[Word]] = []
        for word in sorted(words, key=lambda word: word.start_s):
            if groups and word.start_s - groups[-1][-1].end_s < _PAUSE_S:
                groups[-1].append(word)
            else:
                groups.append([word])
        for group in groups:
            text = " ".join(word.text for word in group)
            speaker = channel if len(channels) > 1 else None
            turns.append(SaidTurn(speaker, "unknown", group[0].start_s, group[-1].end_s, text))
    return turns
