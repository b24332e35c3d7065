"""What every store promises about transactions: all or nothing, kept, and apart from each other."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.exc import DBAPIError

from pipeline.errors import Conflict
from pipeline.records import PhraseFilter, StageRun
from pipeline.store.open import open_store


class WorkStoppedError(Exception):
    pass


def interrupt():
    raise WorkStoppedError


def test_an_exception_undoes_the_whole_transaction(store, hold):
    with store.begin() as tx:
        hold(tx, "a")
        number = tx.phrases.change_number()
    with pytest.raises(WorkStoppedError), store.begin() as tx:
        hold(tx, "b", ["Words that nobody shall find"])
        tx.calls.forget("a")
        interrupt()
    with store.read() as tx:
        assert tx.calls.ids() == ["a"]
        assert tx.phrases.change_number() == number
        texts = [phrase.text for phrase in tx.phrases.by_ids(tx.phrases.ids(PhraseFilter())).values()]
        assert len(texts) == 2
        assert not any("nobody" in text for text in texts)


def test_what_was_committed_is_there_after_reopening(store, store_url, hold):
    with store.begin() as tx:
        hold(tx, "a")
        phrases = tx.phrases.by_ids(tx.phrases.ids(PhraseFilter()))
    store.close()
    reopened = open_store(store_url)
    with reopened.read() as tx:
        assert tx.calls.ids() == ["a"]
        assert tx.phrases.by_ids(tx.phrases.ids(PhraseFilter())) == phrases
    reopened.close()


def test_a_reader_cannot_write_and_the_next_writer_can(store, hold):
    with pytest.raises(DBAPIError, match=r"read-?only"), store.read() as tx:
        tx.notes.put("k", 1)
    with store.begin() as tx:
        assert tx.notes.get("k") is None
        tx.notes.put("k", 2)


def test_a_reader_sees_the_moment_it_began(store, hold):
    with store.read() as before:
        assert before.calls.count() == 0
        with store.begin() as tx:
            hold(tx, "a")
        assert before.calls.count() == 0
        assert before.phrases.count(PhraseFilter()) == 0
    with store.read() as after:
        assert after.calls.count() == 1


def test_threads_that_write_at_once_all_succeed(store, hold):
    def write(number):
        with store.begin() as tx:
            hold(tx, f"call{number}")

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(24)))
    with store.read() as tx:
        assert tx.calls.count() == 24
        assert tx.phrases.count(PhraseFilter()) == 48
        assert tx.phrases.change_number() >= 24


def test_a_row_that_contradicts_another_is_a_conflict_and_nothing_is_stored(store, hold):
    with pytest.raises(Conflict, match="nothing of it was stored"), store.begin() as tx:
        hold(tx, "a")
        tx.themes.replace([], {"no theme": ["no moment"]}, stamp="1")
    with store.read() as tx:
        assert tx.calls.count() == 0


def test_a_stage_of_a_call_that_is_forgotten_meanwhile_is_refused(store, hold):
    with store.begin() as tx:
        hold(tx, "a")
    with store.begin() as tx:
        tx.calls.forget("a")
    with pytest.raises(Exception, match="No call 'a'"), store.begin() as tx:
        tx.stages.record(StageRun("a", "turns", "done", "f"))
    with store.read() as tx:
        assert tx.stages.all() == {}
