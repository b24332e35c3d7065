"""The words that are held as they are spelt, so that a typing error in a question finds the word that was meant."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"

# Only which phrase holds which word: a third of the size of the index that answers questions.
SPELLING = (
    """create virtual table phrases_spelling using fts5(
        text, content='phrases', content_rowid='id', detail=none, tokenize='unicode61 remove_diacritics 0')""",
    """create trigger phrases_spelling_added after insert on phrases begin
        insert into phrases_spelling(rowid, text) values (new.id, new.text);
    end""",
    """create trigger phrases_spelling_removed after delete on phrases begin
        insert into phrases_spelling(phrases_spelling, rowid, text) values ('delete', old.id, old.text);
    end""",
    "create virtual table phrases_vocabulary using fts5vocab(phrases_spelling, row)",
    "insert into phrases_spelling(phrases_spelling) values ('rebuild')",
)


def upgrade() -> None:
    """Make the vocabulary; PostgreSQL reads its own from the newest phrases."""
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        for statement in SPELLING:
            connection.exec_driver_sql(statement)
