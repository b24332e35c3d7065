"""Files that somebody sent, opened in a process of their own: it may hang, swell or die, and the work goes on.

A process per file: nothing of one file can reach the next. Both sides are here: `ask_child` starts the process and
takes its one answer, `serve` is what the process does with the one request that it gets.
"""

from __future__ import annotations

import json
import math
import os
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pipeline.errors import StageFailed, UnreadableFile

_ROOT: Final = Path(__file__).parents[1]
_ORPHAN_S: Final = 5
"""How long after its limit a process ends by itself whose parent was killed before."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may take: time by the clock, and memory beyond that of the empty process (on Linux)."""

    time_s: float
    memory_mb: int


@dataclass(frozen=True, slots=True)
class Child:
    """A kind of process: its module, what errors call it, and what to do about a file that goes beyond a limit."""

    command: tuple[str, ...]
    noun: str
    remedies: Mapping[str, str]
    """What closes the sentence, by the limit that was met: "S" or "MB"."""


class BeyondLimits(UnreadableFile):
    """A file that took more time or memory than it may."""


def module_command(module: str) -> tuple[str, ...]:
    """Return the command that runs one of our modules without taking any from the current folder."""
    return (sys.executable, "-P", "-m", module)


def ask_child(
    child: Child,
    task: str,
    path: Path,
    *,
    limits: Limits,
    shown: str | None = None,
    asked: Mapping[str, Any] | None = None,
    pass_fds: Sequence[int] = (),
) -> Any:
    """Return what the process answers; it is killed at its time limit, and with an interrupted parent.

    Errors name the file as `shown`, or as it is called on disk.

    Raises:
        UnreadableFile: the file cannot be read, for the reason that the process gives.
        BeyondLimits: it hangs, takes too much memory, or killed the process.
        StageFailed: the process failed for a reason of ours.
    """
    shown = shown or path.name
    request = {"task": task, "path": str(path), "limits": [limits.time_s, limits.memory_mb], "asked": asked or {}}
    try:
        done = subprocess.run(
            child.command,
            input=json.dumps(request).encode(),
            capture_output=True,
            timeout=limits.time_s,
            pass_fds=pass_fds,
            env=_environment(),
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _beyond(child, f"{shown} was given up after {limits.time_s:g} s, the limit.", "S") from error
    return _result(child, shown, limits, done)


def _result(child: Child, shown: str, limits: Limits, done: subprocess.CompletedProcess[bytes]) -> Any:
    if done.returncode < 0:
        # A library that is refused memory may also die of it, before it can say so.
        reason = (
            f"{shown} ended the {child.noun} ({_signal_name(-done.returncode)}): it is damaged, or it takes more "
            f"than {limits.memory_mb} MB of memory, the limit."
        )
        raise _beyond(child, reason, "MB")
    if done.returncode > 0:
        said = done.stderr.decode(errors="replace").strip().splitlines() or [f"exit status {done.returncode}"]
        raise StageFailed(
            f"The {child.noun} failed on {shown}: {said[-1]}. Temporary files are kept in {tempfile.gettempdir()}."
        )
    answer = json.loads(done.stdout)
    if "refused" in answer:
        raise UnreadableFile(answer["refused"])
    if "no_memory" in answer:
        raise _beyond(child, f"{shown} takes more than {limits.memory_mb} MB of memory, the limit.", "MB")
    return answer["done"]


def _beyond(child: Child, reason: str, unit: str) -> BeyondLimits:
    return BeyondLimits(f"{reason} {child.remedies[unit]}")


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _environment() -> dict[str, str]:
    """Return the environment of the child: it finds our packages wherever it is started, and takes one core."""
    paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def serve(tasks: Mapping[str, Callable[..., Any]], *, prepare: Callable[[], None] = lambda: None) -> None:
    """Do the one task that is asked on standard input, within its limits, and answer in one JSON document.

    `prepare` loads what every task needs, before the limits hold.
    """
    request = json.load(sys.stdin)
    prepare()
    _limit(*request["limits"])
    json.dump(_answer(tasks[request["task"]], Path(request["path"]), request["asked"]), sys.stdout)


def _answer(task: Callable[..., Any], path: Path, asked: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return {"done": task(path, **asked)}
    except UnreadableFile as error:
        return {"refused": str(error)}
    except MemoryError:
        return {"no_memory": True}


def _limit(time_s: float, memory_mb: int) -> None:
    signal.alarm(math.ceil(time_s) + _ORPHAN_S)
    # What is in memory is somebody's conversation, or not yet published.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":  # Elsewhere the limit is not kept.
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        limit = pages * resource.getpagesize() + (memory_mb << 20)
        limit = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
