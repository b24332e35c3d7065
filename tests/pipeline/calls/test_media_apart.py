import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from pipeline.calls.media_apart import Limits, ask_child, decode_apart, probe_apart, time_allowed_s
from pipeline.errors import StageFailed, UnreadableFile

WriteWav = Callable[..., Path]

HANGS = "import time; time.sleep(600)"
DIES = "import os, signal; os.kill(os.getpid(), signal.{})"
FAILS = "raise OSError(28, 'No space left on device')"


def child_that(does: str) -> list[str]:
    return [sys.executable, "-S", "-c", does]


def n_open_files() -> int:
    return len(list(Path("/dev/fd").iterdir()))


@pytest.fixture
def call(write_wav: WriteWav) -> Path:
    return write_wav(np.full((2, 8_000), 1_000, np.int16))


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that temporary files go to."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def test_a_child_that_hangs_is_given_up_at_the_limit_that_is_named(call: Path) -> None:
    started = time.monotonic()
    with pytest.raises(UnreadableFile, match=r"call\.wav was given up after 0\.5 s, the limit.*DECODE_LIMIT_S"):
        ask_child("decode", call, limits=Limits(time_s=0.5), command=child_that(HANGS))
    assert time.monotonic() - started < 30


@pytest.mark.parametrize("name", ["SIGSEGV", "SIGKILL", "SIGABRT"])
def test_a_child_that_is_killed_is_told_with_its_signal(call: Path, name: str) -> None:
    with pytest.raises(UnreadableFile, match=rf"call\.wav ended the decoder \({name}\).*Export it again"):
        ask_child("decode", call, limits=Limits(), command=child_that(DIES.format(name)))


def test_a_failure_of_ours_is_not_put_down_to_the_file(call: Path) -> None:
    with pytest.raises(StageFailed, match=r"The decoder failed on call\.wav: OSError.*No space left.*kept in "):
        ask_child("decode", call, limits=Limits(), command=child_that(FAILS))


def test_the_time_limit_holds_for_a_real_file(call: Path, temporary: Path) -> None:
    before = n_open_files()
    with pytest.raises(UnreadableFile, match=r"after 0\.01 s, the limit"):
        decode_apart(call, rate_hz=16_000, max_duration_s=10.0, limits=Limits(time_s=0.01))
    assert list(temporary.iterdir()) == []
    assert n_open_files() == before


@pytest.mark.skipif(sys.platform != "linux", reason="the memory limit is kept on Linux")
def test_the_memory_limit_is_named_with_the_setting_that_raises_it(call: Path, temporary: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"call\.wav .*takes more than 0 MB of memory, the limit.*DECODE_LIMIT_MB"):
        decode_apart(call, rate_hz=16_000, max_duration_s=10.0, limits=Limits(memory_mb=0))
    assert list(temporary.iterdir()) == []


def test_the_samples_leave_nothing_behind_once_they_are_let_go(call: Path, temporary: Path) -> None:
    before = n_open_files()
    decoded = decode_apart(call, rate_hz=16_000, max_duration_s=10.0, limits=Limits())
    assert decoded.samples.shape == (2, 16_000)
    assert list(temporary.iterdir()) == []
    del decoded
    assert n_open_files() == before


def test_the_samples_are_read_only(call: Path) -> None:
    decoded = decode_apart(call, rate_hz=16_000, max_duration_s=10.0, limits=Limits())
    with pytest.raises(ValueError, match="read-only"):
        decoded.samples[0, 0] = 1


def test_the_next_file_is_read_after_one_that_failed(call: Path) -> None:
    with pytest.raises(UnreadableFile):
        ask_child("probe", call, limits=Limits(), command=child_that(DIES.format("SIGSEGV")))
    assert probe_apart(call).n_channels == 2


def test_the_child_loads_no_model_library_and_starts_soon(call: Path) -> None:
    code = "import sys, pipeline.calls.media_child as m; m.load_library(); print(sorted(sys.modules))"
    probe_apart(call)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    probe_apart(call)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    # Counted in time of the processor: the clock says as much of what else runs here.
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 1.0
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "'av'" in loaded
    assert not [name for name in ("torch", "spacy", "sqlalchemy", "pydantic", "onnxruntime") if f"'{name}'" in loaded]


def test_a_longer_recording_is_given_longer_up_to_that_of_the_longest() -> None:
    assert time_allowed_s(600.0) == 90.0
    assert time_allowed_s(None) == time_allowed_s(1e9) == 780.0
