"""The tables as the code sees them; `migrations/` makes them, and a test holds the two together."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    false,
)


class UtcDateTime(TypeDecorator[datetime]):
    """A point in time, stored as UTC and read back aware; a naive datetime is refused with ValueError."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Turn any aware time into UTC."""
        if value is not None and value.tzinfo is None:
            raise ValueError(f"The time {value} says no time zone.")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """SQLite gives the time back naive, PostgreSQL in the session's zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# Byte order, as SQLite and Python have it; the order of a PostgreSQL database depends on its locale.
KEY = Text().with_variant(Text(collation="C"), "postgresql")
# SQLite counts up without gaps being refilled only for a column declared exactly INTEGER.
SERIAL = BigInteger().with_variant(Integer(), "sqlite")

metadata = MetaData()


def _call_key() -> Column[str]:
    return Column("call", KEY, ForeignKey("calls.id"), primary_key=True)


def _turn_key() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["call", "turn"], ["turns.call", "turns.turn"])


calls = Table(
    "calls",
    metadata,
    Column("id", KEY, primary_key=True),
    Column("source", Text, nullable=False),
    Column("sha256", Text, nullable=False, unique=True),
    Column("form", Text, nullable=False),
    Column("media_key", Text),
    Column("duration_s", Double),
    Column("n_channels", Integer),
    Column("metadata", JSON, nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
    Column("account", Text),
    Column("deal", Text),
    Column("recorded_at", KEY),
    Index("calls_by_recorded_at", "recorded_at"),
)

call_fields = Table(
    "call_fields",
    metadata,
    _call_key(),
    Column("field", KEY, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("value", Text, nullable=False),
    Column("folded", Text, nullable=False),
    Index("call_fields_by_value", "field", "folded", "call"),
)

stages = Table(
    "stages",
    metadata,
    _call_key(),
    Column("stage", KEY, primary_key=True),
    Column("state", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("seconds", Double, nullable=False),
    Column("error", Text),
    Column("detail", JSON, nullable=False),
    Column("finished_at", UtcDateTime),
)

segments = Table(
    "segments",
    metadata,
    _call_key(),
    Column("position", Integer, primary_key=True),
    Column("channel", Integer, nullable=False),
    Column("start_s", Double, nullable=False),
    Column("end_s", Double, nullable=False),
    Column("text", Text, nullable=False),
    Column("words", JSON, nullable=False),
    Column("score", Double),
    Column("language", Text),
    Column("marks", JSON, nullable=False),
)

turns = Table(
    "turns",
    metadata,
    _call_key(),
    Column("turn", Integer, primary_key=True),
    Column("speaker", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("role_score", Double, nullable=False),
    Column("start_s", Double),
    Column("end_s", Double),
    Column("text", Text, nullable=False),
    Column("words", JSON, nullable=False),
    Column("score", Double),
    Column("marks", JSON, nullable=False),
    Index("turns_by_role", "role"),
)

speakers = Table(
    "speakers",
    metadata,
    _call_key(),
    Column("speaker", KEY, primary_key=True),
    Column("role", Text, nullable=False),
    Column("score", Double, nullable=False),
    Column("source", Text, nullable=False),
)

moments = Table(
    "moments",
    metadata,
    Column("id", KEY, primary_key=True),
    Column("call", KEY, nullable=False),
    Column("turn", Integer, nullable=False),
    Column("start_char", Integer, nullable=False),
    Column("end_char", Integer, nullable=False),
    Column("start_s", Double),
    Column("end_s", Double),
    Column("kind", Text, nullable=False),
    Column("category", Text),
    Column("factuality", Text, nullable=False),
    Column("score", Double, nullable=False),
    Column("quote", Text, nullable=False),
    Column("text_hash", Text, nullable=False),
    _turn_key(),
    Index("moments_by_place", "call", "turn", "start_char"),
    Index("moments_by_kind", "kind"),
    Index("moments_by_category", "category"),
    Index("moments_by_score", "score", "id"),
)

# What people decided about a quote. Apart from `moments`, so that a withdrawn quote that a model loses
# and finds again is still withdrawn.
verdicts = Table(
    "verdicts",
    metadata,
    Column("moment", KEY, primary_key=True),
    Column("call", KEY, ForeignKey("calls.id"), nullable=False),
    Column("state", Text, nullable=False),
    Index("verdicts_by_call", "call"),
    Index("verdicts_by_state", "state"),
)

phrases = Table(
    "phrases",
    metadata,
    Column("id", SERIAL, primary_key=True),
    Column("call", KEY, nullable=False),
    Column("turn", Integer, nullable=False),
    Column("start_char", Integer, nullable=False),
    Column("end_char", Integer, nullable=False),
    Column("moment", KEY, ForeignKey("moments.id")),
    Column("role", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("text_hash", KEY, nullable=False),
    _turn_key(),
    Index("phrases_by_place", "call", "turn"),
    Index("phrases_by_moment", "moment"),
    Index("phrases_by_role", "role"),
    Index("phrases_by_text_hash", "text_hash"),
    sqlite_autoincrement=True,
)

# One row: the number of the last change to the set of phrases.
phrase_changes = Table("phrase_changes", metadata, Column("number", BigInteger, nullable=False))

vectors = Table(
    "vectors",
    metadata,
    Column("encoder", KEY, primary_key=True),
    Column("text_hash", KEY, primary_key=True),
    Column("vector", LargeBinary, nullable=False),
    Index("vectors_by_text_hash", "text_hash"),
)

themes = Table(
    "themes",
    metadata,
    Column("id", KEY, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("label", Text, nullable=False),
    Column("terms", JSON, nullable=False),
    Column("medoid", KEY, nullable=False),
    Column("n_moments", Integer, nullable=False),
    Column("n_calls", Integer, nullable=False),
    Column("n_accounts", Integer, nullable=False),
    Column("n_deals", Integer, nullable=False),
    Column("cohesion", Double, nullable=False),
    Column("broad", KEY),
    Column("broad_label", Text),
    Column("stability", Double),
    Column("across", Double),
    Column("up", Double),
)

theme_members = Table(
    "theme_members",
    metadata,
    Column("moment", KEY, ForeignKey("moments.id"), primary_key=True),
    Column("theme", KEY, ForeignKey("themes.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Index("theme_members_by_theme", "theme", "position"),
)

# Names given by hand; they outlive the themes of one computation.
theme_names = Table(
    "theme_names",
    metadata,
    Column("theme", KEY, primary_key=True),
    Column("label", Text, nullable=False),
)

# Themes that people pinned stay through every later computation, and so do those that they named.
theme_pins = Table("theme_pins", metadata, Column("theme", KEY, primary_key=True))

# What became of themes. No words of customers: an erased call leaves nothing here.
theme_events = Table(
    "theme_events",
    metadata,
    Column("number", SERIAL, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("kind", Text, nullable=False),
    Column("theme", KEY),
    Column("other", KEY),
    Column("n_moments", Integer),
    Index("theme_events_by_theme", "theme"),
    sqlite_autoincrement=True,
)

documents = Table(
    "documents",
    metadata,
    Column("id", KEY, primary_key=True),
    Column("name", KEY, nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("format", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
    Column("metadata", JSON, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("remarks", JSON, nullable=False, server_default="[]"),
    Index("documents_by_sha256", "sha256"),
)

passages = Table(
    "passages",
    metadata,
    Column("id", KEY, primary_key=True),
    Column("document", KEY, ForeignKey("documents.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("locator", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("text_hash", KEY, nullable=False),
    Column("fragment", Text, nullable=False, server_default=""),
    Column("is_notes", Boolean, nullable=False, server_default=false()),
    Index("passages_by_place", "document", "position"),
    Index("passages_by_text_hash", "text_hash"),
)

notes = Table(
    "notes",
    metadata,
    Column("key", KEY, primary_key=True),
    Column("value", JSON, nullable=False),
)
