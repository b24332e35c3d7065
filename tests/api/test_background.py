"""What computes in the background lets requests go first."""

import os
import sys
from threading import Thread, get_native_id

import pytest

from api.background import give_way


def how_nice() -> int:
    return os.getpriority(os.PRIO_PROCESS, get_native_id())


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone knows how nice a single thread is")
def test_a_thread_that_gives_way_and_those_that_it_starts_are_nicer_than_the_others():
    found = []

    def work():
        give_way()
        inner = Thread(target=lambda: found.append(how_nice()))
        inner.start()
        inner.join()
        found.append(how_nice())

    before = how_nice()
    worker = Thread(target=work)
    worker.start()
    worker.join()
    assert found == [15, 15]
    assert how_nice() == before
