"""From a database URL to a store that is ready: engine, settings of the database, and the present schema."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError

from pipeline.errors import BadInput, Conflict, MissingPart
from pipeline.store.session import Store

BUSY_TIMEOUT_MS = 30_000
_SQLITE_SETTINGS = (
    f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA foreign_keys = ON",
    # What is forgotten is overwritten, not merely unlinked.
    "PRAGMA secure_delete = ON",
)
_MIGRATION_LOCK = 7_146_233_501  # any number that no other program takes
# Alembic keeps its context in module variables, so two threads may not migrate at once.
_migrating = Lock()


def open_store(url: str) -> Store:
    """Return the store at `sqlite:///PATH` or `postgresql://…`, made or brought to the present schema if needed.

    Raises BadInput for any other URL or a database that cannot be reached, MissingPart without the PostgreSQL
    driver, and Conflict if a newer version of Buyerspeak made the database.
    """
    try:
        writer, reader = connect_to(url)
        _migrate(writer)
    except (DatabaseError, OSError) as error:
        raise BadInput(f"The database {_parse(url)} cannot be opened: {getattr(error, 'orig', error)}") from error
    return Store(url, writer, reader)


def connect_to(url: str) -> tuple[Engine, Engine]:
    """Return what writes to a database and what reads from it, as it is; no connection is made yet."""
    parsed = _parse(url)
    return _sqlite_engines(parsed) if parsed.drivername == "sqlite" else _postgres_engines(parsed)


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = None
    if parsed and parsed.drivername == "sqlite" and parsed.database not in (None, "", ":memory:"):
        return parsed
    if parsed and parsed.get_backend_name() in ("postgresql", "postgres"):
        return parsed.set(drivername="postgresql+psycopg")
    raise BadInput(
        f"The database URL {parsed or url!r} is not usable; give sqlite:///PATH or postgresql://USER@HOST/NAME."
    )


def _sqlite_engines(url: URL) -> tuple[Engine, Engine]:
    Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
    # isolation_level None leaves BEGIN to us: the driver's own would start every transaction as a reader.
    engine = create_engine(url, connect_args={"isolation_level": None})

    @event.listens_for(engine, "connect")
    def set_up(connection: sqlite3.Connection, _record: object) -> None:
        for setting in _SQLITE_SETTINGS:
            connection.execute(setting)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        reads = connection.get_execution_options().get("reads", False)
        connection.exec_driver_sql(f"PRAGMA query_only = {int(reads)}")
        # A reader that turns writer half-way fails at once if another wrote meanwhile; a writer from the start waits.
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine, engine.execution_options(reads=True)


def _postgres_engines(url: URL) -> tuple[Engine, Engine]:
    try:
        engine = create_engine(url, pool_pre_ping=True)
    except ImportError as error:
        raise MissingPart("PostgreSQL needs its driver: pip install 'buyerspeak[postgres]'") from error
    return engine, engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def _migrate(engine: Engine) -> None:
    """Run the missing steps in one transaction; other processes that open the database meanwhile wait for it."""
    from alembic import command
    from alembic.config import Config
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    script = ScriptDirectory.from_config(config)
    with _migrating, _disposed_on_failure(engine), engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATION_LOCK})
        held = MigrationContext.configure(connection).get_current_revision()
        if held is not None and held not in {step.revision for step in script.walk_revisions()}:
            raise Conflict(
                f"The database is at step {held}, made by a newer Buyerspeak; install that version or newer."
            )
        if held != script.get_current_head():
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


@contextmanager
def _disposed_on_failure(engine: Engine) -> Iterator[None]:
    try:
        yield
    except BaseException:
        engine.dispose()
        raise
