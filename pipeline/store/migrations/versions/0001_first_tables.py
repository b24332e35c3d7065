"""The first tables: calls, their talk, moments, phrases with full text, vectors, themes, collateral and notes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)

# Words joined by these would reach PostgreSQL's parser as paths, addresses or compounds; SQLite splits at them.
JOINERS = r"""!"#$%&'()*+,-./:;<=>?@[\]^_`{|}~‘’“”«»‐‑‒–—…"""

FULL_TEXT = {
    "sqlite": (
        """create virtual table phrases_words using fts5(
            text, content='phrases', content_rowid='id', tokenize='porter unicode61 remove_diacritics 0')""",
        """create trigger phrases_words_added after insert on phrases begin
            insert into phrases_words(rowid, text) values (new.id, new.text);
        end""",
        """create trigger phrases_words_removed after delete on phrases begin
            insert into phrases_words(phrases_words, rowid, text) values ('delete', old.id, old.text);
        end""",
    ),
    # The stock English configuration drops "not" and "no", which turn a meaning round: same stems, no stop words.
    "postgresql": (
        "create text search dictionary buyerspeak_stem (template = pg_catalog.snowball, language = english)",
        "create text search configuration buyerspeak_english (copy = pg_catalog.english)",
        "alter text search configuration buyerspeak_english alter mapping replace english_stem with buyerspeak_stem",
        f"""alter table phrases add column words tsvector generated always as (to_tsvector(
            'buyerspeak_english', translate(text, $${JOINERS.replace("%", "%%")}$$, '{" " * len(JOINERS)}'))) stored""",
        "create index phrases_by_words on phrases using gin (words)",
    ),
}


def upgrade() -> None:
    """Make everything."""
    _make_calls()
    _make_talk()
    _make_moments()
    _make_phrases()
    _make_themes()
    _make_collateral()
    connection = op.get_bind()
    for statement in FULL_TEXT[connection.dialect.name]:
        connection.exec_driver_sql(statement)


def _call_key() -> sa.Column[str]:
    return sa.Column("call", KEY, sa.ForeignKey("calls.id"), primary_key=True)


def _turn_key() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["call", "turn"], ["turns.call", "turns.turn"])


