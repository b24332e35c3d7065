"""Stretches of time with who speaks in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby


@dataclass(frozen=True, slots=True, order=True)
class SpeechSpan:
    """Somebody speaks from `start_s` to `end_s`; nobody is named where nobody is known."""

    start_s: float
    end_s: float
    speaker: str = ""


def joined_spans(spans: Iterable[SpeechSpan]) -> list[SpeechSpan]:
    """Return the spans of each speaker by time, those that touch or overlap as one; empty ones are left out."""
    joined: list[SpeechSpan] = []
    ordered = sorted((span for span in spans if span.end_s > span.start_s), key=lambda s: (s.speaker, s.start_s))
    for speaker, own in groupby(ordered, key=lambda span: span.speaker):
        latest: list[SpeechSpan] = []
        for span in own:
            if latest and span.start_s <= latest[-1].end_s:
                latest[-1] = SpeechSpan(latest[-1].start_s, max(latest[-1].end_s, span.end_s), speaker)
            else:
                latest.append(span)
        joined += latest
    return joined


def is_within(at_s: float, spans: Sequence[SpeechSpan]) -> bool:
    """Whether a time lies in one of the spans."""
    return any(span.start_s <= at_s < span.end_s for span in spans)
