"""What every database is after its migrations: the tables that the code believes in."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

from pipeline.store import tables as t


def test_the_migrations_make_the_tables_of_the_code(store, store_url):
    url = make_url(store_url)
    engine = create_engine(url if url.drivername == "sqlite" else url.set(drivername="postgresql+psycopg"))
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), t.metadata)
    engine.dispose()
    assert differences == []