def _make_calls() -> None:
    op.create_table(
        "calls",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False, unique=True),
        sa.Column("form", sa.Text, nullable=False),
        sa.Column("media_key", sa.Text),
        sa.Column("duration_s", sa.Double),
        sa.Column("n_channels", sa.Integer),
        sa.Column("metadata", sa.JSON, nullable=False),
        sa.Column("added_at", TIME, nullable=False),
        sa.Column("account", sa.Text),
        sa.Column("deal", sa.Text),
        sa.Column("recorded_at", KEY),
    )
    op.create_index("calls_by_recorded_at", "calls", ["recorded_at"])
    op.create_table(
        "call_fields",
        _call_key(),
        sa.Column("field", KEY, primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("folded", sa.Text, nullable=False),
    )
    op.create_index("call_fields_by_value", "call_fields", ["field", "folded", "call"])
    op.create_table(
        "stages",
        _call_key(),
        sa.Column("stage", KEY, primary_key=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("seconds", sa.Double, nullable=False),
        sa.Column("error", sa.Text),
        sa.Column("detail", sa.JSON, nullable=False),
        sa.Column("finished_at", TIME),
    )


def _make_talk() -> None:
    op.create_table(
        "segments",
        _call_key(),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("channel", sa.Integer, nullable=False),
        sa.Column("start_s", sa.Double, nullable=False),
        sa.Column("end_s", sa.Double, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("words", sa.JSON, nullable=False),
        sa.Column("score", sa.Double),
        sa.Column("language", sa.Text),
        sa.Column("marks", sa.JSON, nullable=False),
    )
    op.create_table(
        "turns",
        _call_key(),
        sa.Column("turn", sa.Integer, primary_key=True),
        sa.Column("speaker", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("role_score", sa.Double, nullable=False),
        sa.Column("start_s", sa.Double),
        sa.Column("end_s", sa.Double),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("words", sa.JSON, nullable=False),
        sa.Column("score", sa.Double),
        sa.Column("marks", sa.JSON, nullable=False),
    )
    op.create_index("turns_by_role", "turns", ["role"])
    op.create_table(
        "speakers",
        _call_key(),
        sa.Column("speaker", KEY, primary_key=True),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("score", sa.Double, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
    )


def _make_moments() -> None:
    op.create_table(
        "moments",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("call", KEY, nullable=False),
        sa.Column("turn", sa.Integer, nullable=False),
        sa.Column("start_char", sa.Integer, nullable=False),
        sa.Column("end_char", sa.Integer, nullable=False),
        sa.Column("start_s", sa.Double),
        sa.Column("end_s", sa.Double),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("category", sa.Text),
        sa.Column("factuality", sa.Text, nullable=False),
        sa.Column("score", sa.Double, nullable=False),
        sa.Column("quote", sa.Text, nullable=False),
        sa.Column("text_hash", sa.Text, nullable=False),
        _turn_key(),
    )
    op.create_index("moments_by_place", "moments", ["call", "turn", "start_char"])
    for column in ("kind", "category", "score"):
        op.create_index(f"moments_by_{column}", "moments", [column])
    op.create_table(
        "verdicts",
        sa.Column("moment", KEY, primary_key=True),
        sa.Column("call", KEY, sa.ForeignKey("calls.id"), nullable=False),
        sa.Column("state", sa.Text, nullable=False),
    )
    op.create_index("verdicts_by_call", "verdicts", ["call"])
    op.create_index("verdicts_by_state", "verdicts", ["state"])


def _make_phrases() -> None:
    op.create_table(
        "phrases",
        sa.Column("id", SERIAL, primary_key=True),
        sa.Column("call", KEY, nullable=False),
        sa.Column("turn", sa.Integer, nullable=False),
        sa.Column("start_char", sa.Integer, nullable=False),
        sa.Column("end_char", sa.Integer, nullable=False),
        sa.Column("moment", KEY, sa.ForeignKey("moments.id")),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("text_hash", KEY, nullable=False),
        _turn_key(),
        sqlite_autoincrement=True,
    )
    op.create_index("phrases_by_place", "phrases", ["call", "turn"])
    for column in ("moment", "role", "text_hash"):
        op.create_index(f"phrases_by_{column}", "phrases", [column])
    changes = op.create_table("phrase_changes", sa.Column("number", sa.BigInteger, nullable=False))
    op.bulk_insert(changes, [{"number": 0}])
    op.create_table(
        "vectors",
        sa.Column("encoder", KEY, primary_key=True),
        sa.Column("text_hash", KEY, primary_key=True),
        sa.Column("vector", sa.LargeBinary, nullable=False),
    )
    op.create_index("vectors_by_text_hash", "vectors", ["text_hash"])


def _make_themes() -> None:
    op.create_table(
        "themes",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("terms", sa.JSON, nullable=False),
        sa.Column("medoid", KEY, nullable=False),
        *(sa.Column(f"n_{name}", sa.Integer, nullable=False) for name in ("moments", "calls", "accounts", "deals")),
        sa.Column("cohesion", sa.Double, nullable=False),
    )
    op.create_table(
        "theme_members",
        sa.Column("moment", KEY, sa.ForeignKey("moments.id"), primary_key=True),
        sa.Column("theme", KEY, sa.ForeignKey("themes.id"), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
    )
    op.create_index("theme_members_by_theme", "theme_members", ["theme", "position"])
    op.create_table(
        "theme_names",
        sa.Column("theme", KEY, primary_key=True),
        sa.Column("label", sa.Text, nullable=False),
    )


def _make_collateral() -> None:
    op.create_table(
        "documents",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("name", KEY, nullable=False, unique=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("format", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("added_at", TIME, nullable=False),
        sa.Column("metadata", sa.JSON, nullable=False),
    )
    op.create_index("documents_by_sha256", "documents", ["sha256"])
    op.create_table(
        "passages",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("document", KEY, sa.ForeignKey("documents.id"), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("locator", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("text_hash", KEY, nullable=False),
    )
    op.create_index("passages_by_place", "passages", ["document", "position"])
    op.create_index("passages_by_text_hash", "passages", ["text_hash"])
    op.create_table(
        "notes",
        sa.Column("key", KEY, primary_key=True),
        sa.Column("value", sa.JSON, nullable=False),
    )
