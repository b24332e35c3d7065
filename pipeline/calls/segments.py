"""A window's text cut into segments of the recording: at pauses, at sentence ends, and where a piece ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from models.protocols import WindowText
from models.windows import join_text
from pipeline.calls.gates import Fault, is_invented
from pipeline.calls.packing import PackedWindow
from pipeline.records import DroppedSpeech, Segment, Word

_LONG_PAUSE_S: Final = 0.7
_LEAST_SCORE: Final = 0.4
_SENTENCE_ENDS: Final = (".", "?", "!", "。", "？", "！")
_HOPELESS: Final = frozenset({"silence", "compressible", "looping", "too_fast", "echo"})
"""Faults that leave no text worth keeping once every retry has shown them."""


@dataclass(frozen=True, slots=True)
class Cut:
    """What one window gave: segments to keep, and what was refused with its reason."""

    kept: tuple[Segment, ...]
    dropped: tuple[DroppedSpeech, ...]


class _PlacedWord(NamedTuple):
    piece: int
    word: Word


def cut_segments(window: PackedWindow, heard: WindowText, fault: Fault | None) -> Cut:
    """Return the segments of a window in the recording's time, and what a gate refused.

    Words where nobody spoke are left out. A fault that retries did not cure drops the window, or marks its segments.
    """
    start_s, end_s = window.pieces[0].start_s, window.pieces[-1].end_s
    if fault in _HOPELESS:
        return Cut((), (DroppedSpeech(window.channel, start_s, end_s, reason=str(fault), text=heard.text),))
    placed, astray = _placed(window, heard)
    kept: list[Segment] = []
    dropped = _unsaid(window, heard, astray)
    for words in _sentences(placed):
        segment = _segment(window.channel, words, heard, is_doubtful=fault not in (None, "skipped"))
        if is_invented(
            segment.text,
            score=segment.score or 0.0,
            duration_s=segment.end_s - segment.start_s,
            no_speech_probability=heard.no_speech_probability,
        ):
            dropped.append(
                DroppedSpeech(
                    window.channel, segment.start_s, segment.end_s, reason="invented phrase", text=segment.text
                )
            )
        else:
            kept.append(segment)
    return Cut(tuple(kept), tuple(dropped))


def _unsaid(window: PackedWindow, heard: WindowText, astray: Sequence[str]) -> list[DroppedSpeech]:
    """Name the speech in which the engine heard no word, and the words that lie where nobody spoke."""
    start_s, end_s = window.pieces[0].start_s, window.pieces[-1].end_s
    if not heard.words:
        return [DroppedSpeech(window.channel, start_s, end_s, reason="no words")]
    text = join_text(astray, language=heard.language)
    return [DroppedSpeech(window.channel, start_s, end_s, reason="words in a pause", text=text)] if text else []


def _placed(window: PackedWindow, heard: WindowText) -> tuple[list[_PlacedWord], list[str]]:
    """Return the words with their places in the recording, and those that lie in no piece."""
    words: list[_PlacedWord] = []
    astray: list[str] = []
    for word in heard.words:
        if found := window.place(word.start_s, word.end_s):
            piece, start_s, end_s = found
            words.append(_PlacedWord(piece, Word(word.text, round(start_s, 3), round(end_s, 3), round(word.score, 3))))
        else:
            astray.append(word.text)
    return words, astray


def _sentences(words: Sequence[_PlacedWord]) -> Iterator[list[Word]]:
    sentence: list[Word] = []
    for place, (piece, word) in enumerate(words):
        sentence.append(word)
        following = words[place + 1] if place + 1 < len(words) else None
        if following is None or _ends(word, following, same_piece=following.piece == piece):
            yield sentence
            sentence = []


def _ends(word: Word, following: _PlacedWord, *, same_piece: bool) -> bool:
    pause_s = following.word.start_s - word.end_s
    return word.text.endswith(_SENTENCE_ENDS) or not same_piece or pause_s >= _LONG_PAUSE_S


def _segment(channel: int, words: Sequence[Word], heard: WindowText, *, is_doubtful: bool) -> Segment:
    scores = [word.score for word in words if word.score is not None]
    score = sum(scores) / len(scores) if scores else 0.0
    return Segment(
        channel=channel,
        start_s=words[0].start_s,
        end_s=words[-1].end_s,
        text=join_text((word.text for word in words), language=heard.language),
        words=tuple(words),
        score=round(score, 3),
        language=heard.language,
        marks=("low_confidence",) if is_doubtful or score < _LEAST_SCORE else (),
    )
