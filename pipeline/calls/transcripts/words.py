"""Words whose times an engine gave for some and left out for others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.calls.transcripts.node import Node
from pipeline.errors import UnreadableFile
from pipeline.records import Word


@dataclass(frozen=True, slots=True)
class LooseWord:
    """A word with its times, or without."""

    text: str
    start_s: float | None
    end_s: float | None
    score: float | None = None


def loose_word(node: Node, *, text: str, start: str, end: str, score: str) -> LooseWord:
    """Return the word that a node holds under the given keys; times that cannot be are taken for missing."""
    try:
        start_s, end_s = node.span(start, end)
    except UnreadableFile:
        start_s = end_s = None
    if start_s is None or end_s is None:
        start_s = end_s = None
    return LooseWord(node.at(text).text().strip(), start_s, end_s, score_of(node.at(score)))


def score_of(node: Node) -> float | None:
    """Return how sure an engine was, given as a number or its spelling; None if it is not between 0 and 1."""
    try:
        score = float(node.value)
    except (TypeError, ValueError, OverflowError):
        return None
    return score if 0 <= score <= 1 else None


def timed_words(words: Sequence[LooseWord], *, start_s: float | None, end_s: float | None) -> tuple[Word, ...]:
    """Return the words with a time each; those without share the room between their neighbours evenly.

    `start_s` and `end_s` are the bounds of the segment. Blank words are left out. No bound and no time gives no words.
    """
    kept = [word for word in words if word.text]
    known = [word for word in kept if word.start_s is not None and word.end_s is not None]
    first_s = start_s if start_s is not None else (known[0].start_s if known else None)
    last_s = end_s if end_s is not None else (known[-1].end_s if known else None)
    if first_s is None or last_s is None:
        return ()
    timed: list[Word] = []
    waiting: list[LooseWord] = []
    for word in kept:
        if word.start_s is None or word.end_s is None:
            waiting.append(word)
            continue
        timed += _shared_out(waiting, timed[-1].end_s if timed else first_s, word.start_s)
        timed.append(Word(word.text, word.start_s, word.end_s, word.score))
        waiting = []
    return (*timed, *_shared_out(waiting, timed[-1].end_s if timed else first_s, last_s))


def _shared_out(words: Sequence[LooseWord], start_s: float, end_s: float) -> list[Word]:
    step_s = max(0.0, end_s - start_s) / max(1, len(words))
    return [
        Word(word.text, start_s + place * step_s, start_s + (place + 1) * step_s, word.score)
        for place, word in enumerate(words)
    ]
