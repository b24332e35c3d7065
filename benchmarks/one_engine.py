"""One engine in a process of its own: its memory is its own, and no other engine has warmed anything for it.

`python -m benchmarks.one_engine` reads a job as JSON from standard input and answers as JSON on the last line.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

MODEL: Final = "base"
_STATUS: Final = Path("/proc/self/status")


@dataclass(frozen=True, slots=True)
class Heard:
    """What an engine made of some recordings: seconds and texts by recording, and where the time went."""

    seconds: tuple[float, ...]
    processor_s: float
    """Of all cores, over all recordings: what is left to tell where other work slows the machine."""
    texts: tuple[tuple[str, ...], ...]
    peak_mb: float | None
    parts: Mapping[str, float] = field(default_factory=dict)
    attempts: Mapping[str, tuple[int, float]] = field(default_factory=dict)
    """Windows and seconds of the engine, by the way of decoding."""


PEERS: Final[Mapping[str, Mapping[str, Any]]] = {
    "openai-whisper transcribe()": {"peer": "openai_whisper"},
    "faster-whisper sequential, VAD": {"peer": "sequential_faster_whisper"},
    "faster-whisper batched, beam 1": {"peer": "batched_faster_whisper", "beam_size": 1},
    "faster-whisper batched, beam 5": {"peer": "batched_faster_whisper", "beam_size": 5},
    "faster-whisper batched, beam 1, words untimed": {
        "peer": "batched_faster_whisper", "beam_size": 1, "timed_words": False,
    },
    "faster-whisper batched, beam 5, words untimed": {
        "peer": "batched_faster_whisper", "beam_size": 5, "timed_words": False,
    },
    "whisper.cpp": {"peer": "whisper_cpp"},
}  # fmt: skip
OURS: Final[Mapping[str, Mapping[str, Any]]] = {
    "ours, faster-whisper": {"engine": "faster-whisper"},
    "ours, faster-whisper, language detected": {"engine": "faster-whisper", "language": ""},
    "ours, faster-whisper, whole ingest": {"engine": "faster-whisper", "whole": True},
    "ours, openai-whisper": {"engine": "whisper"},
    "ours, openai-whisper, whole ingest": {"engine": "whisper", "whole": True},
}
_PACKAGES: Final = {"whisper.cpp": "pywhispercpp"}
"""Of peers that buyerspeak itself does not need."""


def missing_package(name: str) -> str | None:
    """Return the package that a peer needs and that is not installed."""
    package = _PACKAGES.get(name)
    return package if package and find_spec(package) is None else None


def hear_apart(name: str, paths: Sequence[Path], opening: Path) -> Heard:
    """Return what an engine hears, run in a process of its own; `opening` loads its models before the clock starts."""
    answer = _answer({"name": name, "paths": [str(path) for path in paths], "opening": str(opening)})
    texts = tuple(tuple(channels) for channels in answer.pop("texts"))
    attempts = {attempt: (int(n), float(s)) for attempt, (n, s) in answer.pop("attempts").items()}
    return Heard(tuple(answer.pop("seconds")), texts=texts, attempts=attempts, **answer)


def many_apart(engine: str, paths: Sequence[Path], *, workers: int) -> float:
    """Return the seconds of `ingest` over recordings in a process of its own."""
    answer = _answer({"many": engine, "paths": [str(path) for path in paths], "workers": workers})
    return float(answer["seconds"])


def _answer(job: Mapping[str, Any]) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.one_engine"],
        input=json.dumps(job), stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def peak_mb() -> float | None:
    """Return the most memory that this process has held, None where the system does not tell."""
    if not _STATUS.is_file():
        return None
    # Not getrusage: that counts what the parent held before this program was started in its place.
    line = next(line for line in _STATUS.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def main() -> None:
    """Do the job."""
    idle_mb = peak_mb()
    import torch

    torch.set_num_threads(os.cpu_count() or 1)
    job = json.load(sys.stdin)
    paths = [Path(path) for path in job["paths"]]
    with tempfile.TemporaryDirectory() as folder:
        if "many" in job:
            from benchmarks.ingesting import many_calls

            answer = {"seconds": many_calls(job["many"], MODEL, Path(folder), paths, workers=job["workers"])}
        else:
            hear = _hear_as_ours if job["name"] in OURS else _hear_as_peer
            heard = hear(job["name"], paths, Path(job["opening"]), Path(folder))
            peak = peak_mb()
            above = None if peak is None or idle_mb is None else peak - idle_mb
            answer = {**asdict(heard), "peak_mb": above}
    print(json.dumps(answer))


def _hear_as_peer(name: str, paths: Sequence[Path], opening: Path, _folder: Path) -> Heard:
    from benchmarks import peers

    how = dict(PEERS[name])
    hear = getattr(peers, how.pop("peer"))(MODEL, **how)
    hear(opening)
    return Heard(*_timed(hear, paths), peak_mb=None)


def _hear_as_ours(name: str, paths: Sequence[Path], opening: Path, folder: Path) -> Heard:
    from benchmarks.ingesting import Ingesting

    how = dict(OURS[name])
    ours = Ingesting(how.pop("engine"), MODEL, folder, **how)
    ours.hear(opening)
    ours.settle()
    ours.forget_times()
    seconds, processor_s, texts = _timed(ours.hear, paths)
    ours.settle()
    ours.close()
    spent_s, n_windows = ours.transcriber.spent_s, ours.transcriber.n_windows
    attempts = {attempt: (n, spent_s[attempt]) for attempt, n in n_windows.items()}
    return Heard(seconds, processor_s, texts, None, ours.parts(), attempts)


def _timed(
    hear: Callable[[Path], list[str]], paths: Sequence[Path]
) -> tuple[tuple[float, ...], float, tuple[tuple[str, ...], ...]]:
    seconds, texts = [], []
    before = os.times()
    for path in paths:
        started = time.monotonic()
        texts.append(tuple(hear(path)))
        seconds.append(time.monotonic() - started)
    spent_s = sum(now - then for now, then in zip(os.times()[:4], before[:4], strict=True))
    return tuple(seconds), spent_s, tuple(texts)


if __name__ == "__main__":
    main()
