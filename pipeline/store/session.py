"""One transaction on the store: every fact is read and written through the facets of a `Transaction`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DataError, IntegrityError, OperationalError

from pipeline.errors import BadInput, BuyerspeakError, Conflict
from pipeline.store.calls import Calls, Stages
from pipeline.store.changes import Changes
from pipeline.store.checking import Checking
from pipeline.store.collateral import Collateral
from pipeline.store.corrections import Corrections
from pipeline.store.gap_work import GapWorks
from pipeline.store.guide_lines import GuideLines
from pipeline.store.mends import Mends
from pipeline.store.moments import Moments
from pipeline.store.notes import Notes
from pipeline.store.people import People
from pipeline.store.phrases import Phrases
from pipeline.store.quality import Quality
from pipeline.store.sample import Sample
from pipeline.store.shown import Shown
from pipeline.store.talk import Talk
from pipeline.store.themes import Themes
from pipeline.store.trackers import Trackers
from pipeline.store.vectors import Vectors
from pipeline.store.voices import Voices
from pipeline.store.webhooks import Webhooks


class Transaction:
    """The facets of the store, all bound to one connection; of no use once its `with` block has ended."""

    def __init__(self, connection: Connection) -> None:
        self.calls = Calls(connection)
        self.stages = Stages(connection)
        self.sample = Sample(connection)
        self.checking = Checking(connection)
        self.talk = Talk(connection)
        self.moments = Moments(connection)
        self.corrections = Corrections(connection)
        self.mends = Mends(connection)
        self.phrases = Phrases(connection)
        self.shown = Shown(connection)
        self.changes = Changes(connection)
        self.vectors = Vectors(connection)
        self.themes = Themes(connection)
        self.collateral = Collateral(connection)
        self.guide_lines = GuideLines(connection)
        self.gap_work = GapWorks(connection)
        self.trackers = Trackers(connection)
        self.notes = Notes(connection)
        self.quality = Quality(connection)
        self.voices = Voices(connection)
        self.people = People(connection)
        self.webhooks = Webhooks(connection)


class Store:
    """A database that is open. Threads may share it; each takes transactions of its own, one inside another never."""

    def __init__(self, url: str, writer: Engine, reader: Engine) -> None:
        self.url = url
        self._writer = writer
        self._reader = reader

    @contextmanager
    def begin(self) -> Iterator[Transaction]:
        """Give a transaction that is committed at the end of the block and rolled back on any exception.

        On SQLite one writer works at a time; others wait up to 30 s for their turn, then get Conflict.
        """
        try:
            with self._writer.begin() as connection:
                yield Transaction(connection)
        except (DataError, IntegrityError, OperationalError) as error:
            refusal = _refusal(error)
            if refusal is None:
                raise
            raise refusal from error

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """Give a snapshot that no later commit changes; an attempt to write in it raises SQLAlchemy's DBAPIError."""
        with self._reader.begin() as connection:
            yield Transaction(connection)

    def settle(self) -> None:
        """Write what was committed to its final place, so that what was deleted is in no log either (SQLite)."""
        if self._writer.dialect.name == "sqlite":
            # Outside of any transaction, which SQLAlchemy's own connections always begin.
            with closing(self._writer.raw_connection()) as connection:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").close()

    def close(self) -> None:
        """Let go of every connection."""
        self._writer.dispose()


def _refusal(error: DataError | IntegrityError | OperationalError) -> BuyerspeakError | None:
    if isinstance(error, IntegrityError):
        return Conflict(f"The change contradicts what is held, and nothing of it was stored: {error.orig}")
    if isinstance(error, DataError):
        return BadInput(f"The database cannot hold a value, and nothing was stored: {error.orig}")
    if "locked" in str(error.orig):
        return Conflict(
            "Another process is still writing to the database; nothing was stored. Wait for it and try again."
        )
    return None
