"""`make bench`: hearing, reading and search beside peers, in one run.

Every engine works in a process of its own. Ours runs as `ingest` runs it, from the file to stored turns with timed
words and, as "whole ingest", to the end of every stage; the peers transcribe each channel as their documentation says.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from benchmarks.hearing import compare, grow
from benchmarks.machine import described, file_name
from benchmarks.one_engine import MODEL, OURS, PEERS, missing_package
from benchmarks.reading import read_and_search
from benchmarks.recordings import (
    SHORT_SAMPLE,
    Recording,
    beginning,
    made_hour,
    opening,
    recordings_of,
    sample_recordings,
)

RESULTS: Final = Path(__file__).parent / "results"
_SLOW: Final = (
    "openai-whisper transcribe()",
    "whisper.cpp",
    "ours, openai-whisper",
    "ours, openai-whisper, whole ingest",
)
_USUAL: Final = (
    "ours, faster-whisper",
    "ours, faster-whisper, whole ingest",
    "faster-whisper batched, beam 1",
    "faster-whisper batched, beam 5",
    "faster-whisper sequential, VAD",
    "openai-whisper transcribe()",
    "whisper.cpp",
)
_SLOW_S: Final = 300.0
"""Of longer recordings the slow engines hear the first ones, or the first part, up to this."""
_HEAR_THE_HOUR: Final = ("ours, faster-whisper", "faster-whisper batched, beam 1", "faster-whisper batched, beam 5")


class Report:
    """Prints what it is told, line by line, and keeps it."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def say(self, line: str) -> None:
        """Print a line and keep it."""
        print(line, flush=True)
        self.lines.append(line)

    def append_to(self, path: Path) -> None:
        """Add all that was said to a file."""
        path.parent.mkdir(exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write("\n".join(self.lines) + "\n\n")


def main() -> None:
    """Print the tables."""
    options = _options()
    report = Report()
    report.say(f"## {described()}, model {MODEL}")
    engines = list(_engines(report.say, options.engines))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        every_call = sample_recordings()
        first = opening(every_call[0], folder)

        def hear(title: str, recordings: Sequence[Recording], *, repeats: int, slow: Sequence[str]) -> None:
            part = beginning(recordings, folder, most_s=_SLOW_S)
            heard_by = {name: part if name in slow else recordings for name in engines}
            compare(report.say, title, heard_by, opening=first, repeats=repeats)

        sample = [one for one in every_call if one.path.name in SHORT_SAMPLE]
        hear("Sample calls", sample, repeats=options.repeats, slow=_SLOW)
        for given in options.recordings:
            hear(given.name, recordings_of(given), repeats=options.repeats, slow=_SLOW)
        if options.full:
            # Once: it is the longest, and chance evens out over an hour.
            slow = [name for name in engines if name not in _HEAR_THE_HOUR]
            hear("An hour", [made_hour(folder)], repeats=1, slow=slow)
        grow(report.say, every_call, "faster-whisper")
    read_and_search(report.say)
    if options.keep:
        report.append_to(RESULTS / file_name())


def _engines(say: Callable[[str], None], asked: Sequence[str]) -> Iterator[str]:
    """Yield the engines asked for, or the usual ones; a peer that is not installed is named with how to install it."""
    for name in asked or _USUAL:
        if package := missing_package(name):
            say(f"\n{name} is left out. To have it beside the others: pip install {package}")
        else:
            yield name


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--recordings", type=Path, nargs="+", default=[], metavar="FOLDER", help="folders of recordings to hear as well"
    )
    parser.add_argument("--repeats", type=int, default=1, help="rounds; their median is told (default: 1)")
    parser.add_argument("--engines", nargs="+", choices=[*OURS, *PEERS], metavar="NAME", help="only these engines")
    parser.add_argument("--full", action="store_true", help="an hour made of sample calls as well")
    parser.add_argument(
        "--keep", action="store_true", help=f"add the tables to a file in {RESULTS.parent.name}/results"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
