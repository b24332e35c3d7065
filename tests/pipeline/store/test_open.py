from __future__ import annotations

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from pipeline.errors import BadInput, Conflict, MissingPart
from pipeline.records import Call, PhraseFilter, Turn
from pipeline.store.open import open_store

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def hold(tx, call_id, text):
    tx.calls.add(Call(call_id, f"{call_id}.txt", call_id, "transcript", None, None, None, {}, NOW))
    tx.talk.replace_turns(call_id, [Turn(call_id, 0, "S1", "customer", 1.0, None, None, text)])
    tx.phrases.replace_of_call(call_id)


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'new' / 'buyerspeak.db'}"


def test_a_new_database_is_made_with_its_folder_and_set_up_for_many_readers(url, tmp_path):
    store = open_store(url)
    with store.read() as tx:
        assert tx.calls.count() == 0
    assert store.url == url
    store.close()
    with sqlite3.connect(tmp_path / "new" / "buyerspeak.db") as connection:
        assert connection.execute("pragma journal_mode").fetchone() == ("wal",)
    connection.close()


@pytest.mark.parametrize(
    "bad", ["", "here.db", "sqlite://", "sqlite:///:memory:", "mysql://host/db", "sqlite+x:///a.db"]
)
def test_another_url_is_refused_with_the_forms_that_work(bad):
    with pytest.raises(BadInput, match=r"sqlite:///PATH or postgresql://"):
        open_store(bad)


def test_a_file_that_is_no_database_is_named(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("not a database, whatever its name " * 100)
    with pytest.raises(BadInput, match=r"notes\.txt.*not a database"):
        open_store(f"sqlite:///{path}")


def test_an_unreachable_server_is_named_without_its_password():
    with pytest.raises(BadInput, match="cannot be opened") as refused:
        open_store("postgresql://me:secret@localhost:1/calls?connect_timeout=2")
    assert "localhost:1/calls" in str(refused.value)
    assert "secret" not in str(refused.value)


def test_a_missing_driver_is_named_with_the_command_that_installs_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(MissingPart, match=r"pip install 'buyerspeak\[postgres\]'"):
        open_store("postgresql://localhost/calls")


def test_a_database_of_a_newer_version_is_left_alone(url, tmp_path):
    open_store(url).close()
    with sqlite3.connect(tmp_path / "new" / "buyerspeak.db") as connection:
        connection.execute("update alembic_version set version_num = '9999'")
    connection.close()
    with pytest.raises(Conflict, match="step 9999, made by a newer Buyerspeak"):
        open_store(url)


def test_threads_may_open_a_new_database_at_once(url):
    with ThreadPoolExecutor(6) as pool:
        stores = list(pool.map(lambda _: open_store(url), range(6)))
    for store in stores:
        with store.read() as tx:
            assert tx.calls.count() == 0
        store.close()


HOLD_CALLS = """
import sys
from datetime import UTC, datetime
from pipeline.records import Call, Turn
from pipeline.store.open import open_store

url, name = sys.argv[1:]
store = open_store(url)
for number in range(15):
    with store.begin() as tx:
        call = f"{name}{number}"
        tx.calls.add(Call(call, call, call, "transcript", None, None, None, {}, datetime.now(UTC)))
        tx.talk.replace_turns(call, [Turn(call, 0, "S1", "customer", 1.0, None, None, "We hold on to it")])
        tx.phrases.replace_of_call(call)
store.close()
"""


def test_processes_may_open_a_new_database_and_write_at_once(url):
    started = [subprocess.Popen([sys.executable, "-c", HOLD_CALLS, url, name]) for name in "abc"]
    assert [process.wait(60) for process in started] == [0, 0, 0]
    store = open_store(url)
    with store.read() as tx:
        assert tx.calls.count() == 45
        assert tx.phrases.change_number() == 45
        assert tx.phrases.count(PhraseFilter()) == 45
    store.close()


def test_the_words_of_a_forgotten_call_are_not_left_in_the_file(url, tmp_path):
    store = open_store(url)
    with store.begin() as tx:
        for number in range(40):
            hold(tx, f"call{number}", f"Some words number {number} that may stay")
    with store.begin() as tx:
        hold(tx, "secret", "Our password is xyzzyplugh and nobody shall know")
    with store.begin() as tx:
        tx.calls.forget("secret")
    store.close()
    left = (tmp_path / "new" / "buyerspeak.db").read_bytes()
    assert b"may stay" in left
    assert b"yzzyplugh" not in left
