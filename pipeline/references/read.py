"""A reference file in, whatever its format, and its recordings out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from pipeline.calls.transcripts.contract import is_contract
from pipeline.calls.transcripts.given import UNKNOWN_SPEAKER, GivenTranscript
from pipeline.calls.transcripts.node import Node, parse_json
from pipeline.calls.transcripts.people import role_meant
from pipeline.calls.transcripts.read import read_text, read_transcript
from pipeline.calls.transcripts.spoken_lines import is_spoken_lines, read_spoken_lines
from pipeline.errors import UnreadableFile
from pipeline.insights.reference import Reference, SaidTurn
from pipeline.insights.spans import joined_spans
from pipeline.references.ctm import read_ctm
from pipeline.references.labels import labelled_moments
from pipeline.references.recording import Recording
from pipeline.references.rttm import read_rttm
from pipeline.references.stm import read_stm

_OF_LINES: Final[Mapping[str, Callable[[str], Mapping[str, Recording]]]] = {
    ".rttm": read_rttm,
    ".stm": read_stm,
    ".ctm": read_ctm,
}
_TRANSCRIPTS: Final = frozenset({".json", ".vcon", ".vtt", ".srt"})
_PLAIN: Final = frozenset({".txt", ".lab"})


def read_references(path: Path) -> list[Reference]:
    """Return the recordings of a file, its format told by its ending: RTTM, STM, CTM, a transcript, or plain text.

    Raises UnreadableFile with the file, the line (or the place in the JSON) and what is wrong there.
    """
    suffix = path.suffix.lower()
    if suffix in _TRANSCRIPTS:
        return [_of_transcript(path)]
    try:
        if suffix in _OF_LINES:
            return _of_lines(path, _OF_LINES[suffix](read_text(path)))
        if suffix in _PLAIN:
            return [_of_plain_text(path, read_text(path))]
    except UnreadableFile as error:
        raise UnreadableFile(f"{path.name}: {error}") from error
    known = ", ".join(sorted({*_TRANSCRIPTS, *_OF_LINES, *_PLAIN}))
    raise UnreadableFile(f"{path.name}: {suffix or 'a file without an ending'} is no known reference. Known: {known}.")


def _of_lines(path: Path, recordings: Mapping[str, Recording]) -> list[Reference]:
    """Return a reference for each recording; the only one may also be named as the file is."""
    spoken = {name: recording for name, recording in recordings.items() if recording.turns}
    if not spoken:
        raise UnreadableFile("holds nothing that was said.")
    return [
        Reference(
            file=path.name,
            names=(name, path.stem) if len(spoken) == 1 else (name,),
            turns=tuple(_with_role(turn) for turn in sorted(recording.turns, key=lambda turn: turn.start_s or 0.0)),
            has_words=path.suffix.lower() != ".rttm",
            unscored=tuple(joined_spans(recording.unscored)),
        )
        for name, recording in spoken.items()
    ]


def _of_transcript(path: Path) -> Reference:
    given = read_transcript(path)
    try:
        root = Node(parse_json(read_text(path))) if given.form == "buyerspeak" else Node(None)
        moments = labelled_moments(root) if is_contract(root) else None
    except UnreadableFile as error:
        raise UnreadableFile(f"{path.name}: {error}") from error
    return replace(_given(path, given), moments=moments)


def _of_plain_text(path: Path, text: str) -> Reference:
    """Return the turns of lines that begin with who speaks, else all of it as the words of nobody in particular."""
    if not text.strip():
        raise UnreadableFile("is empty.")
    if len(text.strip().splitlines()) > 1 and is_spoken_lines(text):
        return _given(path, read_spoken_lines(text))
    return Reference(path.name, (path.stem,), (SaidTurn(None, "unknown", None, None, text),))


def _given(path: Path, given: GivenTranscript) -> Reference:
    turns = (
        SaidTurn(
            None if turn.speaker == UNKNOWN_SPEAKER else turn.speaker, turn.role, turn.start_s, turn.end_s, turn.text
        )
        for turn in given.turns
    )
    names = dict.fromkeys((given.id or path.stem, path.stem))
    return Reference(path.name, tuple(names), tuple(_with_role(turn) for turn in turns))


def _with_role(turn: SaidTurn) -> SaidTurn:
    """Take a speaker called "agent" or "customer" for one; a role that is given wins."""
    return turn if turn.role != "unknown" else replace(turn, role=role_meant(Node(turn.speaker)))
