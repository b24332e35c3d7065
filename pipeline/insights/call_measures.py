"""What one held call gives to each measure beside what a person wrote down of it, or why it cannot be measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.insights.diarization_errors import diarization_errors
from pipeline.insights.invented_words import invented_words
from pipeline.insights.rates import Absent, Tally
from pipeline.insights.reference import Reference, SaidTurn
from pipeline.insights.spans import SpeechSpan, is_within
from pipeline.insights.spoken_words import spoken_words
from pipeline.insights.word_alignment import Step, align_words
from pipeline.insights.word_errors import STRETCH_WORDS, speaker_word_errors, word_errors
from pipeline.records import Call, Role, Turn

MEASURES: Final = (
    "wer", "cpwer", "der", "der_without_overlap", "role_accuracy", "invented_per_100_words", "invented_per_hour",
)  # fmt: skip

_Measured = Mapping[str, Tally | Absent]
_SAME: Final = Absent("the call came as a transcript and is this very text")
_NO_WORDS: Final = Absent("the reference holds no words")
_NO_SPEAKERS: Final = Absent("the reference does not name every speaker")


@dataclass(frozen=True, slots=True)
class ReferencedCall:
    """A held call with what a person wrote down of it."""

    call: Call
    words: Reference | None
    """What gives the words, if anything does."""
    times: Reference
    """What tells who spoke when: RTTM where there is one, else the same as the words."""


@dataclass(frozen=True, slots=True)
class Scoring:
    """What is for the user to decide."""

    fillers: bool = False
    """Whether hesitations count as words."""
    collar_s: float = 0.25
    """How much is not scored on both sides of each border between speakers."""


@dataclass(frozen=True, slots=True)
class _SpokenWord:
    text: str
    speaker: str | None
    role: Role


def measure_call(pair: ReferencedCall, turns: Sequence[Turn], scoring: Scoring) -> _Measured:
    """Return what the held turns of a call give to each of MEASURES."""
    return {**_of_words(pair, turns, scoring), **_of_speakers(pair, turns, scoring), **_invented(pair, turns)}


def _is_same_text(pair: ReferencedCall, turns: Sequence[Turn], reference: Reference) -> bool:
    is_same = [turn.text for turn in turns] == [turn.text for turn in reference.turns]
    return pair.call.form == "transcript" and is_same


def _of_words(pair: ReferencedCall, turns: Sequence[Turn], scoring: Scoring) -> _Measured:
    said = _words(pair.words.turns, [turn.text for turn in pair.words.turns], scoring) if pair.words else []
    if pair.words is None or not said:
        return dict.fromkeys(("wer", "cpwer", "role_accuracy"), _NO_WORDS)
    heard = _words(turns, [_scored_text(turn, pair.words.unscored) for turn in turns], scoring)
    plain_said, plain_heard = [word.text for word in said], [word.text for word in heard]
    steps = align_words(plain_said, plain_heard)
    roles = _roles(said, heard, steps)
    if _is_same_text(pair, turns, pair.words):
        return {"wer": _SAME, "cpwer": _SAME, "role_accuracy": roles}
    return {
        "wer": word_errors(plain_said, plain_heard, steps),
        "cpwer": speaker_word_errors(_by_speaker(said), _by_speaker(heard))
        if all(word.speaker for word in said)
        else _NO_SPEAKERS,
        "role_accuracy": roles,
    }


def _words(turns: Sequence[Turn | SaidTurn], texts: Sequence[str], scoring: Scoring) -> list[_SpokenWord]:
    return [
        _SpokenWord(word, turn.speaker, turn.role)
        for turn, text in zip(turns, texts, strict=True)
        for word in spoken_words(text, fillers=scoring.fillers)
    ]


def _scored_text(turn: Turn, unscored: Sequence[SpeechSpan]) -> str:
    """Return what a held turn says outside the stretches that are not scored."""
    if not unscored or not turn.words:
        return turn.text
    return " ".join(word.text for word in turn.words if not is_within((word.start_s + word.end_s) / 2, unscored))


def _by_speaker(words: Sequence[_SpokenWord]) -> dict[str, list[str]]:
    spoken: dict[str, list[str]] = {}
    for word in words:
        spoken.setdefault(word.speaker or "", []).append(word.text)
    return spoken


def _roles(said: Sequence[_SpokenWord], heard: Sequence[_SpokenWord], steps: Sequence[Step]) -> Tally | Absent:
    """Return the words held in the right role, over those said in a known role that were heard, rightly or not.

    A role that is held as unknown is wrong.
    """
    stretches: dict[int, tuple[float, float]] = {}
    for s, h in steps:
        if s is not None and h is not None and said[s].role != "unknown":
            right, total = stretches.get(s // STRETCH_WORDS, (0, 0))
            stretches[s // STRETCH_WORDS] = (right + (heard[h].role == said[s].role), total + 1)
    if not any(word.role != "unknown" for word in said):
        return Absent("the reference gives no roles")
    right, total = (sum(counts) for counts in zip(*stretches.values(), strict=True)) if stretches else (0, 0)
    return Tally(tuple(stretches.values()), {"right": right, "words": total})


def _of_speakers(pair: ReferencedCall, turns: Sequence[Turn], scoring: Scoring) -> _Measured:
    names = ("der", "der_without_overlap")
    said = _spans(pair.times.turns)
    heard = _spans(turns)
    if _is_same_text(pair, turns, pair.times):
        return dict.fromkeys(names, _SAME)
    if said is None:
        return dict.fromkeys(names, _untimed(pair.times))
    if not all(span.speaker for span in said):
        return dict.fromkeys(names, _NO_SPEAKERS)
    if heard is None:
        return dict.fromkeys(names, Absent("the held transcript does not tell when each turn begins and ends"))
    collar_s, unscored = scoring.collar_s, pair.times.unscored
    return {
        name: diarization_errors(said, heard, collar_s=collar_s, skip_overlap=skip_overlap, unscored=unscored)
        for name, skip_overlap in zip(names, (False, True), strict=True)
    }


def _spans(turns: Sequence[Turn | SaidTurn]) -> list[SpeechSpan] | None:
    """Return who speaks when; None if any turn lacks a time."""
    timed = [
        SpeechSpan(turn.start_s, turn.end_s, turn.speaker or "")
        for turn in turns
        if turn.start_s is not None and turn.end_s is not None
    ]
    return timed if len(timed) == len(turns) else None


def _untimed(reference: Reference) -> Absent:
    missing = [place for place, turn in enumerate(reference.turns) if turn.start_s is None or turn.end_s is None]
    which = "turns" if len(missing) == len(reference.turns) else f"turn {missing[0]}"
    return Absent(f"the reference has no times for its {which}")


def _invented(pair: ReferencedCall, turns: Sequence[Turn]) -> _Measured:
    names = ("invented_per_100_words", "invented_per_hour")
    said = _spans(pair.times.turns)
    if _is_same_text(pair, turns, pair.times):
        return dict.fromkeys(names, _SAME)
    if said is None:
        return dict.fromkeys(names, _untimed(pair.times))
    if any(turn.text.strip() and not turn.words for turn in turns):
        return dict.fromkeys(names, Absent("the held transcript has no times for its words"))
    words = [word for turn in turns for word in turn.words]
    duration_s = pair.call.duration_s or max([0.0, *(span.end_s for span in said), *(word.end_s for word in words)])
    tallies = invented_words(words, said, duration_s=duration_s, unscored=pair.times.unscored)
    return dict(zip(names, tallies, strict=True))
