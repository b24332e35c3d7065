"""The application as `buyerspeak serve` runs it, in a process of its own, asked over HTTP and measured from outside."""

from __future__ import annotations

import http.client
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).parents[1]
FILTERS: Mapping[str, Mapping[str, str]] = {
    "no filter": {"role": "any"},
    "90 %": {"role": "any", "where.most": "yes"},
    "10 %": {"role": "any", "where.segment": "s3"},
    "1 %": {"role": "any", "where.account": "account 7"},
}
"""The share of the made phrases that passes, and how it is asked for."""


@contextmanager
def served(folder: Path) -> Iterator[tuple[int, int, float]]:
    """Serve a data folder as `buyerspeak serve` does; give port, process, and the time to the first answer."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    started = time.monotonic()
    program = "from api.cli.main import main; main()"
    process = subprocess.Popen(
        [sys.executable, "-c", program, "serve", "--data", str(folder), "--port", str(port)], cwd=ROOT
    )
    try:
        while True:
            try:
                asked(http.client.HTTPConnection("127.0.0.1", port), "is anybody there", FILTERS["no filter"])
                break
            except OSError:
                if process.poll() is not None:
                    raise
                time.sleep(0.02)
        yield port, process.pid, time.monotonic() - started
    finally:
        process.terminate()
        process.wait()


def asked(connection: http.client.HTTPConnection, question: str, words: Mapping[str, str]) -> dict[str, object]:
    """Return the answer to a question."""
    connection.request("GET", "/api/v1/search?" + urlencode({"q": question, **words}))
    response = connection.getresponse()
    content = response.read()
    if response.status != 200:
        raise RuntimeError(f"{response.status}: {content[:300]!r}")
    answer: dict[str, object] = json.loads(content)
    return answer


def times_ms(port: int, questions: Sequence[str], words: Mapping[str, str]) -> list[float]:
    """Return how long each question took, from the request to the last byte."""
    with closing(http.client.HTTPConnection("127.0.0.1", port)) as connection:
        times = []
        for question in questions:
            started = time.perf_counter()
            asked(connection, question, words)
            times.append(1000 * (time.perf_counter() - started))
        return times


def cpu_s(process: int) -> float:
    """Return the processor time that a process has taken (Linux)."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_mb(process: int) -> float:
    """Return the resident memory of a process, mapped files with it (Linux)."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text())
    assert found is not None, "the kernel tells VmRSS"
    return int(found[1]) / 1024
