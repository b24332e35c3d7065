"""Several workers give what one gives."""

import pytest

from pipeline.intake import find_files, take_in
from pipeline.records import PhraseFilter
from pipeline.run_ray import process_calls_on_ray
from pipeline.workers import process_calls


def calls_of(toolkit, *paths):
    return [call for _, call in take_in(find_files(list(paths), {}), toolkit.store, toolkit.media)]


def test_one_worker_tells_every_step_in_order(toolkit, write_call):
    calls = calls_of(toolkit, write_call("a", "C: It is too expensive."), write_call("b", "C: We want to stop it."))
    steps = [(step.call, step.stage) for step in process_calls(toolkit, calls) if step.state == "done"]
    assert steps == [(call, stage) for call in "ab" for stage in ("read", "roles", "moments", "vectors")]


@pytest.mark.model
@pytest.mark.slow
def test_ray_gives_what_local_workers_give(toolkit, write_call):
    pytest.importorskip("ray", reason="ray is not installed: pip install 'buyerspeak[ray]'")
    paths = [write_call(name, "R: Is it the price?", "C: Honestly it is far too expensive for us.") for name in "ab"]
    steps = list(process_calls_on_ray(toolkit, calls_of(toolkit, *paths), workers=2))
    assert {step.call for step in steps if step.stage == "vectors" and step.state == "done"} == set("ab")
    assert {step.state for step in process_calls_on_ray(toolkit, calls_of(toolkit, *paths))} == {"fresh"}


@pytest.mark.model
@pytest.mark.slow
def test_two_processes_share_the_calls_and_finish_them_all(toolkit, write_call):
    paths = [write_call(name, "R: Is it the price?", "C: Honestly it is far too expensive for us.") for name in "abc"]
    steps = list(process_calls(toolkit, calls_of(toolkit, *paths), workers=2))
    assert {step.call for step in steps if step.stage == "vectors" and step.state == "done"} == set("abc")
    with toolkit.store.read() as tx:
        assert tx.moments.count(PhraseFilter()) >= 3
