"""The tables of hearing: every engine over the same recordings in the same rounds, and ours against each."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from benchmarks.one_engine import OURS, Heard, hear_apart, many_apart
from benchmarks.recordings import Recording

Rounds = Mapping[str, Sequence[Heard]]
"""What each engine heard, once a round."""
Say = Callable[[str], None]

_COMPARED: Final = {
    "ours, faster-whisper": (
        "faster-whisper batched, beam 1",
        "faster-whisper batched, beam 5",
        "faster-whisper batched, beam 1, words untimed",
        "faster-whisper batched, beam 5, words untimed",
        "faster-whisper sequential, VAD",
        "whisper.cpp",
        "openai-whisper transcribe()",
    ),
    "ours, faster-whisper, whole ingest": ("faster-whisper batched, beam 1", "openai-whisper transcribe()"),
    "ours, openai-whisper": ("openai-whisper transcribe()",),
}


def compare(say: Say, title: str, heard_by: Mapping[str, Sequence[Recording]], *, opening: Path, repeats: int) -> None:
    """Say how fast, how right and how large every engine is on the recordings that it hears, and where our time goes.

    The engines take turns, round by round (`repeats` of them), so that what slows the machine slows all; a ratio is
    taken within a round. The first engine hears all; one that is slow may hear a part, which is said.
    """
    rounds = _rounds(heard_by, opening=opening, repeats=repeats)
    durations_s = {name: sum(one.duration_s for one in recordings) for name, recordings in heard_by.items()}
    whole_s = max(durations_s.values())
    shares = {name: duration_s / whole_s for name, duration_s in durations_s.items()}
    n_recordings = max(len(recordings) for recordings in heard_by.values())
    say(f"\n### {title}: {n_recordings} recordings, {whole_s:.0f} s\n")
    say("| engine | × real time | processor s a minute | word errors | peak memory, MB |")
    say("|---|---|---|---|---|")
    for name, heard in rounds.items():
        speed = statistics.median(durations_s[name] / sum(one.seconds) for one in heard)
        processor_s = statistics.median(one.processor_s for one in heard) / durations_s[name] * 60
        errors = _word_errors(heard_by[name], heard[0])
        part = f" (the first {durations_s[name]:.0f} s)" if shares[name] < 1 else ""
        say(f"| {name}{part} | {speed:.1f} | {processor_s:.1f} | {errors} | {_peak(heard)} |")
    _say_ratios(say, rounds, shares)
    for name, heard in rounds.items():
        if name in OURS:
            _say_parts(say, name, heard[-1])


def _rounds(heard_by: Mapping[str, Sequence[Recording]], *, opening: Path, repeats: int) -> Rounds:
    rounds: dict[str, list[Heard]] = {name: [] for name in heard_by}
    for _ in range(repeats):
        for name, recordings in heard_by.items():
            rounds[name].append(hear_apart(name, [recording.path for recording in recordings], opening))
    return rounds


def _word_errors(recordings: Sequence[Recording], heard: Heard) -> str:
    counts = [recording.word_errors(texts) for recording, texts in zip(recordings, heard.texts, strict=True)]
    wrong, said = (sum(column) for column in zip(*counts, strict=True))
    return f"{wrong / said:.1%} of {said:.0f}" if said else "–"


def _peak(heard: Sequence[Heard]) -> str:
    peaks = [one.peak_mb for one in heard if one.peak_mb is not None]
    return f"{statistics.median(peaks):.0f}" if peaks else "–"


def speed_ratio(ours: Sequence[Heard], peer: Sequence[Heard], *, share: float = 1.0) -> float:
    """Return how many times faster ours was: the median over the rounds of the ratio within a round.

    The peer heard only this share of what ours heard.
    """
    return statistics.median(sum(p.seconds) / share / sum(o.seconds) for o, p in zip(ours, peer, strict=True))


def _say_ratios(say: Say, rounds: Rounds, shares: Mapping[str, float]) -> None:
    lines = [
        f"| {name} / {peer} | {speed_ratio(rounds[name], rounds[peer], share=shares[peer] / shares[name]):.2f} |"
        for name, compared in _COMPARED.items()
        for peer in compared
        if name in rounds and peer in rounds
    ]
    if lines:
        say("\n| speed against a peer of the same round | × |\n|---|---|")
        for line in lines:
            say(line)


def share_beside_engine(parts: Mapping[str, float]) -> float:
    """Return the time of all other parts over that of the engine.

    >>> share_beside_engine({"engine": 8.0, "voice activity": 1.0, "roles": 1.0})
    0.25
    """
    return (sum(parts.values()) - parts["engine"]) / parts["engine"]


def _say_parts(say: Say, name: str, heard: Heard) -> None:
    parts = ", ".join(f"{part} {seconds:.2f} s" for part, seconds in heard.parts.items())
    attempts = ", ".join(f"{how}: {n} windows in {seconds:.1f} s" for how, (n, seconds) in heard.attempts.items())
    say(f"\n{name}: {parts}. All beside the engine: {share_beside_engine(heard.parts):.0%} of its time.")
    say(f"Decoded: {attempts}.")


def grow(say: Say, recordings: Sequence[Recording], engine: str) -> None:
    """Say how the seconds of a call change from one call to all of them, with one worker and with two."""
    paths = [recording.path for recording in sorted(recordings, key=lambda recording: recording.path.name)]
    say(f"\n### Many calls: ingest, {engine}, loading of models included\n")
    say("| calls | workers | seconds a call | × real time |")
    say("|---|---|---|---|")
    for n_calls, workers in ((1, 1), (len(paths), 1), (len(paths), 2)):
        seconds = many_apart(engine, paths[:n_calls], workers=workers)
        durations = Counter({recording.path: recording.duration_s for recording in recordings})
        spoken_s = sum(durations[path] for path in paths[:n_calls])
        say(f"| {n_calls} | {workers} | {seconds / n_calls:.1f} | {spoken_s / seconds:.1f} |")
