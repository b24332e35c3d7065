"""Captions and segments, cut where a screen or an engine wanted it, joined into turns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from pipeline.calls.transcripts.given import UNKNOWN_SPEAKER, GivenTurn

_MAX_GAP_S: Final = 2.0
_MAX_UNNAMED_S: Final = 30.0
"""Captions without punctuation would else run on as one turn to the end of the call."""
_SENTENCE_END: Final = re.compile(r"[.!?…。？！]['\"”’)\]]*$")


def join_turns(pieces: Iterable[GivenTurn]) -> tuple[GivenTurn, ...]:
    """Return turns: neighbours of one speaker and role, less than 2 s apart, joined by one space; blank ones dropped.

    Who speaks in pieces without a name may change from one to the next, so those are joined only to finish a sentence.
    """
    groups: list[list[GivenTurn]] = []
    for piece in pieces:
        if not piece.text.strip():
            continue
        if groups and _runs_on(groups[-1], piece):
            groups[-1].append(piece)
        else:
            groups.append([piece])
    return tuple(_joined(group) for group in groups)


def _runs_on(group: Sequence[GivenTurn], piece: GivenTurn) -> bool:
    last = group[-1]
    if (last.speaker, last.role) != (piece.speaker, piece.role):
        return False
    if piece.speaker == UNKNOWN_SPEAKER:
        return _continues_sentence(group, piece)
    return _gap_s(last, piece) < _MAX_GAP_S


def _continues_sentence(group: Sequence[GivenTurn], piece: GivenTurn) -> bool:
    start_s, end_s = group[0].start_s, piece.end_s
    if start_s is None or end_s is None or end_s - start_s > _MAX_UNNAMED_S:
        return False
    return not _SENTENCE_END.search(group[-1].text.rstrip()) and _gap_s(group[-1], piece) < _MAX_GAP_S


def _gap_s(before: GivenTurn, after: GivenTurn) -> float:
    """Return the silence between two pieces: none where times are missing, endless where time runs backwards."""
    if before.end_s is None or before.start_s is None or after.start_s is None:
        return 0.0
    return after.start_s - before.end_s if after.start_s >= before.start_s else float("inf")


def _joined(group: Sequence[GivenTurn]) -> GivenTurn:
    ends = [piece.end_s for piece in group if piece.end_s is not None]
    return GivenTurn(
        speaker=group[0].speaker,
        role=group[0].role,
        start_s=next((piece.start_s for piece in group if piece.start_s is not None), None),
        end_s=max(ends) if ends else None,
        text=" ".join(piece.text.strip() for piece in group),
        words=tuple(word for piece in group for word in piece.words),
    )
