"""Which turns a machine plays: voicemail greetings, phone menus, queues, announcements, by what they say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Final, Protocol

from pipeline.records import Turn

RECORDED: Final = "recorded"
"""The mark of a turn that a machine plays."""

_DIGIT: Final = r"(?:\d|zero|one|two|three|four|five|six|seven|eight|nine|star|pound|hash|the (?:star|pound|hash))"
_SURE: Final = re.compile(
    r"(?:after|at|following) the (?:tone|beep|signal)\b"
    r"|\b(?:for|to) [^.?!]{2,60}?,? (?:please )?(?:press|dial) " + _DIGIT + r"\b"
    r"|\bpress " + _DIGIT + r" (?:for|to|now|at any time)\b"
    r"|\b(?:reached|to) (?:the |an? )?(?:\S+ ){0,4}?(?:voice ?mail|mailbox|answering (?:machine|service))\b"
    r"|\b(?:mailbox|voice ?mail box|memory) is (?:currently )?full\b"
    r"|\b(?:number|person|party|subscriber|customer|extension) (?:that )?you(?:'ve| have| are|'re)? "
    r"(?:dial|call|try|reach)\w*\b"
    r"|\byour call is (?:very )?important to us\b|\bmenu (?:options )?ha(?:s|ve) (?:recently )?changed\b"
    r"|\b(?:agents|representatives|operators|advisors|lines) are (?:currently |all )?(?:busy|assisting|helping)"
    r"|\b(?:finished|done) recording\b|\brecord your (?:message|name)\b|\bposition in the queue\b"
    r"|\bnext available (?:agent|representative|operator|advisor|adviser)\b",
    re.IGNORECASE,
)
_LIKELY: Final = re.compile(
    r"\bleave (?:me |us )?(?:a|your) (?:\w+ )?(?:message|name)\b"
    r"|\b(?:can't|cannot|can not|unable to) (?:come to|take|get to|answer) (?:the|your|my) (?:phone|call)\b"
    r"|\b(?:i'll|we'll|i will|we will) (?:call|get back to|return your call|ring)\b"
    r"|\bthis call (?:may|might|will) be (?:recorded|monitored)\b|\bthank(?:s| you) for calling\b"
    r"|\byou(?:'ve| have) reached\b|\b(?:is|am|are) (?:not available|unavailable)\b"
    r"|\b(?:stay|remain|hold) on the line\b|\bplease hold\b|\boffices? (?:is|are) (?:currently |now )?closed\b"
    r"|\b(?:opening|business|office) hours are\b",
    re.IGNORECASE,
)
_TOLD: Final = re.compile(
    r"\b(?:says?|said|saying|hears?|heard|goes|keeps?|kept|they|people|customers|callers|patients|guests|he|she|"
    r"i'll leave|i left|i'd|do you|you just|you can just)\b",
    re.IGNORECASE,
)
"""Who tells of a greeting or a menu is no machine."""
_NEEDED: Final = 3
_BEFORE_S: Final = 3.0
_AFTER_S: Final = 1.0
_SENTENCE: Final = re.compile(r"[^.?!]+")


class Spoken(Protocol):
    """What is asked of a turn, or of a part of one."""

    @property
    def speaker(self) -> str: ...  # noqa: D102
    @property
    def text(self) -> str: ...  # noqa: D102
    @property
    def start_s(self) -> float | None: ...  # noqa: D102
    @property
    def end_s(self) -> float | None: ...  # noqa: D102


def recorded_places(spoken: Sequence[Spoken]) -> set[int]:
    """Return the places of what a machine plays, in lines by start time.

    What one voice says without being answered is looked at together: one sure sign, or three likely ones, and all from
    the first to the last sign is the machine's, with what is said right before and in the same breath after.
    """
    found: set[int] = set()
    for _, lines in groupby(range(len(spoken)), key=lambda place: spoken[place].speaker):
        run = list(lines)
        weights = {place: _weight(spoken[place].text) for place in run}
        signs = [place for place in run if weights[place]]
        if sum(weights.values()) >= _NEEDED:
            found.update(_widened(spoken, run, first=signs[0], last=signs[-1]))
    return found


def _weight(text: str) -> int:
    plain = text.replace("’", "'")
    return sum(
        _NEEDED * len(_SURE.findall(sentence)) + len(_LIKELY.findall(sentence))
        for sentence in _SENTENCE.findall(plain)
        if not _TOLD.search(sentence)
    )


def _widened(spoken: Sequence[Spoken], run: Sequence[int], *, first: int, last: int) -> Iterator[int]:
    while first > run[0] and _pause_s(spoken[first - 1], spoken[first]) < _BEFORE_S:
        first -= 1
    while last < run[-1] and _pause_s(spoken[last], spoken[last + 1]) < _AFTER_S:
        last += 1
    yield from range(first, last + 1)


def _pause_s(one: Spoken, following: Spoken) -> float:
    if one.end_s is None or following.start_s is None:
        return float("inf")
    return following.start_s - one.end_s


def mark_recorded(turns: Sequence[Turn]) -> list[Turn]:
    """Return turns with those marked that a machine plays; a speaker who also talks himself becomes two.

    Roles that were given are kept, and so are the names of their speakers.
    """
    places = recorded_places(turns)
    live = {turn.speaker for place, turn in enumerate(turns) if place not in places}
    return [
        replace(
            turn,
            marks=(*turn.marks, RECORDED),
            speaker=f"{turn.speaker} (recording)" if turn.speaker in live and turn.role == "unknown" else turn.speaker,
        )
        if place in places
        else turn
        for place, turn in enumerate(turns)
    ]
