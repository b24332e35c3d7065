"""Who spoke when, beside who really did: the diarization error rate and what it is made of."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from pipeline.insights.matching import cheapest_pairs
from pipeline.insights.rates import Tally
from pipeline.insights.spans import SpeechSpan, joined_spans

STRETCH_S = 30.0
"""How many seconds of a recording make a stretch to resample."""

_Active = npt.NDArray[np.bool_]
"""Who speaks in which of the pieces that all borders cut the recording into, shape (n_speakers, n_pieces)."""


def diarization_errors(
    said: Sequence[SpeechSpan],
    heard: Sequence[SpeechSpan],
    *,
    collar_s: float = 0.25,
    skip_overlap: bool = False,
    unscored: Sequence[SpeechSpan] = (),
) -> Tally:
    """Return the seconds of speech missed, invented and given to the wrong speaker, over the seconds of speech.

    As NIST scores it: each speaker counts by itself where several speak; speakers heard are taken for those said so
    that the most time is right. Not scored are `collar_s` on both sides of each border of what was said, `unscored`
    spans, and with `skip_overlap` what more than one really said at once. Spans of one speaker that touch are one.
    """
    said, heard = joined_spans(said), joined_spans(heard)
    collars = [SpeechSpan(at_s - collar_s, at_s + collar_s) for span in said for at_s in (span.start_s, span.end_s)]
    edges = _edges([*said, *heard, *collars, *unscored])
    spoken, written = _active(said, edges), _active(heard, edges)
    scored = ~_active([SpeechSpan(span.start_s, span.end_s) for span in (*collars, *unscored)], edges).any(axis=0)
    if skip_overlap:
        scored &= spoken.sum(axis=0) < 2
    lengths_s = np.diff(edges) * scored
    n_said, n_heard = spoken.sum(axis=0), written.sum(axis=0)
    n_right = _n_right(spoken, written, lengths_s)
    parts = {
        "missed_s": np.maximum(0, n_said - n_heard) * lengths_s,
        "false_alarm_s": np.maximum(0, n_heard - n_said) * lengths_s,
        "confusion_s": (np.minimum(n_said, n_heard) - n_right) * lengths_s,
    }
    speech_s = n_said * lengths_s
    wrong_s: npt.NDArray[np.float64] = sum(parts.values(), np.zeros(len(lengths_s)))
    places = np.maximum(0, edges[:-1] // STRETCH_S).astype(np.int64)
    stretches = zip(np.bincount(places, wrong_s), np.bincount(places, speech_s), strict=True)
    sums = {name: float(lengths.sum()) for name, lengths in {**parts, "speech_s": speech_s}.items()}
    return Tally(tuple((float(wrong), float(speech)) for wrong, speech in stretches), sums)


def _edges(spans: Sequence[SpeechSpan]) -> npt.NDArray[np.float64]:
    """Return every time at which something may change, and where a stretch ends, ascending."""
    times = {at_s for span in spans for at_s in (span.start_s, span.end_s)}
    ends = np.arange(0.0, max(times, default=0.0) + STRETCH_S, STRETCH_S)
    return np.array(sorted(times.union(ends.tolist())), np.float64)


def _active(spans: Sequence[SpeechSpan], edges: npt.NDArray[np.float64]) -> _Active:
    rows = {speaker: row for row, speaker in enumerate(dict.fromkeys(span.speaker for span in spans))}
    active = np.zeros((len(rows), max(0, len(edges) - 1)), np.bool_)
    for span in spans:
        first, last = np.searchsorted(edges, (span.start_s, span.end_s))
        active[rows[span.speaker], first:last] = True
    return active


def _n_right(spoken: _Active, written: _Active, lengths_s: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Return how many speakers are heard as who they are, with the speakers paired so that the most time is right."""
    shared_s = (spoken * lengths_s) @ written.T.astype(np.float64)
    n_right = np.zeros(len(lengths_s), np.int64)
    for one, other in cheapest_pairs(-shared_s):
        n_right += spoken[one] & written[other]
    return n_right
