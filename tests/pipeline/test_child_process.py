"""A process of its own for a file: whatever it does to itself, the work goes on and the file is named."""

import subprocess
import sys
import time

import pytest

from pipeline.child_process import BeyondLimits, Child, Limits, ask_child, module_command
from pipeline.errors import StageFailed, UnreadableFile

REMEDIES = {"S": "Part it.", "MB": "Take its pictures out."}
SERVES = """
from pipeline.child_process import serve
from pipeline.errors import UnreadableFile
def swell(path):
    return len(bytearray(10 ** 9))
def refuse(path):
    raise UnreadableFile(f"{path.name} is a scan.")
serve({"name": lambda path, **asked: [path.name, asked], "swell": swell, "refuse": refuse})
"""


def child_that(does):
    return Child((sys.executable, "-c", does), "reader", REMEDIES)


def ask(task, tmp_path, *, does=SERVES, **options):
    return ask_child(child_that(does), task, tmp_path / "a.pdf", **{"limits": Limits(30.0, 100), **options})


def test_the_answer_of_the_process_comes_back(tmp_path):
    assert ask("name", tmp_path, asked={"deep": [1, None]}) == ["a.pdf", {"deep": [1, None]}]


def test_a_file_that_cannot_be_read_is_told_in_the_words_of_the_process(tmp_path):
    with pytest.raises(UnreadableFile, match=r"^a\.pdf is a scan\.$"):
        ask("refuse", tmp_path)


@pytest.mark.skipif(sys.platform != "linux", reason="the memory limit is kept on Linux")
def test_a_file_that_swells_is_named_as_it_is_shown_with_what_to_do(tmp_path):
    with pytest.raises(BeyondLimits, match=r"^kit/a\.pdf takes more than 100 MB of memory.*Take its pictures out\.$"):
        ask("swell", tmp_path, shown="kit/a.pdf")


def test_a_file_that_hangs_is_given_up_at_its_limit(tmp_path):
    started = time.monotonic()
    with pytest.raises(BeyondLimits, match=r"^a\.pdf was given up after 0\.5 s, the limit\. Part it\.$"):
        ask("name", tmp_path, does="import time; time.sleep(600)", limits=Limits(0.5, 100))
    assert time.monotonic() - started < 60


def test_a_process_that_dies_of_its_file_is_named_with_its_signal(tmp_path):
    with pytest.raises(BeyondLimits, match=r"a\.pdf ended the reader \(SIGSEGV\)"):
        ask("name", tmp_path, does="import os; os.kill(os.getpid(), 11)")


def test_a_failure_of_ours_is_not_put_down_to_the_file(tmp_path):
    with pytest.raises(StageFailed, match=r"The reader failed on a\.pdf: OSError: disk"):
        ask("name", tmp_path, does="raise OSError('disk')")


def test_a_module_is_not_taken_from_the_current_folder(tmp_path):
    (tmp_path / "json.py").write_text("raise SystemExit(9)")
    done = subprocess.run([*module_command("json.tool"), "--help"], cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0
