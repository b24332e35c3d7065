from datetime import UTC, datetime, timedelta

import pytest

from api.people.attempts import MOST_BY_ADDRESS, MOST_BY_NAME, WINDOW, Attempts


@pytest.fixture
def time():
    return [datetime(2026, 3, 1, 12, tzinfo=UTC)]


@pytest.fixture
def attempts(time):
    return Attempts(lambda: time[0])


def test_a_name_waits_after_ten_failures_and_the_wait_runs_out(attempts, time):
    for place in range(MOST_BY_NAME):
        assert attempts.wait_s("Ann", f"10.0.0.{place}") == 0
        attempts.failed("Ann", f"10.0.0.{place}")
    assert attempts.wait_s(" ANN ", "10.9.9.9") == WINDOW.total_seconds()
    assert attempts.wait_s("Ben", "10.9.9.9") == 0
    time[0] += WINDOW
    assert attempts.wait_s("Ann", "10.9.9.9") == 0


def test_an_address_waits_after_thirty_failures_whatever_the_name(attempts, time):
    for place in range(MOST_BY_ADDRESS):
        attempts.failed(f"name {place}", "10.0.0.1")
        time[0] += timedelta(seconds=1)
    assert 0 < attempts.wait_s("somebody", "10.0.0.1") < WINDOW.total_seconds()
    assert attempts.wait_s("somebody", "10.0.0.2") == 0


def test_success_forgives_the_name_and_not_the_address(attempts):
    for _ in range(MOST_BY_ADDRESS):
        attempts.failed("Ann", "10.0.0.1")
    attempts.succeeded("Ann")
    assert attempts.wait_s("Ann", "10.0.0.2") == 0
    assert attempts.wait_s("Ann", "10.0.0.1") > 0
