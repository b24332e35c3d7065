"""A recording that lies in a file costs memory only while it is read."""

import mmap
import re
import sys
from pathlib import Path

import numpy as np
import pytest

from pipeline.records import Waveform

N_SAMPLES = 8_000_000


def resident_of_files_mb():
    return int(re.search(r"RssFile:\s+(\d+)", Path("/proc/self/status").read_text())[1]) / 1024


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells what a process holds of files")
def test_what_was_read_of_a_recording_in_a_file_is_given_back_and_can_be_read_again(tmp_path):
    path = tmp_path / "samples"
    path.write_bytes(np.full(2 * N_SAMPLES, 16_384, np.int16).tobytes())
    with path.open("rb") as file:
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    waveform = Waveform(np.frombuffer(mapped, np.int16).reshape(2, -1)[:, : N_SAMPLES - 5], 16_000, 8_000)
    before_mb = resident_of_files_mb()
    assert waveform.between(1, 0, 600).max() == 0.5
    assert resident_of_files_mb() > before_mb + 10
    waveform.release()
    assert resident_of_files_mb() < before_mb + 5
    assert waveform.between(1, 0, 600).min() == 0.5


def test_a_recording_in_memory_stays_there():
    waveform = Waveform(np.ones((1, 100), np.int16), 16_000, 8_000)
    waveform.release()
    assert waveform.samples.sum() == 100
